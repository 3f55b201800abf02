/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the BPF programs that look for tasks that are stuck and the collector
 * share.
 */
#ifndef IOMMU_GROUP_STUCK_ABI_H
#define IOMMU_GROUP_STUCK_ABI_H

#include "iommu_group_abi.h"

/** enum ig_wait_sort - what a function that sleeps waits for */
enum ig_wait_sort {
	IG_SORT_NONE,
	IG_SORT_MUTEX,
	IG_SORT_RWSEM,
	IG_SORT_SEMAPHORE,
	IG_SORT_COMPLETION,
	IG_SORT_KERNFS, /* a node that is being removed: its last user */
};

/** IG_WAIT_RANGES - functions that sleep, at most */
#define IG_WAIT_RANGES 64

/** struct ig_wait_range - the addresses of such a function */
struct ig_wait_range {
	__u64 start;
	__u64 end;
	__u64 sort;
};

/** IG_BARRIERS - waiters for one work item that are looked at */
#define IG_BARRIERS 4
/** IG_NODES - kernfs nodes that a task may use or remove */
#define IG_NODES 4

/**
 * struct ig_task_look - one task, as one look has found it
 * @task: address of its task_struct
 * @switches: how often it was taken off the CPU, of its own will or not
 * @ran: when it last began to run, by the scheduler's clock; 0 if not known
 * @now: time of the look, by the same clock
 * @stack: lowest address of its stack
 * @kthread: address of its struct kthread, 0 if it is none
 * @completion: the completion that it waits for, 0 for none
 * @barriers: of a kworker, what lies behind the work item that it executes:
 *each is on the stack of a task that waits for the item's end
 * @nodes: kernfs nodes under removal that it has to do with, 0 for none
 * @lock: the lock that it waits for, 0 for none
 * @owner, @count: what the lock says of who has it
 * @tgid, @pid, @parent: ids in the initial namespace
 * @state, @exit_state, @flags: as in task_struct
 * @sort: enum ig_wait_sort of the innermost function that sleeps
 * @read: it wants the lock for reading
 * @nr: frames in @ip
 * @exit_signal: what its parent gets when it ends
 * @name: the lock's symbol, if it has one
 */
struct ig_task_look {
	__u64 task;
	__u64 switches;
	__u64 ran;
	__u64 now;
	__u64 stack;
	__u64 kthread;
	__u64 completion;
	__u64 barriers[IG_BARRIERS];
	__u64 nodes[IG_NODES];
	__u64 lock;
	__u64 owner;
	__u64 count;
	__u32 tgid;
	__u32 pid;
	__u32 parent;
	__u32 state;
	__u32 exit_state;
	__u32 flags;
	__u32 sort;
	__u32 read;
	__u32 nr;
	__s32 exit_signal;
	char comm[16];
	char name[IG_SYM_LEN];
	__u64 ip[IG_STACK_DEPTH];
};

/** struct ig_group_look - a group, as a look has found it without its lock */
struct ig_group_look {
	__u64 addr;
	__u64 lock;
	__u64 owner; /* of the lock */
	__s32 id;
	__s32 kref;
	__s32 ndev;
	__u32 pad;
	char name[IG_NAME_LEN];
};

/** struct ig_device_look - a device of a group */
struct ig_device_look {
	__u64 lock;
	__u64 owner; /* of the lock */
	char name[IG_NAME_LEN];
};

#endif /* IOMMU_GROUP_STUCK_ABI_H */
