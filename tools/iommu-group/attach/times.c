// SPDX-License-Identifier: GPL-2.0
/* What is read from the counts of one case: order, quantiles, parts. */
#include <math.h>
#include <stdlib.h>

#include "attach/attach.h"

static const char *const op_names[IG_TIMING_OPS] = {
	[IG_ATTACH_GROUP] = "iommu_attach_group",
	[IG_ATTACH_GROUP_HANDLE] = "iommu_attach_group_handle",
	[IG_REPLACE_GROUP_HANDLE] = "iommu_replace_group_handle",
	[IG_REPLACE_DOMAIN] = "iommu_group_replace_domain",
	[IG_DETACH_GROUP] = "iommu_detach_group",
	[IG_DETACH_GROUP_HANDLE] = "iommu_detach_group_handle",
	[IG_ATTACH_DEVICE] = "iommu_attach_device",
	[IG_DETACH_DEVICE] = "iommu_detach_device",
	[IG_CLAIM_GROUP] = "iommu_group_claim_dma_owner",
	[IG_RELEASE_GROUP] = "iommu_group_release_dma_owner",
	[IG_CLAIM_DEVICE] = "iommu_device_claim_dma_owner",
	[IG_RELEASE_DEVICE] = "iommu_device_release_dma_owner",
	[IG_STORE_TYPE] = "iommu_group_store_type",
};

const char *ig_timing_op_name(uint32_t op)
{
	return op < IG_TIMING_OPS ? op_names[op] : "?";
}

static int compare(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int compare_sizes(const void *a, const void *b)
{
	const struct ig_timing_case *x =
		&((const struct ig_timing_size *)a)->of;
	const struct ig_timing_case *y =
		&((const struct ig_timing_size *)b)->of;

	return compare(x->op, y->op)			 ?:
		       compare(!!x->failed, !!y->failed) ?:
		       compare(x->devices, y->devices);
}

static int compare_errors(const void *a, const void *b)
{
	const struct ig_timing_errno *x = a, *y = b;

	return compare(y->count, x->count) ?: x->err - y->err;
}

static int compare_slow(const void *a, const void *b)
{
	const struct ig_slow *x = &((const struct ig_timing_slow *)a)->raw;
	const struct ig_slow *y = &((const struct ig_timing_slow *)b)->raw;

	return compare(y->total, x->total) ?: compare(x->began, y->began);
}

/* qsort() must not be given NULL, not even for no entry at all. */
static void sort(void *list, size_t n, size_t size,
		 int (*how)(const void *a, const void *b))
{
	if (n)
		qsort(list, n, size, how);
}

void ig_timing_sort(struct ig_timing_run *run)
{
	size_t i;

	sort(run->sizes, run->nsizes, sizeof(*run->sizes), compare_sizes);
	for (i = 0; i < run->nsizes; i++)
		sort(run->sizes[i].errors, run->sizes[i].nerrors,
		     sizeof(*run->sizes[i].errors), compare_errors);
	sort(run->slow, run->nslow, sizeof(*run->slow), compare_slow);
}

static uint64_t middle(uint32_t bucket)
{
	uint64_t low = ig_hist_low(bucket);

	return low + (ig_hist_low(bucket + 1) - 1 - low) / 2;
}

/* The first bucket with which the operations up to the @rank-th are counted. */
static uint32_t bucket_of_rank(const struct ig_timing_times *times,
			       uint64_t rank)
{
	uint64_t sum = 0;
	uint32_t i;

	for (i = 0; i < IG_HIST_BUCKETS - 1; i++) {
		sum += times->buckets[i];
		if (sum >= rank)
			break;
	}
	return i;
}

uint64_t ig_timing_quantile(const struct ig_timing_times *times, double share)
{
	double rank = ceil(share * times->count);
	uint64_t ns;

	/* These two are known better than by their bucket. */
	if (!(rank > 1))
		return times->min;
	if (rank >= times->count)
		return times->max;
	ns = middle(bucket_of_rank(times, rank));
	if (ns < times->min)
		return times->min;
	return ns > times->max ? times->max : ns;
}

/* Takes a part out of what is left; never more than that. */
static double take(double *left, double part)
{
	/* Not even where the part is no number. */
	part = fmin(fmax(part, 0), *left);
	*left -= part;
	return part;
}

bool ig_timing_driver_seen(const struct ig_timing_run *run, uint64_t calls)
{
	return run->driver_seen && (run->calls || calls);
}

void ig_timing_split(const struct ig_timing_run *run,
		     const struct ig_timing_size *size,
		     struct ig_timing_split *split)
{
	const struct ig_timing_times *t = &size->times;
	double n = t->count, left;

	*split = (struct ig_timing_split){};
	if (!t->count)
		return;
	left = split->total = t->total / n;
	split->wait = take(&left, t->wait / n);
	split->driver = take(&left, t->driver / n);
	split->own = take(&left, run->own_call * t->calls / n);
	split->rest = left;
	split->net = split->driver + split->rest;
}
