/* SPDX-License-Identifier: GPL-2.0 */
/* What happens when a lock is released, by whomever. */
#ifndef IG_BPF_LOCK_RELEASE_H
#define IG_BPF_LOCK_RELEASE_H

#include "locks/held.h"

static long trim_one(__u32 i, struct lock_task **h)
{
	if (lock_at(*h, (*h)->n - 1)->addr)
		return 1;
	(*h)->n--;
	return 0;
}

/* None that is released comes last. */
static __always_inline void trim(struct lock_task *h)
{
	struct lock_task *task = h;

	if (h->n && !lock_at(h, h->n - 1)->addr)
		bpf_loop(h->n, trim_one, &task, 0);
	if (h->n <= IG_HELD)
		free_block(h);
	if (h->n)
		return;
	forget_locks(h);
	h->task &= ~IN_USE;
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
	l->addr = l->more ? ONE_OF_MANY : 0;
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

/** struct reader_search - which tasks read a semaphore, as far as was seen */
struct reader_search {
	__u64 addr;
	__u32 n;
	__u32 task; /* index of the last one */
	__u32 at; /* and of the lock among those it holds */
};

/*
 * How often a task reads the semaphore, and above that where it has it last
 * among its locks. Apart from the loop, as nest_under() is.
 */
VERIFIED_ONCE __u32 reads_of(__u32 task, __u64 addr)
{
	struct lock_task *h = lock_task_at(task);
	__u32 at, n = 0, last = 0;

	for (at = 0; at < IG_HELD; at++) {
		if (at >= h->n)
			break;
		if (h->locks[at].addr != addr ||
		    !(h->locks[at].flags & LOCK_READ))
			continue;
		n++;
		last = at;
	}
	return n | last << 8;
}

static long find_reader(__u32 i, struct reader_search *s)
{
	__u32 reads;

	if (!(lock_task_at(i)->task & IN_USE))
		return 0;
	reads = reads_of(i, s->addr);
	if (!reads)
		return 0;
	s->n += reads & 0xff;
	s->task = i;
	s->at = reads >> 8;
	return 0;
}

/*
 * No task is the owner of what it reads: another one may release it.  When all
 * readers there are were seen, it was one of theirs; when it was the only one,
 * that task has it no more.
 *
 * Return: whether it was handed over.
 */
VERIFIED_ONCE int reader_released_by_other(__u64 addr)
{
	struct reader_search s = { .addr = addr,
				   .n = start_with(0),
				   .task = start_with(0),
				   .at = start_with(0) };
	struct lock_task *h;
	struct lock *l;

	bpf_loop(IG_LOCK_TASKS, find_reader, &s, 0);
	if (!s.n || sem_readers((void *)addr) > s.n)
		return false;
	h = lock_task_at(s.task);
	l = lock_at(h, s.at & (IG_HELD - 1));
	note_use(key_of(l), l->kind, IG_LOCK_HANDED_OVER);
	/* With others waiting, the one that was seen may be among them. */
	if (s.n == 1 && !sem_has_waiters((void *)addr))
		l->addr = l->more ? ONE_OF_MANY : 0;
	return true;
}

/*
 * Not one that this task was seen to take.  Another may have handed it over.
 * Else it was taken before the run, or the kernel skipped the program that
 * would have seen it, as it does when a task is preempted in a program and
 * another one comes by.  That is a loss where it may hide an edge of the group
 * lock, but not of the collector's own: it takes that lock for each snapshot.
 */
static __noinline bool drop_of_other(void *ctx, struct lock_task *mine,
				     struct lock_release *d, __u64 addr,
				     __u32 flags)
{
	struct last_site *p = last_site_of(addr);

	/* a reader of many */
	if (flags & LOCK_PERCPU && flags & LOCK_PASSING)
		return false;
	if (flags & LOCK_READ) {
		if (reader_released_by_other(addr))
			return false;
	} else if (p->addr == addr && drop(lock_task_at(p->task), d, addr)) {
		return true;
	}
	if (flags & LOCK_PASSING || !is_near(mine, addr) || is_reader())
		return false;
	count_loss(IG_LOSS_LOCK_MISSED);
	note_miss(ctx, IG_MISUSE_MISSED, addr, flags);
	return false;
}

/* Whether it is one that the task was seen to take, and is not in its list. */
static __always_inline bool drop_uncounted(void *ctx, struct lock_task *h,
					   __u64 addr)
{
	if (drop_of_many(h, addr)) {
		if (!h->many && h->many_xor && h->seen_group_lock) {
			count_loss(IG_LOSS_LOCK_MISSED);
			note_miss(ctx, IG_MISUSE_MISSED, h->many_xor, 0);
		}
		if (!h->many)
			h->many_xor = 0;
		return true;
	}
	if (!h->unkept)
		return false;
	h->unkept--;
	return true;
}

/* One of several, or none. */
static __noinline void released_too(void *ctx, __u64 task, __u64 addr,
				    __u32 flags)
{
	struct lock_task *h = find_lock_task(task);
	bool in_use = h && h->task & IN_USE;
	struct lock_release d = {};
	bool found;

	found = in_use && drop(h, &d, addr);
	if (!found && in_use && drop_uncounted(ctx, h, addr)) {
		trim(h);
		return;
	}
	if (!found && !drop_of_other(ctx, h, &d, addr, flags))
		return;
	if (in_use)
		trim(h);
	check_time(ctx, &d.lock);
}

/**
 * lock_released() - a lock is about to be released, or was not got
 * @flags: LOCK_READ of a reader, LOCK_PASSING when it may be anybody's
 */
static __always_inline void lock_released(void *ctx, __u64 addr, __u32 flags)
{
	__u64 task = bpf_get_current_task();
	struct lock_task *h;

	if (!locks_on)
		return;
	h = home_of(task);
	if (h->task != (task | IN_USE) || h->n != 1 ||
	    h->locks[0].addr != addr || h->without_place || held_too_long) {
		released_too(ctx, task, addr, flags);
		return;
	}
	h->n = 0;
	h->task = task;
}

/* It holds this one, as far as was seen. */
static __always_inline bool seems_to_hold(struct lock_task *h, __u64 addr)
{
	__u32 i;

	for (i = 0; h && i < IG_HELD && i < h->n; i++)
		if (h->locks[i].addr == addr)
			return true;
	return false;
}

/*
 * For a function that takes a lock or does without it, as another task has it:
 * what lock_tried() was told may have come differently.
 */
static __always_inline void lock_taken_after_all(void *ctx, __u64 addr,
						 __u64 ip)
{
	if (!seems_to_hold(find_lock_task(bpf_get_current_task()), addr))
		lock_tried(ctx, addr, 0, ip);
}

static __always_inline void lock_given_up(__u64 addr)
{
	struct lock_task *h = find_lock_task(bpf_get_current_task());
	struct lock_release d = {};

	if (locks_on && h && h->task & IN_USE && drop(h, &d, addr))
		trim(h);
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

#endif /* IG_BPF_LOCK_RELEASE_H */
