/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What was observed in one run, and what the run was.  The collectors fill it
 * in, records save it, the analysis reads it; nothing here knows of them.
 */
#ifndef IOMMU_GROUP_MODEL_RUN_H
#define IOMMU_GROUP_MODEL_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iommu_group_abi.h"
#include "model/lock_run.h"
#include "model/losses.h"
#include "model/wait_run.h"

/** IG_NO_GROUP - it is not known which group */
#define IG_NO_GROUP (~0u)

/**
 * struct ig_device - a device in a group
 * @name: 0000:00:02.0
 * @driver: NULL when none is bound
 * @driver_module: the loadable module that the driver is in, NULL for none
 * @binding: number that sysfs gave to this binding; a device that is unbound
 *	and bound again has another one.  0 when no driver is bound, or in an
 *	old record
 */
struct ig_device {
	char *name;
	char *driver;
	char *driver_module;
	uint64_t binding;
};

/**
 * struct ig_binding - a driver that was bound in the run to a device, and still
 * is
 * @path: the device's, /devices/pci0000:00/0000:00:10.0
 * @driver: the driver's name
 * @module: the loadable module that the driver is in, NULL for none
 */
struct ig_binding {
	char *path;
	char *driver;
	char *module;
};

/**
 * struct ig_group_state - one group in a snapshot
 * @id: number under /sys/kernel/iommu_groups
 * @gen: generation, see struct ig_group; 0 when the group map had no room
 * @addr: address of the struct iommu_group
 * @kref: references on devices_kobj
 * @ndev: length of the kernel's device list
 * @stable: false when @kref and @ndev kept changing while they were read
 * @removed_listed: devices that are listed though their removal was seen
 * @count_error: @kref less what the events add up to, where each reference is
 *traced
 * @least: the fewest external references it had when one more was taken, of
 *	those in the run that were seen; what is above it now was taken since
 * @least_seen: how often there were that few; 0 when that was never
 * @owner_cnt: DMA ownership count
 * @owned: a DMA owner other than a kernel driver is set
 * @foreign_domain: attached to a domain that is neither the default nor the
 *	blocking domain
 * @vfio_group: VFIO has a group of its own for it, /sys/class/vfio/@id
 * @iommufd_owner: the DMA owner is an iommufd context
 * @singleton: it is the one group of the IOMMU that its devices are behind
 * @looks: how often it was read in this snapshot, at different times; 0 in an
 *	old record
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
	unsigned int removed_listed;
	int count_error;
	int least;
	unsigned int least_seen;
	unsigned int owner_cnt;
	bool owned;
	bool foreign_domain;
	bool vfio_group;
	bool iommufd_owner;
	bool singleton;
	unsigned int looks;
	char *name;
	char *type;
	struct ig_device *devices;
	size_t ndevices;
};

/**
 * struct ig_unread - a group, or the list of them, that could not be read
 * @group: its number; IG_NO_GROUP for the list of all groups
 * @why: the error in words
 */
struct ig_unread {
	unsigned int group;
	char *why;
};

/**
 * struct ig_snapshot - all groups at one time
 * @groups: in rising order of id, @ngroups of them
 * @unreadable: how often something was there that is not in @groups
 * @unread: what could not be read and why, @nunread entries: @unreadable of
 *	them, and groups in @groups whose type attribute gave no answer
 * @holders_read: what the kernel shows of holders was read as well; false in an
 *	old record
 */
struct ig_snapshot {
	struct ig_group_state *groups;
	size_t ngroups;
	unsigned int unreadable;
	struct ig_unread *unread;
	size_t nunread;
	bool holders_read;
};

/**
 * struct ig_known_group - what the probes know of a number, of its latest group
 * @id, @gen: the group's number and generation
 * @released: iommu_group_release() was seen
 */
struct ig_known_group {
	unsigned int id;
	unsigned int gen;
	bool released;
};

/** struct ig_trace - a call stack in words, innermost first */
struct ig_trace {
	char **frames; /* name+0x1a/0x40 or name+0x1a/0x40 [mod] */
	size_t nframes;
	unsigned int pid;
	char comm[16];
};

/**
 * struct ig_site_count - what one call path did on one live group
 * @group, @gen: which group
 * @ip: return address into the caller
 * @path: tells it from other paths with that @ip
 * @paths: there are others
 * @symbol: the caller in words: name+0x1a/0x40 [mod]
 * @counts: gets, puts, answered, matched (see struct ig_site)
 * @first: stack when the site was new, NULL for none
 * @high: stack at the group's last new high balance, NULL for none
 * @module_alive: the caller's code is still loaded
 * @first_event, @last_event: numbers of the group's events, of which it made
 *the first and the latest; 0 when that is not known
 * @late_gets, @late_puts: of @counts, those since the workload has ended
 */
struct ig_site_count {
	unsigned int group;
	unsigned int gen;
	uint64_t ip;
	uint64_t path;
	bool paths;
	char *symbol;
	struct ig_total counts;
	struct ig_trace *first;
	struct ig_trace *high;
	bool module_alive;
	unsigned int first_event;
	unsigned int last_event;
	uint64_t late_gets;
	uint64_t late_puts;
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
 * struct ig_run - everything that was observed in one run; owns all of it
 * @command: refs, locks, check or record
 * @kernel: uname -r
 * @backend: tracepoint, fentry or kprobe
 * @iommu: intel, amd, virtio or none
 * @has_workload: whether a workload ran
 * @workload_status: its wait(2) status
 * @left_running: names of processes of the workload that were meant to go on,
 *NULL for none
 * @duration_ns: from the last probe attached to the last snapshot
 * @audited: bits of enum ig_audit_bit: what is judged
 * @every_ref_traced: every reference was traced (tracepoints of a patched
 *kernel; the one that iommu_group_alloc() returns with counts as a get), so a
 *	difference between events and count is a loss, not an inlined call
 * @before, @after: the snapshots; the second is taken after settling
 * @known: the groups that the probes have seen, in rising order of id; read
 *	after @after, nothing in old records
 * @bindings: drivers bound in the run, as far as the kernel told; nothing in
 *	old records
 * @locks: the locks that were seen, nothing unless they were audited
 * @waits: what still waited for locks at the end; nothing in old records
 */
struct ig_run {
	char *command;
	char *kernel;
	char *backend;
	char *iommu;
	bool has_workload;
	int workload_status;
	char *left_running;
	uint64_t duration_ns;
	unsigned int audited;
	bool every_ref_traced;
	struct ig_snapshot before;
	struct ig_snapshot after;
	struct ig_known_group *known;
	size_t nknown;
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
	struct ig_binding *bindings;
	size_t nbindings;
	struct ig_loss_count *losses;
	size_t nlosses;
	struct ig_lock_run locks;
	struct ig_wait_run waits;
};

/** enum ig_audit_bit - what a run was audited for */
enum ig_audit_bit {
	IG_AUDIT_REFS = 1, /* references, devices, attachments, notifiers */
	IG_AUDIT_LOCKS = 2, /* the order of locks */
	IG_AUDIT_LONG_HOLDS = 4, /* how long the group lock is held */
	IG_AUDIT_STUCK = 8, /* who waits for locks at the end */
};

/** ig_run_free() - release all that a run owns; it is empty then */
void ig_run_free(struct ig_run *run);

/**
 * ig_run_clear_observed() - make room for a newer reading of the BPF maps
 * @run: loses known groups, sites, totals, violations, attaches, notifiers,
 *	bindings, losses and locks; keeps its snapshots, waits, and what the run
 *	was
 */
void ig_run_clear_observed(struct ig_run *run);

/**
 * ig_snapshot_unread() - add something that could not be read
 * @snapshot: grows; @unreadable is for the caller to count
 * @group: the group, IG_NO_GROUP for the list of them
 * @fmt: why
 *
 * Return: 0, or -1 without memory.
 */
int ig_snapshot_unread(struct ig_snapshot *snapshot, unsigned int group,
		       const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/** ig_snapshot_free() - release all groups of a snapshot; it is empty then */
void ig_snapshot_free(struct ig_snapshot *snapshot);

/** ig_group_state_clear() - release what a group of a snapshot owns */
void ig_group_state_clear(struct ig_group_state *group);

/** ig_trace_free() - release a call stack; NULL is none */
void ig_trace_free(struct ig_trace *trace);

/**
 * ig_one_more() - room for one more entry of a growing array
 * @array: points at the array's pointer
 * @n: its length, which goes up by one
 * @size: of an entry
 *
 * Return: the new entry, zeroed; NULL without memory.
 */
void *ig_one_more(void *array, size_t *n, size_t size);

/** ig_same_group() - whether two snapshots mean the same group object */
bool ig_same_group(const struct ig_group_state *a,
		   const struct ig_group_state *b);

/** ig_find_group() - the same group in another snapshot, NULL for none */
const struct ig_group_state *ig_find_group(const struct ig_snapshot *snapshot,
					   const struct ig_group_state *group);

/**
 * ig_group_of_gen() - a group of a snapshot by what was recorded about it
 * @snapshot: where to look
 * @id, @gen: the group's number and generation
 *
 * Return: the group, NULL for none.
 */
const struct ig_group_state *ig_group_of_gen(const struct ig_snapshot *snapshot,
					     unsigned int id, unsigned int gen);

/** ig_is_of() - whether something recorded is about this very group */
static inline bool ig_is_of(const struct ig_group_state *group, unsigned int id,
			    unsigned int gen)
{
	return group->gen && group->id == id && group->gen == gen;
}

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

/** ig_run_workload_failed() - a workload ran and did not end with status 0 */
static inline bool ig_run_workload_failed(const struct ig_run *run)
{
	return run->has_workload && run->workload_status;
}

#endif /* IOMMU_GROUP_MODEL_RUN_H */
