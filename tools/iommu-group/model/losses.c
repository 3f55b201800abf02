// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "model/losses.h"

/**
 * struct loss - one row
 * @key: in JSON, JUnit and KTAP; never changes
 * @text: what was lost; what to do
 *
 * tests/map reads the keys, and fails when no test in a guest shows one.
 */
static const struct loss {
	const char *key;
	const char *text;
} losses[IG_LOSS_ALL] = {
	[IG_LOSS_RINGBUF] = { "ring_buffer_full",
			      "events did not fit the ring buffer; raise --ring-size" },
	[IG_LOSS_GROUP_MAP] = { "group_map_full",
				"a group did not fit the group map; raise --max-groups" },
	[IG_LOSS_SITE_TABLE] = { "site_table_full",
				 "call paths did not fit; raise --max-sites" },
	[IG_LOSS_STACK_TABLE] = { "stack_table_full",
				  "call stacks did not fit; raise --max-stacks" },
	[IG_LOSS_SYMBOL_MAP] = { "symbol_map_full",
				 "symbols of modules did not fit the symbol map; audit fewer modules at a time" },
	[IG_LOSS_SYMBOL_REUSED] = { "symbols_reused",
				    "a module was loaded where another one had been, so counts and names may be of either; audit one at a time" },
	[IG_LOSS_DEVICE_MAP] = { "device_map_full",
				 "devices did not fit the device map; raise --max-devices" },
	[IG_LOSS_VIOLATIONS] = { "violations_full",
				 "more violations than are kept; fix those that are shown and run again" },
	[IG_LOSS_READ] = { "read_failed",
			   "a probe read something other than it expected, or got no memory; run again" },
	[IG_LOSS_RELEASE] = { "release_missed",
			      "a group's number was given out again and its release was not seen; run again" },
	[IG_LOSS_NOTIFIER_MAP] = { "notifier_map_full",
				   "more notifiers are registered than are kept; audit a smaller part of the workload at a time" },
	[IG_LOSS_LOCK_DEPTH] = { "lock_depth",
				 "a task held more locks than are kept, a group lock among them; run without what takes that many" },
	[IG_LOSS_LOCK_TASKS] = { "lock_tasks",
				 "more tasks held locks at a time than are kept; run with fewer tasks" },
	[IG_LOSS_LOCK_EDGES] = { "edge_map_full",
				 "pairs of nested locks did not fit; raise --max-edges" },
	[IG_LOSS_LOCK_SITE_PAIRS] = { "lock_places_full",
				      "more locks are taken at several call sites than are kept; raise --max-edges" },
	[IG_LOSS_LOCK_MISSED] = { "lock_missed",
				  "a task that takes group locks released a lock that it was not seen to take; read the notes, and run again" },
	[IG_LOSS_LOCK_OLDER] = { "lock_task_older",
				 "a task took a group lock in a call from before the run, and what it held by then is not known; read the notes, and start before it does" },
	[IG_LOSS_LOCK_NAMES] = { "named_locks_full",
				 "locks of groups or devices did not fit; raise --max-devices" },
	[IG_LOSS_ATTACH_TASKS] = { "attach_tasks",
				   "more tasks attached at a time than are kept; run with fewer tasks" },
	[IG_LOSS_ATTACH_CASES] = { "attach_sizes_full",
				   "operations on groups of one size did not fit; raise --max-sizes" },
	[IG_LOSS_ATTACH_MISSED] = { "attach_missed",
				    "an operation was seen to begin and not to end, or the other way round; run again" },
	[IG_LOSS_ATTACH_SLOW] = { "attach_slow",
				  "one of the slowest operations was not kept; run again" },
	[IG_LOSS_ATTACH_SAMPLES] = { "samples_full",
				     "samples did not fit; raise --max-stacks" },
	[IG_LOSS_PROGRAMS_MISSED] = { "programs_missed",
				      "the kernel skipped runs of a probe; run again" },
	[IG_LOSS_PROBES_MISSING] = { "probes_missing",
				     "this kernel has no probe for a function that a verdict needs" },
	[IG_LOSS_PROBES_DEAD] = { "probes_dead",
				  "probes were switched off for a time; leave them on and run again" },
	[IG_LOSS_READER_DIED] = { "reader_died",
				  "the process that reads sysfs for the snapshots ended by itself; run again" },
	[IG_LOSS_MAPS_UNREADABLE] = { "maps_unreadable",
				      "what the probes had kept could not be read; run again, with more memory free" },
	[IG_LOSS_NO_GROUPS] = { "no_groups",
				"no IOMMU group before, during or after the run; boot with an IOMMU enabled" },
	[IG_LOSS_NO_ATTACH] = { "no_attach",
				"no group or device was attached, detached, claimed or given another domain type; run a workload that does" },
	[IG_LOSS_WORKLOAD_RUNNING] = { "workload_running",
				       "processes of the workload still ran at the end; wait for them in the workload, raise --settle, or give --leave-running" },
	[IG_LOSS_STILL_MOVING] = { "still_moving",
				   "references were still taken or dropped when the workload had ended; raise --settle, or run when it is quiet" },
	[IG_LOSS_RCU_UNSETTLED] = { "rcu_unsettled",
				    "RCU callbacks of the run may not have run yet; allow the collector all CPUs, or run it as root" },
	[IG_LOSS_NOT_RUN] = { "not_run",
			      "a signal ended the suite before this workload; run it again" },
	[IG_LOSS_HOLDERS_UNCOVERED] = { "holders_uncovered",
					"a holder is alive and its reference is gone: somebody dropped one that was not theirs; read the notes" },
	[IG_LOSS_COUNT_DISAGREES] = { "count_disagrees",
				      "references moved that no tracepoint told of; report it with a record of the run" },
	[IG_LOSS_SNAPSHOT_UNSTABLE] = { "snapshot_unstable",
					"a group's count and devices kept changing while they were read; look again when it is quiet" },
	[IG_LOSS_SNAPSHOT_UNREADABLE] = { "snapshot_unreadable",
					  "a group was there but could not be read; run as root, and see iommu-group list" },
	[IG_LOSS_GROUPS_UNACCOUNTED] = { "groups_unaccounted",
					 "a group was not released and is not in sysfs any more; see what is mounted over /sys/kernel/iommu_groups" },
	[IG_LOSS_SYSFS_DISAGREES] = { "sysfs_disagrees",
				      "sysfs lists other devices than the kernel's group does; run again when no device comes or goes" },
	[IG_LOSS_UNKNOWN_VIOLATION] = { "unknown_violation",
					"a probe reported what this version does not know; use matching versions" },
	[IG_LOSS_CLASS_UNPROVEN] = { "lock_class_unproven",
				     "circles around the group lock go through locks that are older than the run and may not be of one class; start before them, and read what is shown as not proven" },
	[IG_LOSS_INSTANCES_DIFFER] = { "lock_instances_differ",
				       "circles around the group lock go through different locks of one class, and mutex_lock_nested() or lockdep_set_class(), which may make that right, cannot be seen; read what is shown as not proven" },
	[IG_LOSS_READER_HANDED_OVER] = { "reader_handed_over",
					 "circles around the group lock hang on a reader whose lock another task released, so that it may not have had it; read what is shown as not proven" },
	[IG_LOSS_CLASS_FORGOTTEN] = { "lock_class_forgotten",
				      "locks around the group lock were initialised in the run, and too many others since to know where; run for a shorter time, and read the notes" },
	[IG_LOSS_OLDER_DROPPED] = { "older_dropped",
				    "references from before the run were dropped, and no holder of theirs is known to be gone; read the notes" },
	[IG_LOSS_OLDER_REPLACED] = { "older_replaced",
				     "references that were taken in the run may stand in for some from before it that were dropped; read the notes, or start before their holders" },
	[IG_LOSS_IN_FLIGHT] = { "in_flight",
				"references kept being taken and dropped when the run ended; end what does that, or use --linger" },
	[IG_LOSS_GROUP_LOCK_WAITS] = { "group_lock_waits",
				       "tasks still waited for a group lock at the end, and whether that ever ends is not known; read the notes, or raise --settle" },
	[IG_LOSS_WAITS_UNREAD] = { "waits_unread",
				   "tasks slept at the end, and it could not be seen whether they wait for a group lock" },
};

const char *ig_loss_key(unsigned int loss)
{
	return losses[loss].key;
}

const char *ig_loss_reason(const struct ig_loss_count *count)
{
	return count->detail ?: losses[count->loss].text;
}

unsigned int ig_loss_find(const char *key)
{
	unsigned int i;

	for (i = 0; i < IG_LOSS_ALL; i++)
		if (!strcmp(losses[i].key, key))
			break;
	return i;
}

void ig_losses_free(struct ig_loss_count *list, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		free(list[i].detail);
	free(list);
}
