// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "iommu_group_abi.h"
#include "audit.skel.h"
#include "probe/losses.h"

static const struct {
	const char *key;
	const char *reason;
} kinds[IG_LOSS_MAX] = {
	[IG_LOSS_RINGBUF] = { "ring_buffer_full",
			      "events did not fit the ring buffer; raise --ring-size" },
	[IG_LOSS_GROUP_MAP] = { "group_map_full",
				"times that a group did not fit the group map; raise --max-groups" },
	[IG_LOSS_SITE_TABLE] = { "site_table_full",
				 "a group has more call sites than are kept" },
	[IG_LOSS_STACK_TABLE] = { "stack_table_full",
				  "call stacks did not fit; raise --max-stacks" },
	[IG_LOSS_SYMBOL_MAP] = { "symbol_map_full",
				 "symbols of modules did not fit the symbol map" },
	[IG_LOSS_SYMBOL_REUSED] = { "symbols_reused",
				    "calls of one module came from where another had been, so counts and names may be of either; audit one at a time" },
	[IG_LOSS_DEVICE_MAP] = { "device_map_full",
				 "devices did not fit the device map; raise --max-devices" },
	[IG_LOSS_VIOLATIONS] = { "violations_full",
				 "more violations than are kept" },
	[IG_LOSS_NOTIFIER_MAP] = { "notifier_map_full",
				   "more notifiers are registered than are kept" },
	[IG_LOSS_LOCK_DEPTH] = { "lock_depth",
				 "a task held more locks than are kept" },
	[IG_LOSS_LOCK_TASKS] = { "lock_tasks",
				 "more tasks held locks at a time than are kept" },
	[IG_LOSS_LOCK_MISSED] = { "lock_missed",
				  "a task that takes group locks released a lock that it was not seen to take" },
	[IG_LOSS_LOCK_EDGES] = { "edge_map_full",
				 "pairs of nested locks did not fit; raise --max-edges" },
	[IG_LOSS_LOCK_PLACES] = { "lock_places_full",
				  "more locks are taken at several places than are kept" },
	[IG_LOSS_LOCK_NAMES] = { "named_locks_full",
				 "locks of groups or devices did not fit; raise --max-devices" },
	[IG_LOSS_ATTACH_TASKS] = { "attach_tasks",
				   "more tasks attached at a time than are kept" },
	[IG_LOSS_ATTACH_CASES] = { "attach_sizes_full",
				   "operations on groups of one size did not fit; raise --max-sizes" },
	[IG_LOSS_ATTACH_MISSED] = { "attach_missed",
				    "an operation was seen to begin and not to end, or the other way round" },
	[IG_LOSS_ATTACH_SLOW] = { "attach_slow",
				  "one of the slowest operations was not kept" },
	[IG_LOSS_ATTACH_SAMPLES] = { "samples_full",
				     "samples did not fit; raise --max-stacks" },
	[IG_LOSS_READ] = { "read_failed",
			   "what a probe read did not fit what it knew, or it got no memory" },
};

uint64_t ig_loss_count(const struct ig_probes *probes, enum ig_loss loss)
{
	int cpus = libbpf_num_possible_cpus(), i;
	__u64 *values, sum = 0;
	__u32 key = loss;

	values = cpus > 0 ? calloc(cpus, sizeof(*values)) : NULL;
	/* What cannot be read counts as lost, never as nothing. */
	if (!values)
		return 1;
	if (bpf_map_lookup_elem(bpf_map__fd(probes->skel->maps.losses), &key,
				values))
		sum = 1;
	for (i = 0; i < cpus; i++)
		sum += values[i];
	free(values);
	return sum;
}

int ig_losses_read(const struct ig_probes *probes, struct ig_run *run)
{
	int i;

	run->losses = calloc(IG_LOSS_MAX + 3, sizeof(*run->losses));
	if (!run->losses)
		return -1;
	for (i = 0; i < IG_LOSS_MAX; i++)
		run->losses[i] =
			(struct ig_loss_count){ kinds[i].key, kinds[i].reason,
						ig_loss_count(probes, i) };
	run->losses[i++] =
		(struct ig_loss_count){ "programs_missed",
					"the kernel skipped runs of a probe",
					ig_probes_missed(probes, false) };
	run->losses[i++] = (struct ig_loss_count){ "probes_missing",
						   probes->nmissing ?
							   probes->missing :
							   "no probe missing",
						   probes->nmissing };
	/* Green for want of anything to look at would be silently wrong. */
	run->losses[i++] = (struct ig_loss_count){
		"no_groups",
		"no IOMMU group before, during or after the run; boot with an IOMMU enabled",
		!run->before.ngroups && !run->after.ngroups && !run->ntotals &&
			!run->before.unreadable && !run->after.unreadable
	};
	run->nlosses = i;
	return 0;
}
