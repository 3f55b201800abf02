/* SPDX-License-Identifier: GPL-2.0 */
/* What happens when a task takes a lock, or tries to. */
#ifndef IG_BPF_LOCKS_HELD_H
#define IG_BPF_LOCKS_HELD_H

#include "locks/depth.h"
#include "locks/older.h"
#include "locks/uses.h"

/* All programs are attached: from here on, what is released has been taken. */
__u32 locks_on = 0;

/** IG_READ_AGAIN_BITS - of the cache of readers that read again */
#define IG_READ_AGAIN_BITS 6

static __u64 read_again_lately[1 << IG_READ_AGAIN_BITS];

/* What nest_under() found. */
#define NEST_AGAIN 1 /* it is the lock that is tried */
#define NEST_RETAKEN 2 /* and waits for itself */
#define NEST_ORDERED 4 /* it comes after all those before it */

/**
 * nest_under() - a lock is tried while another one is held
 * @h: the task
 * @l: the lock that it tries
 * @held: one that it was seen to take
 * @ordered: the locks up to this one come before those already looked at
 *
 * As lockdep does, an edge from the latest lock is enough: those before it have
 * edges of their own to it.  Unless it could not wait and has none, or is held
 * for reading: who waits for it does so only with a writer in between, and
 * whoever waits for those before it needs none.  Around the group lock all are
 * kept, so that a report is as short as it can be.
 *
 * Apart from the loop: verifiers since 6.7 look at what is in one again and
 * again.
 *
 * Return: NEST_...
 */
VERIFIED_ONCE int nest_under(struct lock_task *h, struct lock *l,
			     struct lock *held, __u32 ordered)
{
	if (!h || !l || !held || !held->addr)
		return 0;
	if (held->addr == l->addr)
		return !(l->flags & LOCK_TRY) && still_held(held) ?
			       NEST_AGAIN | NEST_RETAKEN :
			       NEST_AGAIN;
	if (l->flags & LOCK_TRY)
		return 0;
	if (!ordered || held->kind == IG_CLASS_GROUP ||
	    l->kind == IG_CLASS_GROUP)
		edge(h, held, l);
	return held->flags & (LOCK_TRY | LOCK_READ) ? 0 : NEST_ORDERED;
}

/** struct nested - a lock that is tried by a task that holds some */
struct nested {
	struct lock_task *task;
	struct lock *lock;
	/* Flags, see start_with() */
	__u32 ordered; /* as of nest_under() */
	__u32 again; /* it is one of them */
};

static long nest_one(__u32 i, struct nested *n)
{
	struct lock_task *h = n->task;
	int how = nest_under(h, n->lock, lock_at(h, h->n - 1 - i), n->ordered);

	if (how & NEST_RETAKEN)
		h->retaken = h->n - i;
	n->ordered |= how & NEST_ORDERED;
	n->again |= how & NEST_AGAIN;
	return how & NEST_AGAIN;
}

/* Whether the lock is to be kept as held. */
static __always_inline bool nest(struct lock_task *h, struct lock *l)
{
	struct nested n = { .task = h,
			    .lock = l,
			    .ordered = start_with(0),
			    .again = start_with(0) };
	__u32 count = h->n;

	bpf_loop(count, nest_one, &n, 0);
	/*
	 * Readers may hold it twice, and release it as often; who waits for
	 * itself may be interrupted, and gives up that attempt alone.  Else it
	 * is a function that calls another one that is hooked.
	 */
	return !n.again || h->retaken || l->flags & LOCK_READ;
}

static __always_inline struct last_site *fill(struct lock *l, __u64 addr,
					      __u32 flags, __u64 ip)
{
	struct last_site *p = last_site_of(addr);

	l->addr = addr;
	l->ip = ip;
	l->flags = flags;
	l->init_nr = 0;
	l->more = 0;
	if (held_too_long)
		l->since = 0;
	classify(l, p);
	if (flags & (LOCK_SEM | LOCK_PERCPU) &&
	    !(flags & (LOCK_READ | LOCK_TRY)))
		note_writer(l);
	return p;
}

static __always_inline void keep(void *ctx, struct lock_task *h, struct lock *l,
				 struct last_site *p)
{
	if (l->kind == IG_CLASS_GROUP && !h->seen_group_lock) {
		h->seen_group_lock = 1;
		check_older(ctx, l);
	}
	note_last_site(l, p, h->index);
}

/*
 * The task holds others, or so it seems.
 *
 * Return: what keep_traces() has to do, and whether the lock is kept; 0 for
 * nothing.
 */
#define TRIED_TRACES 1
#define TRIED_KEPT 2

VERIFIED_ONCE int tried_too(__u32 self, __u64 addr, __u32 flags, __u64 ip)
{
	struct lock_task *h = lock_task_at(self);
	struct lock *l = room_for_one(h);
	struct last_site *p;
	int done = 0;

	p = fill(l, addr, flags, ip);
	if (l->kind == IG_CLASS_GROUP && h->unkept)
		count_loss(IG_LOSS_LOCK_DEPTH);
	if (nest(h, l) && !(flags & LOCK_PASSING)) {
		if (l->kind == IG_CLASS_GROUP && !h->seen_group_lock)
			done |= TRIED_KEPT;
		note_last_site(l, p, h->index);
		keep_one(h, l);
	}
	if (h->edge_stack || h->retaken)
		done |= TRIED_TRACES;
	return done;
}

/*
 * Two readers are only a hang when a writer comes in between, and correct code
 * that nobody writes to may do it all the time.
 */
static __always_inline void note_retaken(void *ctx, struct lock *held,
					 struct lock *again)
{
	__u64 which = (key_of(held) ^ again->ip << 1) + lock_runs;
	__u32 at = ig_hash(which, IG_READ_AGAIN_BITS);

	if (!(held->flags & again->flags & LOCK_READ)) {
		lock_misused(ctx, IG_MISUSE_RECURSION, held, 0);
		return;
	}
	if (read_again_lately[at] == which)
		return;
	read_again_lately[at] = which;
	lock_misused(ctx, IG_MISUSE_READ_AGAIN, held, 0);
}

/* What the present call stack is part of. */
static __noinline void keep_traces(void *ctx, struct lock_task *h)
{
	if (h->edge_stack)
		keep_edge_stack(ctx, h->edge_stack - 1);
	if (h->retaken)
		note_retaken(ctx, lock_at(h, h->retaken - 1),
			     lock_at(h, h->n - 1));
	h->edge_stack = 0;
	h->retaken = 0;
}

/* The first group lock of a task for some time, with others held. */
static __noinline void saw_group_lock(void *ctx, struct lock_task *h)
{
	h->seen_group_lock = 1;
	check_older(ctx, lock_at(h, h->n - 1));
}

/**
 * lock_tried() - a task waits for a lock, or has got it without
 * @ctx: the program's context
 * @addr: the lock
 * @flags: LOCK_...
 * @ip: who wants it
 *
 * It counts as held from here on: what counts is what is tried next.
 */
static __always_inline void lock_tried(void *ctx, __u64 addr, __u32 flags,
				       __u64 ip)
{
	struct lock_task *h;
	int done;

	if (!locks_on)
		return;
	h = claim_lock_task(bpf_get_current_task());
	if (!h)
		return;
	if (h->n) {
		done = tried_too(h->index, addr, flags, ip);
		if (done & TRIED_TRACES)
			keep_traces(ctx, h);
		if (done & TRIED_KEPT)
			saw_group_lock(ctx, h);
		return;
	}
	if (flags & LOCK_PASSING) {
		h->task &= ~IN_USE;
		return;
	}
	keep(ctx, h, &h->locks[0], fill(&h->locks[0], addr, flags, ip));
	h->n = 1;
}

/* Where it matters how long a lock is held: from when it has been got. */
static __always_inline void lock_got(__u64 addr)
{
	struct lock_task *h;
	struct lock *l;

	if (!may_be_named(addr))
		return;
	h = find_lock_task(bpf_get_current_task());
	if (!h || !h->n)
		return;
	l = lock_at(h, h->n - 1);
	if (l->addr == addr && l->kind == IG_CLASS_GROUP)
		l->since = bpf_ktime_get_ns();
}

#endif /* IG_BPF_LOCKS_HELD_H */
