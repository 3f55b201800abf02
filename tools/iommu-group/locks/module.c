// SPDX-License-Identifier: GPL-2.0
#include <bpf/libbpf.h>

#include "iommu_group_abi.h"
#include "audit.skel.h"
#include "locks/collect.h"
#include "locks/locks.h"
#include "locks/module.h"
#include "options.h"

static int size_maps(struct audit_bpf *skel, const struct ig_options *options)
{
	struct bpf_map *const by_edges[] = {
		skel->maps.edges,
		skel->maps.edge_stacks,
		skel->maps.place_pairs,
		skel->maps.lock_roles,
	};
	size_t i;

	for (i = 0; i < sizeof(by_edges) / sizeof(by_edges[0]); i++)
		if (bpf_map__set_max_entries(by_edges[i], options->max_edges))
			return -1;
	return bpf_map__set_max_entries(skel->maps.named_locks,
					options->max_groups +
						options->max_devices);
}

/* It has to know all groups, so it needs what accounts for them as well. */
const struct ig_module ig_locks_module = {
	.name = "locks",
	.programs = IG_PROGRAMS_SNAPSHOT | IG_PROGRAMS_ACCOUNT |
		    IG_PROGRAMS_LOCKS,
	.fentry = true,
	.size = size_maps,
	.observe = ig_locks_observe,
	.audit = &ig_locks_audit,
};
