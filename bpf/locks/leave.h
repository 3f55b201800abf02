/* SPDX-License-Identifier: GPL-2.0 */
/* Where a task is known to hold nothing: its way out, and what begins anew. */
#ifndef IG_BPF_LOCK_LEAVE_H
#define IG_BPF_LOCK_LEAVE_H

#include "locks/held.h"

/** struct task_exit - a task that ends, or goes back to user space */
struct task_exit {
	void *ctx;
	struct lock_task *task;
	__u32 kind; /* 0 for where it may keep it */
	__u32 kept; /* a flag, see start_with() */
};

static long leave_one(__u32 i, struct task_exit *e)
{
	struct lock *l = lock_at(e->task, i);

	if (!l->addr || l->kind != IG_CLASS_GROUP || !still_held(l))
		return 0;
	e->kept = 1;
	if (!e->kind || l->flags & LOCK_LEFT)
		return 0;
	l->flags |= LOCK_LEFT;
	lock_misused(e->ctx, e->kind, l, 0);
	return 0;
}

/**
 * task_leaves() - nobody may hold a lock here
 * @ctx: the program's context
 * @kind: of the error when it is a group lock; 0 for none
 */
static __always_inline void task_leaves(void *ctx, __u32 kind)
{
	struct lock_task *h = find_lock_task(bpf_get_current_task());
	struct task_exit e = {
		.ctx = ctx, .task = h, .kind = kind, .kept = start_with(0)
	};

	if (!h)
		return;
	if (h->task & IN_USE)
		bpf_loop(h->n, leave_one, &e, 0);
	/* It may be released later, by whomever. */
	if (e.kept && kind != IG_MISUSE_ON_EXIT)
		return;
	h->seen_group_lock = 0;
	if (!(h->task & IN_USE))
		return;
	forget_locks(h);
	h->task &= ~IN_USE;
}

/** task_begins() - likewise, a work item or the like begins or ends */
static __always_inline void task_begins(void *ctx)
{
	if (!locks_on)
		return;
	task_is_known(bpf_get_current_pid_tgid());
	task_leaves(ctx, 0);
}

/** task_is_new() - it has the memory of one that is no more */
static __always_inline void task_is_new(struct task_struct *task)
{
	struct lock_task *h;

	if (!locks_on)
		return;
	task_is_known(task->pid);
	h = find_lock_task(address_of(task));
	if (!h)
		return;
	forget_locks(h);
	h->seen_group_lock = 0;
	h->task = 0;
}

static long forget_task(__u32 i, void *unused)
{
	struct lock_task *h = lock_task_at(i);

	forget_locks(h);
	h->seen_group_lock = 0;
	h->task = 0;
	return 0;
}

/**
 * forget_all_locks() - no release is seen from here on
 *
 * A lock that a task has released meanwhile would make an edge that there never
 * was.
 */
static __always_inline void forget_all_locks(void)
{
	if (locks_on)
		bpf_loop(IG_LOCK_TASKS, forget_task, NULL, 0);
}

#endif /* IG_BPF_LOCK_LEAVE_H */
