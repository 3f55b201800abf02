/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Any number of locks of one task.  The first ones have a place each; when
 * there are more, those of one class are counted as one, and a block of further
 * places is claimed for the others.  Nothing is lost as long as that has room.
 */
#ifndef IG_BPF_LOCK_DEPTH_H
#define IG_BPF_LOCK_DEPTH_H

#include "locks/edges.h"

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
	__u32 n = h->n;

	h->n = 0;
	bpf_loop(n, keep_held, &at, 0);
	if (h->n <= IG_HELD)
		free_block(h);
	return h->n < IG_HELD;
}

/* The next place, the spare one when there is none. */
static __always_inline struct lock *room_for_one(struct lock_task *h)
{
	if (h->n < IG_HELD || make_room(h->index))
		return lock_at(h, h->n);
	if (h->n >= IG_HELD + IG_HELD_MORE || (!h->block && !claim_block(h)))
		return &h->spare;
	return lock_at(h, h->n);
}

/** struct class_search - a search for a lock of the same class */
struct class_search {
	struct lock_task *task;
	struct lock *lock;
	__u32 found; /* a flag, see start_with() */
	__u32 group; /* likewise: a group lock is among them */
};

/* Apart from the loop, as nest_under() is. */
VERIFIED_ONCE int is_one_of(struct lock *l, struct lock *of)
{
	return l && of && l->kind == of->kind &&
	       !((l->flags ^ of->flags) & ~LOCK_FORGOTTEN) &&
	       l->kind >= IG_CLASS_INIT_SITE && key_of(l) == key_of(of);
}

static long count_one(__u32 i, struct class_search *s)
{
	struct lock *l = lock_at(s->task, i);
	int found;

	if (!l->addr)
		return 0;
	s->group |= l->kind == IG_CLASS_GROUP;
	found = is_one_of(l, s->lock) & 1;
	l->more += found;
	s->found |= found;
	return found;
}

/* @l: where room_for_one() says; not one of the task's locks before n goes up */
static __always_inline void keep_one(struct lock_task *h, struct lock *l)
{
	struct class_search s = { .task = h,
				  .lock = l,
				  .found = start_with(0),
				  .group = start_with(0) };
	__u32 n = h->n;

	if (n < IG_HELD) {
		h->n = n + 1;
		return;
	}
	bpf_loop(n, count_one, &s, 0);
	if (s.found) {
		h->many++;
		h->many_xor ^= l->addr;
	} else if (l != &h->spare) {
		h->n = n + 1;
	} else {
		h->unkept++;
		if (s.group || l->kind == IG_CLASS_GROUP)
			count_loss(IG_LOSS_LOCK_DEPTH);
	}
}

/** struct many_search - which of several classes a lock is of */
struct many_search {
	struct lock_task *task;
	__u64 site; /* where it was initialised or taken; 0: any will do */
	__u32 found; /* index + 1, see start_with() */
};

static long find_many(__u32 i, struct many_search *s)
{
	struct lock *l = lock_at(s->task, i);

	if (!l->addr || !l->more || (s->site && key_of(l) != s->site))
		return 0;
	s->found = i + 1;
	return 1;
}

/* One of those that are counted with another: whether it was released here. */
static __always_inline bool drop_of_many(struct lock_task *h, __u64 addr)
{
	struct last_site *p = last_site_of(addr);
	struct many_search s = { .task = h, .found = start_with(0) };
	struct lock *l;

	if (!h->many)
		return false;
	if (p->addr == addr)
		s.site = unbound(addr, p->init_site) ?: unbound(addr, p->ip);
	bpf_loop(h->n, find_many, &s, 0);
	if (!s.found && s.site) {
		s.site = 0;
		bpf_loop(h->n, find_many, &s, 0);
	}
	if (!s.found)
		return false;
	l = lock_at(h, s.found - 1);
	l->more--;
	if (!l->more && l->addr == ONE_OF_MANY)
		l->addr = 0;
	h->many--;
	h->many_xor ^= addr;
	return true;
}

#endif /* IG_BPF_LOCK_DEPTH_H */
