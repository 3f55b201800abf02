/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the BPF programs and the collector share: the layout of map values and
 * ring buffer records.  Only fixed-width types, so that both sides agree.
 */
#ifndef IOMMU_GROUP_ABI_H
#define IOMMU_GROUP_ABI_H

#ifndef __bpf__
#include <linux/types.h>
#endif

/** IG_SITES - call sites kept for one group; one more is a counted loss */
#define IG_SITES 32
/** IG_STACK_DEPTH - frames kept of one call stack */
#define IG_STACK_DEPTH 32
/** IG_VIOLATIONS - violations kept with their stack; later ones are counted */
#define IG_VIOLATIONS 256
/** IG_SYM_LEN - bytes of one symbol, terminator included */
#define IG_SYM_LEN 128
/** IG_NAME_LEN - bytes of a group's or a device's name, terminator included */
#define IG_NAME_LEN 64
/** IG_LOCK_NAME_LEN - likewise of a static lock: symbol, offset and module */
#define IG_LOCK_NAME_LEN 112
/** IG_REMOVED - or-ed to a device's group once its removal was seen */
#define IG_REMOVED 1ull
/** IG_SEEDED - or-ed to a device's group when a snapshot found it there */
#define IG_SEEDED 2ull
/** IG_NESTING - gets that one task can have open for same-task pairing */
#define IG_NESTING 8
/** IG_RECENT - gets that a CPU keeps for pairing on the tracepoint backend */
#define IG_RECENT 4

/** enum ig_op - what happened to a group */
enum ig_op {
	IG_OP_ALLOC,
	IG_OP_RELEASE,
	IG_OP_ADD_DEVICE,
	IG_OP_REMOVE_DEVICE,
	IG_OP_GET,
	IG_OP_PUT,
	IG_OP_ATTACH,
	IG_OP_DETACH,
	/* from here on only patched kernels tell */
	IG_OP_ATTACH_BEGIN,
	IG_OP_DETACH_BEGIN,
	IG_OP_REGISTER_NOTIFIER,
	IG_OP_UNREGISTER_NOTIFIER,
	IG_OP_NOTIFY_BEGIN,
	IG_OP_NOTIFY_END,
	IG_OP_LOCK_ACQUIRE,
	IG_OP_LOCK_ACQUIRED,
	IG_OP_LOCK_RELEASE,
	IG_OP_MAX,
};

/** enum ig_loss - why something could not be seen or kept; counted per CPU */
enum ig_loss {
	IG_LOSS_RINGBUF, /* ring buffer full: events missing from the stream */
	IG_LOSS_GROUP_MAP, /* group map full: a group is not accounted */
	IG_LOSS_SITE_TABLE, /* more than IG_SITES call sites on one group */
	IG_LOSS_STACK_TABLE, /* stack table full: a site has no stack */
	IG_LOSS_SYMBOL_MAP, /* symbol map full: a module's frame has no name */
	IG_LOSS_SYMBOL_REUSED, /* one address, code of two modules */
	IG_LOSS_DEVICE_MAP, /* device map full */
	IG_LOSS_VIOLATIONS, /* more than IG_VIOLATIONS violations */
	IG_LOSS_READ, /* the kernel object could not be read */
	IG_LOSS_NOTIFIER_MAP, /* notifier map full */
	IG_LOSS_LOCK_DEPTH, /* a task holds more than IG_HELD locks */
	IG_LOSS_LOCK_TASKS, /* too many tasks hold locks at a time */
	IG_LOSS_LOCK_EDGES, /* edge map full: what nests in what is missing */
	IG_LOSS_LOCK_SITE_PAIRS, /* map of site pairs full: classes stay apart */
	IG_LOSS_LOCK_MISSED, /* near a group lock, one was not seen taken */
	IG_LOSS_LOCK_NAMES, /* named lock map full: a group lock is not known */
	IG_LOSS_ATTACH_TASKS, /* too many tasks attach at a time */
	IG_LOSS_ATTACH_CASES, /* map of cases full: an attach is not counted */
	IG_LOSS_ATTACH_MISSED, /* an attach whose begin or end was not seen */
	IG_LOSS_ATTACH_SLOW, /* one of the slowest was not kept */
	IG_LOSS_ATTACH_SAMPLES, /* sample not kept */
	IG_LOSS_MAX,
};

/** enum ig_violation_kind - what a probe caught in the act */
enum ig_violation_kind {
	IG_VIOL_PUT_BELOW_DEVICES =
		1, /* this put drops a device's own reference */
	IG_VIOL_PUT_BELOW_ZERO, /* put of a count that is zero already */
	IG_VIOL_USE_AFTER_RELEASE, /* get or put of a released group */
	IG_VIOL_RELEASED_WITH_DEVICES, /* released while devices are listed */
	IG_VIOL_ADDED_TWICE, /* device added while it is in a group */
	IG_VIOL_REMOVED_UNKNOWN, /* device removed that is in no group */
	IG_VIOL_STILL_LISTED, /* device listed after its removal */
	IG_VIOL_UNREGISTERED_UNKNOWN, /* notifier that is not registered */
	IG_VIOL_RELEASED_WITH_NOTIFIER, /* released while one is registered */
	IG_VIOL_NOTIFIED_LOCKED, /* dispatch by a task with the group lock */
	IG_VIOL_MAX,
};

/**
 * struct ig_kept_symbol - the symbol of an address in a module
 * @name: with offset and module
 * @modules: how many modules had been loaded when it was looked up last: where
 *	one was, there may be another since
 */
struct ig_kept_symbol {
	char name[IG_SYM_LEN];
	__u64 modules;
};

/**
 * struct ig_site - references moved by one caller on one group
 * @ip: return address into the caller, 0 for a free slot
 * @gets: references taken
 * @puts: references dropped
 * @answered: gets of this site that a put by the same task answered
 * @matched: puts of this site that answered a get of the same task
 * @stack_first: index + 1 of the stack when the site was new, 0 for none
 * @stack_high: index + 1 of the stack at the last new high, 0 for none
 * @func: hash of the calling function's name
 * @partner: of a get site, slot + 1 of the put site that answers it
 * @modules: as of struct ig_kept_symbol
 */
struct ig_site {
	__u64 ip;
	__u64 gets;
	__u64 puts;
	__u64 answered;
	__u64 matched;
	__u32 stack_first;
	__u32 stack_high;
	__u32 func;
	__u32 partner;
	__u32 modules;
	__u32 pad;
};

/**
 * struct ig_group - what is known of the group that has an id, or had it last
 * @addr: address of the struct iommu_group, 0 for none yet
 * @id: number under /sys/kernel/iommu_groups, the key as well
 * @gen: tells apart groups that had the same address one after the other
 * @released: not 0 once iommu_group_release() ran on this address
 * @ndev: devices in the list, as add and remove events tell
 * @base: the count when @balance was 0
 * @balance: traced gets less traced puts
 * @high: the highest @balance seen
 * @low: the count less the devices at its lowest, 0 when never below
 * @sites: callers; a slot is claimed once and keeps its place
 */
struct ig_group {
	__u64 addr;
	__u32 id;
	__u32 gen;
	__u32 released;
	__s32 ndev;
	__s64 base;
	__s64 balance;
	__s64 high;
	__s64 low;
	struct ig_site sites[IG_SITES];
};

/** struct ig_dead - a released group, found by its address */
struct ig_dead {
	__u32 id;
	__u32 gen;
};

/** struct ig_notifier_key - a notifier block that is registered with a group */
struct ig_notifier_key {
	__u64 addr; /* of the group */
	__u64 nb;
	__u32 gen;
	__u32 pad;
};

/** struct ig_notifier - who registered it; gone once it is unregistered */
struct ig_notifier {
	__u64 ip;
	__u64 callback;
	__u32 gen;
	__u32 group;
	__u32 stack; /* index + 1, 0 for none */
	__u32 pad;
};

/** IG_HELD - locks that one task can hold at a time */
#define IG_HELD 16
/** IG_LOCK_MISUSES - locking errors kept with their stack */
#define IG_LOCK_MISUSES 256

/** enum ig_lock_class_kind - how a class of locks is told from others */
enum ig_lock_class_kind {
	IG_CLASS_GROUP, /* the group lock, of any group */
	IG_CLASS_DEVICE, /* lock of a device in a group; by address */
	IG_CLASS_STATIC, /* in the data of the kernel or a module; by address */
	IG_CLASS_INIT_SITE, /* by where it was initialised, as lockdep does */
	IG_CLASS_CALL_SITE, /* older than the run: by where it is taken */
};

/* Of an edge: two enum ig_lock_class_kind, and how both ends are taken. */
#define IG_EDGE_FROM_KIND(flags) ((flags)&7)
#define IG_EDGE_TO_KIND(flags) ((flags) >> 3 & 7)
#define IG_EDGE_KINDS(from, to) ((from) | (to) << 3)
#define IG_EDGE_FROM_READ 64
#define IG_EDGE_TO_READ 128

/**
 * struct ig_edge_key - a lock tried while another one is held
 * @from, @to: addresses, or sites in the code, see enum ig_lock_class_kind; 0
 *	for the group lock, but of an edge between two of them the addresses
 * @flags: IG_EDGE_...
 */
struct ig_edge_key {
	__u64 from;
	__u64 to;
	__u32 flags;
	__u32 pad;
};

/** IG_EDGE_CACHE_BITS - log2 of the entries of the cache of edges */
#define IG_EDGE_CACHE_BITS 12

/** ig_hash() - the upper bits of an address, mixed; @bits of them */
static inline __u32 ig_hash(__u64 addr, __u32 bits)
{
	return addr * 0x9e3779b97f4a7c15ull >> (64 - bits);
}

/* Tells an edge in the cache from one of which only half was written. */
static inline __u64 ig_edge_check(const struct ig_edge_key *key)
{
	return (key->from * 3 + key->to) ^ key->flags;
}

/** struct ig_lock_end - the lock at one end of an edge, when it was new */
struct ig_lock_end {
	__u64 addr;
	__u64 ip; /* who took it, or tries to */
	__s32 group; /* of a group lock, else -1 */
	__u32 pad;
	char name[IG_LOCK_NAME_LEN]; /* of a device lock, the device */
};

/** IG_LOCKDEP_KEYED - functions whose locks are not classed by their
 * initialisation
 */
#define IG_LOCKDEP_KEYED 4

/** struct ig_range - addresses of a function */
struct ig_range {
	__u64 start;
	__u64 end;
};

/** struct ig_edge - what is kept of an edge */
struct ig_edge {
	__u64 count; /* that are not in the cache of edges any more */
	__u32 stack; /* index + 1 into the stacks of edges, 0 for none */
	__u32 modules; /* as of struct ig_kept_symbol */
	struct ig_lock_end from;
	struct ig_lock_end to;
};

/** struct ig_edge_cache - edges that were seen lately, so need no map */
struct ig_edge_cache {
	struct ig_edge_key key;
	__u64 count;
	__u64 check;
	__u64 modules; /* as of struct ig_kept_symbol */
};

/** struct ig_site_pair - two sites in the code that have to do with one lock */
struct ig_site_pair {
	__u64 a;
	__u64 b;
};

/** enum ig_pair_kind - what is known of such a pair */
enum ig_pair_kind {
	IG_PAIR_TAKEN = 1, /* it was taken at both; 0 is the group lock */
	IG_PAIR_INIT, /* it was initialised at a and taken at b */
};

/* What a lock in allocated memory was seen to be, near the group lock. */
#define IG_SIDE_OUTER 1 /* held while the group lock is tried */
#define IG_SIDE_INNER 4 /* tried while the group lock is held */
#define IG_SIDE_READ(side) ((side) << 1) /* likewise, for reading */

/** struct ig_lock_side - such a lock; the key is its address */
struct ig_lock_side {
	__u64 ip; /* where it was taken first */
	__u64 init_site; /* where it was initialised, 0 when it is older than
			  * the run
			  */
	__u32 sides; /* IG_SIDE_... */
	__u32 pad;
};

/** enum ig_lock_misuse_kind - what a task does wrong with a lock by itself */
enum ig_lock_misuse_kind {
	IG_MISUSE_RECURSION = 1, /* tries what it holds */
	IG_MISUSE_ON_EXIT, /* ends with the group lock */
	IG_MISUSE_TO_USER, /* returns to user space with it */
	IG_MISUSE_TOO_LONG, /* held it longer than asked for */
};

/** struct ig_lock_misuse - such an error */
struct ig_lock_misuse {
	__u32 kind; /* written last */
	__u32 class; /* enum ig_lock_class_kind */
	__u64 key;
	__u64 ns; /* how long it was held, 0 where it makes no sense */
	__u32 stack; /* index + 1, 0 for none */
	__u32 flags; /* IG_EDGE_TO_READ */
	struct ig_lock_end lock;
};

/** struct ig_stack - one kept call stack, innermost frame first */
struct ig_stack {
	__u32 nr;
	__u32 pid;
	char comm[16];
	__u64 ip[IG_STACK_DEPTH];
};

/** struct ig_total - a site's counts on groups that have been released */
struct ig_total {
	__u64 gets;
	__u64 puts;
	__u64 answered;
	__u64 matched;
};

/** struct ig_attach_key - who attaches which group */
struct ig_attach_key {
	__u64 addr;
	__u64 ip;
	__u32 gen;
	__u32 group;
};

/** struct ig_attaches - successful attaches and detaches of one site */
struct ig_attaches {
	__u64 attaches;
	__u64 detaches;
	__u32 stack; /* index + 1, 0 for none */
	__u32 pad;
};

/** struct ig_violation - one thing caught in the act */
struct ig_violation {
	__u32 kind; /* enum ig_violation_kind, 0 for a free slot */
	__u32 group;
	__u32 gen;
	__u32 stack; /* index + 1, 0 for none */
	__u64 addr;
	__u64 ip;
	__u64 ns;
	__s32 kref; /* count before the operation */
	__s32 ndev; /* devices in the list at that time */
	__u32 pid;
	__u32 pad;
	char comm[16];
	char device[IG_NAME_LEN];
};

/** struct ig_snap - a group as the kernel has it, read in one go */
struct ig_snap {
	__u64 seq; /* changes with each reading */
	__u64 addr;
	__u32 id;
	__u32 gen;
	__s32 kref; /* of devices_kobj */
	__s32 ndev; /* length of the device list */
	__s32 stable; /* 0 when count and list kept changing */
	__u32 owner_cnt;
	__u64 owner;
	__u64 domain;
	__u64 default_domain;
	__u64 blocking_domain;
	__s32 count_error; /* count less what the events add up to; tracepoint
			      backend */
	__u32 removed_listed; /* devices still listed whose removal was seen */
	char name[IG_NAME_LEN];
};

/** struct ig_event - one record of the ring buffer */
struct ig_event {
	__u64 ns; /* CLOCK_MONOTONIC */
	__u64 addr; /* struct iommu_group */
	__u64 ip; /* return address into the caller, 0 for unknown */
	__u64 callback; /* of a notifier, 0 for none */
	__u32 op; /* enum ig_op */
	__u32 group;
	__s32 kref; /* before the operation, -1 for unknown */
	__s32 ret; /* 0 or negative errno where the operation can fail */
	__u32 pid;
	__u32 what; /* action of a dispatch, type of a domain */
	__u32 number; /* callbacks called, devices of the group */
	__u32 pad;
	char comm[16];
	char device[IG_NAME_LEN];
};

#include "iommu_group_attach.h"

#endif /* IOMMU_GROUP_ABI_H */
