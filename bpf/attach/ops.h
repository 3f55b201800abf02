/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Operations that tasks have begun and not ended.
 *
 * A table of its own, as in locks/tasks.h: between the calls of a driver's
 * callback lie a few hundred instructions, and a look-up must not add many.
 */
#ifndef IG_BPF_ATTACH_OPS_H
#define IG_BPF_ATTACH_OPS_H

#include "core/stack.h"
#include "iommu_group_attach.h"

/** IG_OPEN_BITS - log2 of the operations that can be open at a time */
#define IG_OPEN_BITS 8
#define IG_OPEN (1 << IG_OPEN_BITS)
/** IG_OPEN_TRIES - entries in which a task's operation may be found */
#define IG_OPEN_TRIES 8

/**
 * struct open_op - an operation under way
 * @task: whose it is, 0 for a free entry
 * @here: the context of the program that saw it begin: operations that it calls
 *	have theirs below, for a stack grows down
 * @depth: operations of the family that have begun in it, and itself
 * @op: enum ig_timing_op
 * @group: struct iommu_group
 * @lock: the group lock
 * @began: when
 * @wait_began: when it began to wait for the lock, 0 when it does not
 * @call_began: when the driver's callback, or the loop that calls it for each
 *	device, began; 0 outside of it
 * @loops: loops that have begun, one in the other
 * @ended: it has returned, and is being counted
 * @last: the last device of the group's list when it had returned
 * The rest is as in struct ig_slow.
 */
struct open_op {
	__u64 task;
	__u64 here;
	__u32 depth;
	__u32 op;
	__u64 group;
	__u64 lock;
	__u64 began;
	__u64 wait_began;
	__u64 call_began;
	__u64 wait;
	__u64 driver;
	__u64 slowest;
	__u64 slowest_device;
	__u32 slowest_call;
	__u32 calls;
	__u32 ended;
	__u32 loops;
	__u64 last;
	__u64 call[IG_SLOW_CALLS];
};

static struct open_op open_ops[IG_OPEN];

static __always_inline struct open_op *open_op_at(__u64 i)
{
	asm volatile("%0 &= %1" : "+r"(i) : "i"(IG_OPEN - 1));
	return &open_ops[i];
}

static __always_inline __u32 open_op_hash(__u64 task)
{
	return ig_hash(task, IG_OPEN_BITS);
}

VERIFIED_ONCE int find_op_further(__u64 task)
{
	__u32 at = open_op_hash(task), i;

	for (i = 1; i < IG_OPEN_TRIES; i++)
		if (open_op_at(at + i)->task == task)
			return (at + i) & (IG_OPEN - 1);
	return -1;
}

/* What the task has open, NULL for nothing. */
static __always_inline struct open_op *find_op(__u64 task)
{
	struct open_op *o = open_op_at(open_op_hash(task));
	int at;

	if (o->task == task)
		return o;
	at = find_op_further(task);
	return at < 0 ? NULL : open_op_at(at);
}

VERIFIED_ONCE int claim_op(__u64 task)
{
	__u32 at = open_op_hash(task), i;
	struct open_op *o;

	for (i = 0; i < IG_OPEN_TRIES; i++) {
		o = open_op_at(at + i);
		if (!o->task && !__sync_val_compare_and_swap(&o->task, 0, task))
			return (at + i) & (IG_OPEN - 1);
	}
	count_loss(IG_LOSS_ATTACH_TASKS);
	return -1;
}

/** begin_op() - an operation begins; only the outermost is timed */
static __always_inline void begin_op(void *ctx, __u32 op, __u64 group,
				     __u64 lock)
{
	__u64 task = bpf_get_current_task();
	struct open_op *o = find_op(task);
	int at;

	if (o) {
		if ((__u64)ctx < o->here) {
			o->depth++;
			return;
		}
		/* The end of the last one was not seen. */
		count_loss(IG_LOSS_ATTACH_MISSED);
	} else {
		at = claim_op(task);
		if (at < 0)
			return;
		o = open_op_at(at);
	}
	o->here = (__u64)ctx;
	o->depth = 1;
	o->op = op;
	o->group = group;
	o->lock = lock;
	o->wait_began = 0;
	o->call_began = 0;
	o->wait = 0;
	o->driver = 0;
	o->slowest = 0;
	o->slowest_device = 0;
	o->slowest_call = 0;
	o->calls = 0;
	o->ended = 0;
	o->loops = 0;
	o->began = bpf_ktime_get_ns();
}

/** call_begins() - the driver's callback, for one device */
static __always_inline void call_begins(void)
{
	struct open_op *o = find_op(bpf_get_current_task());

	if (o)
		o->call_began = bpf_ktime_get_ns();
}

/** call_ends() - the same; @device is a struct device */
static __always_inline void call_ends(__u64 device)
{
	__u64 now = bpf_ktime_get_ns(), took;
	struct open_op *o = find_op(bpf_get_current_task());
	__u32 n;

	if (!o || !o->call_began)
		return;
	took = now - o->call_began;
	o->call_began = 0;
	o->driver += took;
	n = o->calls++;
	if (n < IG_SLOW_CALLS) {
		asm volatile("%0 &= %1" : "+r"(n) : "i"(IG_SLOW_CALLS - 1));
		o->call[n] = took;
	}
	if (took > o->slowest) {
		o->slowest = took;
		o->slowest_device = device;
		o->slowest_call = o->calls - 1;
	}
}

/** loop_begins() - all callbacks of an operation, one for each device */
static __always_inline void loop_begins(void)
{
	struct open_op *o = find_op(bpf_get_current_task());

	if (o && !o->loops++)
		o->call_began = bpf_ktime_get_ns();
}

/** loop_ends() - the same */
static __always_inline void loop_ends(void)
{
	__u64 now = bpf_ktime_get_ns();
	struct open_op *o = find_op(bpf_get_current_task());

	if (!o || !o->loops || --o->loops)
		return;
	o->driver += now - o->call_began;
	o->calls++;
}

/** lock_wait_begins() - for a lock that another task has */
static __always_inline void lock_wait_begins(__u64 lock)
{
	struct open_op *o = find_op(bpf_get_current_task());

	/* A mutex is first waited for awake, and then asleep. */
	if (o && o->lock == lock && !o->wait_began)
		o->wait_began = bpf_ktime_get_ns();
}

/** lock_wait_ends() - with the lock or without */
static __always_inline void lock_wait_ends(__u64 lock)
{
	struct open_op *o = find_op(bpf_get_current_task());

	if (!o || o->lock != lock || !o->wait_began)
		return;
	o->wait += bpf_ktime_get_ns() - o->wait_began;
	o->wait_began = 0;
}

#endif /* IG_BPF_ATTACH_OPS_H */
