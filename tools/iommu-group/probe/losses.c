// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "iommu_group_abi.h"
#include "model/run.h"
#include "probe/losses.h"
#include "probe/maps.h"

uint64_t ig_loss_count(const struct ig_probes *probes, enum ig_loss loss)
{
	int cpus = libbpf_num_possible_cpus(), i;
	__u64 *values, sum = 0;
	__u32 key = loss;

	values = cpus > 0 ? calloc(cpus, sizeof(*values)) : NULL;
	/* What cannot be read counts as lost, never as nothing. */
	if (!values)
		return 1;
	if (bpf_map_lookup_elem(bpf_map__fd(probes->object.losses), &key,
				values))
		sum = 1;
	for (i = 0; i < cpus; i++)
		sum += values[i];
	free(values);
	return sum;
}

int ig_losses_read(const struct ig_probes *probes,
		   struct ig_loss_count **losses, size_t *n)
{
	const uint64_t collected[] = {
		[IG_LOSS_PROGRAMS_MISSED - IG_LOSS_MAX] =
			ig_probes_missed(probes, false) - probes->missed,
		[IG_LOSS_PROBES_MISSING - IG_LOSS_MAX] =
			probes->object.nmissing,
	};
	const size_t all =
		IG_LOSS_MAX + sizeof(collected) / sizeof(collected[0]);
	unsigned int loss;

	*n = 0;
	*losses = calloc(all, sizeof(**losses));
	if (!*losses)
		return -1;
	for (loss = 0; loss < all; loss++) {
		struct ig_loss_count *l = &(*losses)[(*n)++];

		l->loss = loss;
		l->count = loss < IG_LOSS_MAX ? ig_loss_count(probes, loss) :
						collected[loss - IG_LOSS_MAX];
		if (loss != IG_LOSS_PROBES_MISSING || !l->count)
			continue;
		l->detail = strdup(probes->object.missing);
		if (!l->detail)
			return -1;
	}
	return 0;
}

int ig_losses_add_unreadable(struct ig_loss_count **losses, size_t *n)
{
	struct ig_loss_count *loss = ig_one_more(losses, n, sizeof(*loss));
	int error;

	if (!loss)
		return -1;
	loss->loss = IG_LOSS_MAPS_UNREADABLE;
	loss->count = ig_map_failures(&error);
	if (!loss->count)
		return 0;
	if (asprintf(
		    &loss->detail,
		    "what the probes had kept could not be read (%s); run again, with more memory free",
		    strerror(error)) >= 0)
		return 0;
	loss->detail = NULL;
	return -1;
}
