/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tasks that have been in the kernel since before the run.  What they hold was
 * not seen being taken, and need not be seen being released.  A task is known
 * to hold nothing when it goes back to user space, begins a work item or
 * handles an interrupt, and when it is new.
 */
#ifndef IG_BPF_LOCK_OLDER_H
#define IG_BPF_LOCK_OLDER_H

#include "locks/edges.h"
#include "core/reader.h"

/** IG_KNOWN_BITS - of the table of tasks that are known to have held nothing */
#define IG_KNOWN_BITS 16
/** IG_MISSES - misses that are kept with task, lock and caller */
#define IG_MISSES 16

/* By the lower bits of the id, what is above them + 1. */
static __u16 known_task[1 << IG_KNOWN_BITS];

__u32 next_miss = 0;

static __always_inline void task_is_known(__u32 pid)
{
	__u16 above = (pid >> IG_KNOWN_BITS) + 1;
	__u16 *known = &known_task[pid & ((1 << IG_KNOWN_BITS) - 1)];

	if (*known != above)
		*known = above;
}

/* Verifiers do not let a lock on the stack go through two functions. */
static struct lock missed[IG_MISSES];

/*
 * What could not be seen, for the report: the lock, how it is taken, and where
 * that was noticed.
 */
static __noinline void note_miss(void *ctx, __u32 kind, __u64 addr, __u32 flags)
{
	__u32 at = __sync_fetch_and_add(&next_miss, 1);
	struct lock *l;

	if (at >= IG_MISSES)
		return;
	l = &missed[at & (IG_MISSES - 1)];
	l->addr = addr;
	l->flags = flags;
	l->ip = caller_of_trampoline(ctx);
	classify(l, last_site_of(addr));
	lock_misused(ctx, kind, l, 0);
}

/* It takes the group lock, and may hold others under which that is an edge. */
static __always_inline void check_older(void *ctx, struct lock *l)
{
	__u32 pid = bpf_get_current_pid_tgid();

	if (known_task[pid & ((1 << IG_KNOWN_BITS) - 1)] ==
		    (pid >> IG_KNOWN_BITS) + 1 ||
	    is_reader())
		return;
	count_loss(IG_LOSS_LOCK_OLDER);
	note_miss(ctx, IG_MISUSE_OLDER, l->addr, l->flags);
}

#endif /* IG_BPF_LOCK_OLDER_H */
