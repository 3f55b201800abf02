/* SPDX-License-Identifier: GPL-2.0 */
/* A question of the collector's: whether a task has a lock, for reading. */
#ifndef IG_BPF_LOCKS_HELD_NOW_H
#define IG_BPF_LOCKS_HELD_NOW_H

#include "locks/tasks.h"

/** has_read_lock() - of what the programs have seen; the lock does not tell */
static __always_inline bool has_read_lock(__u64 task, __u64 lock)
{
	struct lock_task *h = find_lock_task(task);
	__u32 i;

	for (i = 0; h && h->task & IN_USE && i < IG_HELD && i < h->n; i++)
		if (lock_at(h, i)->addr == lock &&
		    lock_at(h, i)->flags & LOCK_READ)
			return true;
	return false;
}

/* It is loaded wherever locks are watched, so it goes by one of their
 * functions. */
SEC("syscall")
int has_read__mutex_unlock(struct ig_held_question *q)
{
	return has_read_lock(q->task, q->lock);
}

#endif /* IG_BPF_LOCKS_HELD_NOW_H */
