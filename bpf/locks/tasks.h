/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tasks that hold locks.
 *
 * A table of its own instead of task storage, because each lock of the whole
 * system comes by: this needs no helper.  An entry belongs to a task while it
 * holds locks, and can be taken over by another one after that.
 */
#ifndef IG_BPF_LOCK_TASKS_H
#define IG_BPF_LOCK_TASKS_H

#include "locks/classes.h"
#include "core/loop.h"

/** IG_LOCK_TASK_BITS - of the table of tasks that hold locks */
#define IG_LOCK_TASK_BITS 11
#define IG_LOCK_TASKS (1 << IG_LOCK_TASK_BITS)
/** IG_LOCK_TASK_TRIES - entries in which a task may be found */
#define IG_LOCK_TASK_TRIES 8
/* Or-ed to the task while it holds locks. */
#define IN_USE 1ull

/** struct lock_task - a task and its locks, in the order they were taken */
struct lock_task {
	__u64 task;
	__u32 n; /* released ones are among them, but not the last */
	__u16 index; /* index of this entry */
	__u16 seen_group_lock; /* it took a group lock since it was in user
				  space */
	/* What tried_too() leaves for keep_traces(), 0 for nothing. */
	__u32 edge_stack; /* index + 1 of the stack that new edges wait for */
	__u32 retaken; /* index + 1 of the lock that is tried again */
	union {
		struct {
			__u32 many; /* all struct lock::more */
			__u32 unkept; /* those for which there was no room */
		};
		__u64 without_place; /* any of these */
	};
	__u64 many_xor; /* addresses of @many */
	__u32 block; /* index + 1 of its block of further locks, 0 for none */
	struct lock locks[IG_HELD];
	struct lock spare; /* for one that there is no room for */
};

/** struct lock_block - further locks of a task */
struct lock_block {
	__u64 task; /* whose it is, 0 for nobody's */
	struct lock locks[IG_HELD_MORE];
};

static struct lock_block lock_blocks[IG_HELD_BLOCKS];

/* As last_site[]: not a map of its own. */
static struct lock_task lock_tasks[IG_LOCK_TASKS];

static __always_inline struct lock_task *lock_task_at(__u64 i)
{
	asm volatile("%0 &= %1" : "+r"(i) : "i"(IG_LOCK_TASKS - 1));
	return &lock_tasks[i];
}

/* Where a task is, unless another one was there first. */
static __always_inline struct lock_task *home_of(__u64 task)
{
	return &lock_tasks[ig_hash(task, IG_LOCK_TASK_BITS)];
}

static __always_inline struct lock *further_lock(struct lock_task *h, __u64 i)
{
	__u64 block = h->block - 1;

	asm volatile("%0 &= %1" : "+r"(block) : "i"(IG_HELD_BLOCKS - 1));
	asm volatile("%0 &= %1" : "+r"(i) : "i"(IG_HELD_MORE - 1));
	return &lock_blocks[block].locks[i];
}

static __always_inline struct lock *lock_at(struct lock_task *h, __u64 i)
{
	if (i >= IG_HELD)
		return further_lock(h, i - IG_HELD);
	asm volatile("%0 &= %1" : "+r"(i) : "i"(IG_HELD - 1));
	return &h->locks[i];
}

/* Room for one lock after the first ones; false when no block is free. */
static __always_inline bool claim_block(struct lock_task *h)
{
	__u32 i;

	for (i = 0; i < IG_HELD_BLOCKS; i++)
		if (!__sync_val_compare_and_swap(&lock_blocks[i].task, 0,
						 h->task)) {
			h->block = i + 1;
			return true;
		}
	return false;
}

static __always_inline void free_block(struct lock_task *h)
{
	__u64 block = h->block - 1;

	if (!h->block)
		return;
	asm volatile("%0 &= %1" : "+r"(block) : "i"(IG_HELD_BLOCKS - 1));
	lock_blocks[block].task = 0;
	h->block = 0;
}

/* The task holds nothing, whatever was seen. */
static __always_inline void forget_locks(struct lock_task *h)
{
	free_block(h);
	h->n = 0;
	h->without_place = 0;
	h->many_xor = 0;
	h->edge_stack = 0;
	h->retaken = 0;
}

VERIFIED_ONCE int find_further(__u64 task)
{
	__u32 at = ig_hash(task, IG_LOCK_TASK_BITS), i;

	for (i = 1; i < IG_LOCK_TASK_TRIES; i++)
		if ((lock_task_at(at + i)->task & ~IN_USE) == task)
			return (at + i) & (IG_LOCK_TASKS - 1);
	return -1;
}

/* The entry of a task, NULL when it has none. */
static __always_inline struct lock_task *find_lock_task(__u64 task)
{
	struct lock_task *h = home_of(task);
	int at;

	if ((h->task & ~IN_USE) == task)
		return h;
	at = find_further(task);
	return at < 0 ? NULL : lock_task_at(at);
}

VERIFIED_ONCE int take_entry(__u64 task)
{
	__u32 at = ig_hash(task, IG_LOCK_TASK_BITS), i;
	struct lock_task *h;
	__u64 old;

	for (i = 0; i < IG_LOCK_TASK_TRIES; i++) {
		h = lock_task_at(at + i);
		old = h->task;
		if (old & IN_USE ||
		    (h->seen_group_lock && i < IG_LOCK_TASK_TRIES / 2))
			continue;
		if (__sync_val_compare_and_swap(&h->task, old, task | IN_USE) !=
		    old)
			continue;
		forget_locks(h);
		h->seen_group_lock = 0;
		h->index = (at + i) & (IG_LOCK_TASKS - 1);
		return h->index;
	}
	count_loss(IG_LOSS_LOCK_TASKS);
	return -1;
}

static __noinline struct lock_task *claim_further(__u64 task)
{
	int at = find_further(task);
	struct lock_task *h;

	if (at >= 0) {
		h = lock_task_at(at);
		if (h->task == (task | IN_USE) ||
		    __sync_val_compare_and_swap(&h->task, task,
						task | IN_USE) == task)
			return h;
	}
	at = take_entry(task);
	return at < 0 ? NULL : lock_task_at(at);
}

/* The entry of a task that is about to hold a lock; nobody else takes it. */
static __always_inline struct lock_task *claim_lock_task(__u64 task)
{
	struct lock_task *h = home_of(task);

	if (h->task == (task | IN_USE) ||
	    __sync_val_compare_and_swap(&h->task, task, task | IN_USE) == task)
		return h;
	return claim_further(task);
}

#endif /* IG_BPF_LOCK_TASKS_H */
