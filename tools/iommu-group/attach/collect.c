// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "iommu_group_abi.h"
#include "base/error.h"
#include "attach.skel.h"
#include "probe/losses.h"
#include "probe/maps.h"
#include "attach/collect.h"
#include "probe/traces.h"

static int read_errors(const struct bpf_map *map, struct ig_timing_size *size)
{
	struct ig_timing_error key;
	__u64 count;

	ig_for_each_entry(map, key, count) {
		struct ig_timing_errno *e;

		if (memcmp(&key.of, &size->of, sizeof(key.of)))
			continue;
		e = ig_one_more(&size->errors, &size->nerrors, sizeof(*e));
		if (!e)
			return -1;
		e->err = -key.err;
		e->count = count;
	}
	return 0;
}

static int read_sizes(const struct ig_timing *timing, struct ig_timing_run *run)
{
	const struct attach_bpf *skel = timing->skel;
	__u32 i, n = skel->bss->next_attach_sum;
	struct ig_timing_sum sum;

	ig_for_each_element(skel->maps.attach_sums, n, i, sum) {
		struct ig_timing_size *s;

		/* One that is being counted for the first time has none yet. */
		if (!sum.times.count)
			continue;
		s = ig_one_more(&run->sizes, &run->nsizes, sizeof(*s));
		if (!s)
			return -1;
		s->of = sum.of;
		s->times = sum.times;
		if (sum.of.failed && read_errors(skel->maps.attach_errors, s))
			return -1;
	}
	return 0;
}

static int read_slow_of(struct ig_timing_run *run, const struct ig_slow *raw,
			int cpus)
{
	struct ig_timing_slow *slow;
	int i;

	for (i = 0; i < cpus; i++) {
		if (!raw[i].total)
			continue;
		slow = ig_one_more(&run->slow, &run->nslow, sizeof(*slow));
		if (!slow)
			return -1;
		slow->raw = raw[i];
	}
	return 0;
}

/* The slowest of all CPUs are among those of each. */
static int read_slow(const struct ig_timing *timing, struct ig_timing_run *run)
{
	const struct bpf_map *map = timing->skel->maps.slowest;
	int cpus = libbpf_num_possible_cpus(), err = 0;
	struct ig_slow *raw;
	__u32 i;

	raw = calloc(cpus > 0 ? cpus : 1, sizeof(*raw));
	if (!raw)
		return -1;
	for (i = 0; i < IG_SLOWEST && !err; i++)
		if (ig_map_read(map, &i, raw))
			err = read_slow_of(run, raw, cpus);
	free(raw);
	if (err || !run->nslow)
		return err;
	ig_timing_sort(run);
	if (run->nslow > IG_SLOWEST)
		run->nslow = IG_SLOWEST;
	for (i = 0; i < run->nslow; i++)
		run->slow[i].trace = ig_trace_read(&timing->session,
						   run->slow[i].raw.stack, 0);
	return 0;
}

static int read_losses(const struct ig_timing *timing,
		       struct ig_timing_run *run)
{
	struct ig_loss_count *more;

	if (ig_losses_read(&timing->session.probes, &run->losses,
			   &run->nlosses))
		return -1;
	more = ig_one_more(&run->losses, &run->nlosses, sizeof(*more));
	if (!more)
		return -1;
	more->loss = IG_LOSS_NO_ATTACH;
	more->count = !run->nsizes;
	return ig_losses_add_unreadable(&run->losses, &run->nlosses);
}

static bool is_loaded(const struct bpf_program *prog)
{
	return bpf_program__fd(prog) >= 0;
}

int ig_timing_observe(const struct ig_timing *timing, struct ig_timing_run *run)
{
	const struct attach_bpf *skel = timing->skel;

	run->driver_seen =
		is_loaded(skel->progs.op____iommu_attach_device) ||
		is_loaded(skel->progs.op____iommu_group_set_domain_internal) ||
		is_loaded(skel->progs.op____iommu_group_set_domain);
	run->calls = is_loaded(skel->progs.op____iommu_attach_device);
	run->wait_seen = is_loaded(skel->progs.op__contention_begin);
	if (read_sizes(timing, run) || read_slow(timing, run) ||
	    read_losses(timing, run))
		return ig_error("out of memory");
	ig_timing_sort(run);
	return 0;
}

void ig_timing_run_free(struct ig_timing_run *run)
{
	size_t i;

	for (i = 0; i < run->nsizes; i++)
		free(run->sizes[i].errors);
	for (i = 0; i < run->nslow; i++)
		ig_trace_free(run->slow[i].trace);
	for (i = 0; i < run->nfolded; i++)
		free(run->folded[i].frames);
	free(run->sizes);
	free(run->slow);
	free(run->folded);
	ig_losses_free(run->losses, run->nlosses);
	memset(run, 0, sizeof(*run));
}
