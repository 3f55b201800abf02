/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The reference audit: pure functions from what was observed to a verdict.
 * No libbpf, no I/O, no globals, so that it is tested on a desk and gives the
 * same verdict offline as live.
 */
#ifndef IOMMU_GROUP_ANALYSIS_H
#define IOMMU_GROUP_ANALYSIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iommu_group_abi.h"
#include "locks/locks.h"

/** enum ig_verdict - in rising order of rank; the values are not exit codes */
enum ig_verdict {
	IG_CLEAN,
	IG_INCONCLUSIVE,
	IG_FINDINGS,
};

/** struct ig_device - a device in a group */
struct ig_device {
	char *name; /* 0000:00:02.0 */
	char *driver; /* NULL when none is bound */
};

/**
 * struct ig_group_state - one group in a snapshot
 * @id: number under /sys/kernel/iommu_groups
 * @gen: generation, see struct ig_group; 0 when the group map had no room
 * @addr: address of the struct iommu_group
 * @kref: references on devices_kobj
 * @ndev: length of the kernel's device list
 * @stable: false when @kref and @ndev never held still while they were read
 * @ghosts: devices that are listed though their removal was seen
 * @off: @kref less what the events add up to, where each reference is traced
 * @owner_cnt: DMA ownership count
 * @owned: a DMA owner other than a kernel driver is set
 * @foreign_domain: attached to a domain that is neither the default nor the
 *	blocking domain
 * @name: the group's name or NULL
 * @type: what the sysfs attribute says (DMA, DMA-FQ, identity, ...) or NULL
 * @devices: the devices as sysfs lists them, @ndevices of them
 */
struct ig_group_state {
	unsigned int id;
	unsigned int gen;
	uint64_t addr;
	int kref;
	int ndev;
	bool stable;
	unsigned int ghosts;
	int off;
	unsigned int owner_cnt;
	bool owned;
	bool foreign_domain;
	char *name;
	char *type;
	struct ig_device *devices;
	size_t ndevices;
};

/** struct ig_snapshot - all groups at one time, in rising order of id */
struct ig_snapshot {
	struct ig_group_state *groups;
	size_t ngroups;
	unsigned int unreadable; /* groups that were there but not read */
};

/** struct ig_trace - a call stack in words, innermost first */
struct ig_trace {
	char **frames; /* name+0x1a/0x40 or name+0x1a/0x40 [mod] */
	size_t nframes;
	unsigned int pid;
	char comm[16];
};

/**
 * struct ig_site_count - what one call site did on one live group
 * @group, @gen: which group
 * @ip: return address into the caller
 * @symbol: the caller in words: name+0x1a/0x40 [mod]
 * @counts: gets, puts, answered, matched (see struct ig_site)
 * @first: stack when the site was new, NULL for none
 * @high: stack at the group's last new high balance, NULL for none
 * @module_alive: the caller's code is still loaded
 */
struct ig_site_count {
	unsigned int group;
	unsigned int gen;
	uint64_t ip;
	char *symbol;
	struct ig_total counts;
	struct ig_trace *first;
	struct ig_trace *high;
	bool module_alive;
};

/** struct ig_site_total - what one site did on groups since released */
struct ig_site_total {
	uint64_t ip;
	char *symbol;
	struct ig_total counts;
};

/** struct ig_seen_violation - a violation with its stack in words */
struct ig_seen_violation {
	struct ig_violation raw;
	struct ig_trace *trace; /* NULL for none */
};

/** struct ig_attach_count - attaches and detaches of one site on one group */
struct ig_attach_count {
	unsigned int group;
	unsigned int gen;
	char *symbol;
	uint64_t attaches; /* that succeeded */
	uint64_t detaches;
	bool module_alive;
	struct ig_trace *trace;
};

/**
 * struct ig_notifier_left - a notifier registered in the run and not since
 *	unregistered
 * @group, @gen: which group
 * @symbol: who registered it
 * @callback: the function that is called
 * @trace: the stack that registered it
 */
struct ig_notifier_left {
	unsigned int group;
	unsigned int gen;
	char *symbol;
	char *callback;
	struct ig_trace *trace;
};

/**
 * struct ig_loss_count - something that was not seen, with count and reason
 * @key: short stable name for JSON, such as ringbuf_full
 * @reason: for people, says what to do
 * @count: how often; 0 entries are left out of verdicts
 */
struct ig_loss_count {
	const char *key;
	const char *reason;
	uint64_t count;
};

/**
 * struct ig_run - everything that was observed in one run
 * @before, @after: the snapshots; the second is taken after settling
 * @locks: the locks that were seen, nothing unless they were audited
 * @locks_only: nothing is to be said about references and devices
 * @exact: every reference was traced (tracepoints of a patched kernel; the
 *	one that iommu_group_alloc() returns with counts as a get), so a
 *	difference between events and count is a loss, not an inlined call
 */
struct ig_run {
	struct ig_snapshot before;
	struct ig_snapshot after;
	struct ig_site_count *sites;
	size_t nsites;
	struct ig_site_total *totals;
	size_t ntotals;
	struct ig_seen_violation *violations;
	size_t nviolations;
	struct ig_attach_count *attaches;
	size_t nattaches;
	struct ig_notifier_left *notifiers;
	size_t nnotifiers;
	struct ig_loss_count *losses;
	size_t nlosses;
	struct ig_lock_run locks;
	bool locks_only;
	bool exact;
};

/**
 * struct ig_suspect - a call site that may hold references
 * @site: the site, owned by the run
 * @outstanding: gets of it that no put answered, after pairing; of a
 *	ref-underflow, puts of it that answered no get
 * @partner: symbol of the site it was paired with, NULL for none
 * @trace: the best stack for it (the one at the new high first), may be NULL
 */
struct ig_suspect {
	const struct ig_site_count *site;
	uint64_t outstanding;
	const char *partner;
	const struct ig_trace *trace;
};

/** IG_NO_GROUP - of a finding or a note: it is not known which group */
#define IG_NO_GROUP (~0u)

/** struct ig_finding - one thing that is wrong */
struct ig_finding {
	const char *rule; /* ref-leak, zombie-group, ... */
	unsigned int group; /* IG_NO_GROUP when it is not known */
	char *message; /* one line */
	long count; /* references concerned, 0 where it makes no sense */
	long unattributed; /* of @count, those that no traced call explains */
	struct ig_suspect *suspects; /* the likeliest first */
	size_t nsuspects;
	const struct ig_trace *trace; /* of a violation; NULL: see suspects */
	char **devices; /* names of the group's devices */
	size_t ndevices;
	const struct ig_lock_edge **edges; /* of a circle of locks, in order */
	char **locks; /* where each edge begins; the last ends at the first */
	size_t nedges;
};

/** struct ig_held - references whose holder is plainly alive */
struct ig_held {
	unsigned int group;
	long count;
	const char *holder; /* vfio, iommufd, singleton_group, amdxdna */
	char *message;
	const struct ig_trace *trace; /* where it was taken, when traced */
};

/** struct ig_note - true and worth saying, but no verdict hangs on it */
struct ig_note {
	unsigned int group;
	char *message;
};

/** struct ig_result - the verdict and what led to it; owns its strings */
struct ig_result {
	enum ig_verdict verdict;
	struct ig_finding *findings;
	size_t nfindings;
	struct ig_held *held;
	size_t nheld;
	struct ig_note *notes;
	size_t nnotes;
	struct ig_loss_count *losses; /* only those that are not 0 */
	size_t nlosses;
};

/**
 * ig_analyse() - judge a run
 * @run: what was observed; not changed, must outlive the result
 * @result: filled in; release with ig_result_free()
 *
 * Return: 0, or -ENOMEM (the result is then empty).
 */
int ig_analyse(const struct ig_run *run, struct ig_result *result);

/** ig_result_free() - release what ig_analyse() filled in */
void ig_result_free(struct ig_result *result);

/**
 * ig_exit_code() - the documented exit code of a verdict
 * @verdict: the verdict
 * @workload_failed: the workload itself did not end with status 0
 *
 * Return: 0 clean, 2 findings, 3 inconclusive, 4 only the workload failed.
 */
int ig_exit_code(enum ig_verdict verdict, bool workload_failed);

/**
 * ig_external() - references held by others than the group's own devices
 * @group: a group of a snapshot
 *
 * Return: kref less devices; negative when a device's own reference is gone.
 */
static inline long ig_external(const struct ig_group_state *group)
{
	return (long)group->kref - group->ndev;
}

/**
 * ig_snapshot_settle() - keep, group by group, the calmer of two readings
 * @run: what was observed up to @next, with the snapshot before
 * @best: the readings so far; takes over what is better in @next
 * @next: a later snapshot; what is left in it is for the caller to free
 *
 * A reference in transit (a lookup by somebody else at the moment of the
 * snapshot) shows up in one reading and not in the next, a leak in all of
 * them.  So the verdict uses, of each group, the reading whose references come
 * nearest to its devices and living holders; one that held still, and where
 * sysfs lists the same devices, comes before one that did not.  Groups that are
 * not in @next any more are dropped, new ones are taken over.
 */
void ig_snapshot_settle(const struct ig_run *run, struct ig_snapshot *best,
			struct ig_snapshot *next);

/**
 * ig_baseline_settle() - ig_snapshot_settle() for the snapshot before the run
 * @run: its snapshot before takes over what is better in @next
 * @next: a later snapshot; what is left in it is for the caller to free
 *
 * The first reading of a group is where its events begin to count, so it cannot
 * tell what was in transit just then.  A later one can: that much they differ
 * from the count for ever, and no event is missing for it.
 */
void ig_baseline_settle(struct ig_run *run, struct ig_snapshot *next);

#endif /* IOMMU_GROUP_ANALYSIS_H */
