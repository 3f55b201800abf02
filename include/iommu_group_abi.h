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

/** IG_SITES - call paths kept with one group; more are in a map of their own */
#define IG_SITES 32
/** IG_STACK_DEPTH - frames kept of one call stack */
#define IG_STACK_DEPTH 32
/** IG_VIOLATIONS - violations kept with their stack; later ones are counted */
#define IG_VIOLATIONS 256
/** IG_SYM_LEN - bytes of one symbol, terminator included */
#define IG_SYM_LEN 256
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
	IG_LOSS_SITE_TABLE, /* more call paths than the map of them holds */
	IG_LOSS_STACK_TABLE, /* stack table full: a site has no stack */
	IG_LOSS_SYMBOL_MAP, /* symbol map full: a module's frame has no name */
	IG_LOSS_SYMBOL_REUSED, /* one address, code of two modules */
	IG_LOSS_DEVICE_MAP, /* device map full */
	IG_LOSS_VIOLATIONS, /* more than IG_VIOLATIONS violations */
	IG_LOSS_READ, /* the kernel object could not be read */
	IG_LOSS_RELEASE, /* a group has another's number, not seen released */
	IG_LOSS_NOTIFIER_MAP, /* notifier map full */
	IG_LOSS_LOCK_DEPTH, /* a task with a group lock holds too many locks */
	IG_LOSS_LOCK_TASKS, /* too many tasks hold locks at a time */
	IG_LOSS_LOCK_EDGES, /* edge map full: what nests in what is missing */
	IG_LOSS_LOCK_SITE_PAIRS, /* map of site pairs full: classes stay apart */
	IG_LOSS_LOCK_MISSED, /* near a group lock, one was not seen taken */
	IG_LOSS_LOCK_OLDER, /* what a task held from before is not known */
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

/** IG_SITE_LOOKS - first events of a call site whose callers are looked at */
#define IG_SITE_LOOKS 16

/**
 * struct ig_site - references moved by one call path on one group
 * @ip: return address into the caller, 0 for a free slot
 * @path: hash of the return addresses behind it, 0 while it is not known
 * @gets: references taken
 * @puts: references dropped
 * @answered: gets of this site that a put by the same task answered
 * @matched: puts of this site that answered a get of the same task
 * @stack_first: index + 1 of the stack when the site was new, 0 for none
 * @stack_high: index + 1 of the stack at the last new high, 0 for none
 * @func: hash of the calling function's name
 * @partner: of a get site, slot + 1 of the put site that answers it
 * @modules: as of struct ig_kept_symbol
 * @paths: not 0 when there is another path with this @ip
 * @first, @last: number of the group's event when it was new, and at its latest
 * @depths: how deep the stack has been, a bit for each depth modulo 512 bytes
 */
struct ig_site {
	__u64 ip;
	__u64 path;
	__u64 gets;
	__u64 puts;
	__u64 answered;
	__u64 matched;
	__u32 stack_first;
	__u32 stack_high;
	__u32 func;
	__u32 partner;
	__u32 modules;
	__u32 paths;
	__u32 first;
	__u32 last;
	__u64 depths;
};

/** struct ig_site_key - a call path that has no slot with its group */
struct ig_site_key {
	__u64 ip;
	__u64 path;
	__u32 id;
	__u32 gen;
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
 * @least: the fewest references that others than its devices had when one more
 *	was taken
 * @least_seen: how often there were that few
 * @events: gets and puts so far
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
	__s32 least;
	__u32 least_seen;
	__u32 events;
	__u32 pad;
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
	__s32 least; /* as of struct ig_group */
	__u32 least_seen;
	__u32 iommufd_owner; /* the owner is an iommufd context */
	__u32 singleton; /* the singleton_group of its first device's IOMMU */
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
#include "iommu_group_locks.h"

#endif /* IOMMU_GROUP_ABI_H */
