/* SPDX-License-Identifier: GPL-2.0 */
/* What happens to the locks that each task holds. */
#ifndef IG_BPF_LOCKS_H
#define IG_BPF_LOCKS_H

#include "locks/edges.h"
#include "locks/uses.h"
#include "core/loop.h"
#include "core/reader.h"

/* All programs are attached: from here on, what is released has been taken. */
__u32 locks_on = 0;

/** IG_READ_AGAIN_BITS - of the cache of readers that read again */
#define IG_READ_AGAIN_BITS 6

static __u64 read_again_lately[1 << IG_READ_AGAIN_BITS];

/** struct nested - a lock that is tried by a task that holds some */
struct nested {
	struct lock_task *task;
	struct lock *lock;
	/* Flags, see start_with() */
	__u32 ordered; /* the locks from here on come before those already seen */
	__u32 again; /* it is one of them */
};

/*
 * As lockdep does, an edge from the latest lock is enough: those before it have
 * edges of their own to it.  Unless it could not wait and has none, or is held
 * for reading: who waits for it does so only with a writer in between, and
 * whoever waits for those before it needs none.  Around the group lock all are
 * kept, so that a report is as short as it can be.
 */
static long nest_one(__u32 i, struct nested *n)
{
	struct lock *held = lock_at(n->task, n->task->n - 1 - i);

	if (!held->addr)
		return 0;
	if (held->addr == n->lock->addr) {
		if (!(n->lock->flags & LOCK_TRY) && still_held(held))
			n->task->retaken = n->task->n - i;
		n->again = 1;
		return 1;
	}
	if (n->lock->flags & LOCK_TRY)
		return 0;
	if (!n->ordered || held->kind == IG_CLASS_GROUP ||
	    n->lock->kind == IG_CLASS_GROUP)
		edge(n->task, held, n->lock);
	if (!(held->flags & (LOCK_TRY | LOCK_READ)))
		n->ordered = 1;
	return 0;
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

static __always_inline void trim(struct lock_task *h)
{
	__u32 i, n = h->n;

	for (i = 0; i < IG_HELD; i++) {
		if (!n || lock_at(h, n - 1)->addr)
			break;
		n--;
	}
	h->n = n;
	if (!n)
		h->task &= ~IN_USE;
}

/* @at: of the task, which has as many locks as were found to be kept so far */
static long keep_held(__u32 i, __u32 *at)
{
	struct lock_task *h = lock_task_at(*at);
	struct lock *l = lock_at(h, i);

	if (!l->addr || !still_held(l))
		return 0;
	*lock_at(h, h->n) = *l;
	h->n++;
	return 0;
}

/*
 * Forgets those in between that have been released, seen or not: the kernel
 * skips programs at times, and what a kworker leaves would be there for ever.
 */
VERIFIED_ONCE int make_room(__u32 at)
{
	struct lock_task *h = lock_task_at(at);

	h->n = 0;
	bpf_loop(IG_HELD, keep_held, &at, 0);
	return h->n < IG_HELD;
}

static __always_inline struct last_site *fill(struct lock *l, __u64 addr,
					      __u32 flags, __u64 ip)
{
	struct last_site *p = last_site_of(addr);

	l->addr = addr;
	l->ip = ip;
	l->flags = flags;
	l->init_nr = 0;
	if (held_too_long)
		l->since = 0;
	classify(l, p);
	if ((flags & (LOCK_SEM | LOCK_READ | LOCK_TRY)) == LOCK_SEM)
		note_writer(l);
	return p;
}

static __always_inline void keep(struct lock_task *h, struct lock *l,
				 struct last_site *p)
{
	if (l->kind == IG_CLASS_GROUP)
		h->seen_group_lock = 1;
	note_last_site(l, p, h->index);
}

/*
 * The task holds others, or so it seems.
 *
 * Return: whether keep_traces() has something to do.
 */
VERIFIED_ONCE int tried_too(__u32 self, __u64 addr, __u32 flags, __u64 ip)
{
	struct lock_task *h = lock_task_at(self);
	struct last_site *p;
	struct lock *l;

	if (h->n >= IG_HELD && !make_room(self)) {
		count_loss(IG_LOSS_LOCK_DEPTH);
		return false;
	}
	/* Not one of its locks before n goes up. */
	l = lock_at(h, h->n);
	p = fill(l, addr, flags, ip);
	if (nest(h, l)) {
		keep(h, l, p);
		h->n++;
	}
	return h->edge_stack || h->retaken;
}

/*
 * Two readers are only a hang when a writer comes in between, and correct code
 * that nobody writes to may do it all the time.
 */
static __always_inline void note_retaken(void *ctx, struct lock *held,
					 struct lock *again)
{
	__u64 which = key_of(held) ^ again->ip << 1;
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

	if (!locks_on)
		return;
	h = claim_lock_task(bpf_get_current_task());
	if (!h)
		return;
	if (h->n) {
		if (tried_too(h->index, addr, flags, ip))
			keep_traces(ctx, h);
		return;
	}
	keep(h, &h->locks[0], fill(&h->locks[0], addr, flags, ip));
	h->n = 1;
}

/** struct lock_release - a search for a lock to release, the latest first */
struct lock_release {
	struct lock_task *task;
	__u64 addr;
	__u32 found; /* a flag, see start_with() */
	struct lock lock; /* as it was */
};

static long drop_one(__u32 i, struct lock_release *d)
{
	struct lock *l = lock_at(d->task, d->task->n - 1 - i);

	if (l->addr != d->addr)
		return 0;
	d->lock = *l;
	l->addr = 0;
	d->found = 1;
	return 1;
}

static __always_inline bool drop(struct lock_task *h, struct lock_release *d,
				 __u64 addr)
{
	d->task = h;
	d->addr = addr;
	d->found = start_with(0);
	bpf_loop(h->n, drop_one, d, 0);
	return d->found;
}

static __always_inline void check_time(void *ctx, struct lock *l)
{
	__u64 held;

	if (!held_too_long || l->kind != IG_CLASS_GROUP || !l->since)
		return;
	held = bpf_ktime_get_ns() - l->since;
	if (held > held_too_long)
		lock_misused(ctx, IG_MISUSE_TOO_LONG, l, held);
}

static __noinline bool is_near(struct lock_task *h, __u64 addr)
{
	if (may_be_named(addr) && bpf_map_lookup_elem(&named_locks, &addr))
		return true;
	return h && h->seen_group_lock;
}

/*
 * Not one that this task was seen to take.  Another may have handed it over.
 * Else it was taken before the run, or the kernel skipped the program that
 * would have seen it, as it does when a task is preempted in a program and
 * another one comes by.  That is a loss where it may hide an edge of the group
 * lock, but not of the collector's own: it takes that lock for each snapshot.
 */
static __always_inline bool drop_of_other(struct lock_task *mine,
					  struct lock_release *d, __u64 addr)
{
	struct last_site *p = last_site_of(addr);

	if (p->addr == addr && drop(lock_task_at(p->task), d, addr))
		return true;
	if (is_near(mine, addr) && !is_reader())
		count_loss(IG_LOSS_LOCK_MISSED);
	return false;
}

/* One of several, or none. */
static __noinline void released_too(void *ctx, __u64 task, __u64 addr)
{
	struct lock_task *h = find_lock_task(task);
	bool in_use = h && h->task & IN_USE;
	struct lock_release d = {};

	if (!(in_use && drop(h, &d, addr)) && !drop_of_other(h, &d, addr))
		return;
	if (in_use)
		trim(h);
	check_time(ctx, &d.lock);
}

/** lock_released() - a lock is about to be released, or was not got */
static __always_inline void lock_released(void *ctx, __u64 addr)
{
	__u64 task = bpf_get_current_task();
	struct lock_task *h;

	if (!locks_on)
		return;
	h = home_of(task);
	if (h->task != (task | IN_USE) || h->n != 1 ||
	    h->locks[0].addr != addr || held_too_long) {
		released_too(ctx, task, addr);
		return;
	}
	h->n = 0;
	h->task = task;
}

/** lock_downgraded() - a writer becomes a reader */
static __always_inline void lock_downgraded(__u64 addr)
{
	struct lock_task *h = find_lock_task(bpf_get_current_task());
	__u32 i;

	for (i = 0; h && i < IG_HELD && i < h->n; i++)
		if (lock_at(h, i)->addr == addr)
			lock_at(h, i)->flags |= LOCK_READ;
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

/** struct task_exit - a task that ends, or goes back to user space */
struct task_exit {
	void *ctx;
	struct lock_task *task;
	__u32 kind;
};

static long leave_one(__u32 i, struct task_exit *e)
{
	struct lock *l = lock_at(e->task, i);

	if (!l->addr || l->kind != IG_CLASS_GROUP || l->flags & LOCK_LEFT)
		return 0;
	if (!still_held(l))
		return 0;
	l->flags |= LOCK_LEFT;
	lock_misused(e->ctx, e->kind, l, 0);
	return 0;
}

/** task_leaves() - nobody may hold a group lock here */
static __always_inline void task_leaves(void *ctx, __u32 kind)
{
	struct lock_task *h = find_lock_task(bpf_get_current_task());
	struct task_exit e = { .ctx = ctx, .task = h, .kind = kind };

	if (!h)
		return;
	h->seen_group_lock = 0;
	if (!(h->task & IN_USE))
		return;
	bpf_loop(h->n, leave_one, &e, 0);
	if (kind != IG_MISUSE_ON_EXIT)
		return;
	h->n = 0;
	h->task = 0;
}

#endif /* IG_BPF_LOCKS_H */
