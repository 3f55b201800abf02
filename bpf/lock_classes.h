/* SPDX-License-Identifier: GPL-2.0 */
/* Which class a lock is of. */
#ifndef IG_BPF_LOCK_CLASSES_H
#define IG_BPF_LOCK_CLASSES_H

#include "groups.h"

/** IG_PLACES - locks whose latest place is remembered; a power of two */
#define IG_PLACES 65536

/* How a lock is taken. */
#define LOCK_READ 1
#define LOCK_TRY 2 /* cannot wait, so it makes no order */
#define LOCK_SEM 4 /* a rw_semaphore */
#define LOCK_LEFT 8 /* its task was caught leaving with it */

/** struct lock - a lock that is taken */
struct lock {
	__u64 addr; /* 0 once it is released */
	__u64 ip; /* who takes it */
	__u64 since; /* when it was taken; group locks only, where asked for */
	__u32 flags;
	__u32 kind; /* enum ig_lock_class_kind */
};

/* What tells its class from others of the kind. */
static __always_inline __u64 key_of(struct lock *l)
{
	if (l->kind == IG_CLASS_GROUP)
		return 0;
	return l->kind == IG_CLASS_PLACE ? l->ip : l->addr;
}

/** struct place - a lock, where it was last taken, and by which holder */
struct place {
	__u64 addr;
	__u64 key;
	__u32 holder;
	__u32 group; /* it is a group lock, so that 0 is its key */
};

/* Not a map of its own: this saves the look-up, at each lock. */
static struct place places[IG_PLACES];

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, struct ig_place_pair);
	__type(value, __u8);
} place_pairs SEC(".maps");

/* Locks of one class: they were the same lock at one time. */
static __noinline void same_class(__u64 a, __u64 b)
{
	struct ig_place_pair pair = { a < b ? a : b, a < b ? b : a };
	__u8 one = 1;

	/* 0 is the group lock, and a place is in a text; else it is an object. */
	if (!pair.b || (pair.a && pair.a < KERNEL_IMAGE) ||
	    pair.b < KERNEL_IMAGE)
		return;
	if (bpf_map_lookup_elem(&place_pairs, &pair))
		return;
	if (bpf_map_update_elem(&place_pairs, &pair, &one, BPF_ANY))
		count_loss(IG_LOSS_LOCK_PLACES);
}

static __noinline bool class_by_name(struct lock *l)
{
	struct named *n = bpf_map_lookup_elem(&named_locks, &l->addr);

	if (!n)
		return false;
	l->kind = n->kind;
	/* What is locked here is a group lock, known as one or not. */
	if (l->kind == IG_CLASS_GROUP && l->ip)
		same_class(0, l->ip);
	return true;
}

static __always_inline void classify(struct lock *l)
{
	if (may_be_named(l->addr) && class_by_name(l))
		return;
	l->kind = l->addr >= KERNEL_IMAGE ? IG_CLASS_STATIC : IG_CLASS_PLACE;
}

static __always_inline struct place *place_of(__u64 addr)
{
	__u64 at = ig_lock_hash(addr, 16);

	asm volatile("%0 &= %1" : "+r"(at) : "i"(IG_PLACES - 1));
	return &places[at];
}

/*
 * The place where a lock is taken stands for its class.  A lock that is taken
 * at two places makes them one.
 */
static __always_inline void note_place(struct lock *l, __u64 holder)
{
	struct place *p = place_of(l->addr);
	__u64 key = key_of(l);

	p->holder = holder;
	if (p->addr == l->addr && p->key == key)
		return;
	/* An unknown place has the key of the group lock. */
	if (p->addr == l->addr && (key || l->kind == IG_CLASS_GROUP) &&
	    (p->key || p->group))
		same_class(p->key, key);
	p->group = l->kind == IG_CLASS_GROUP;
	p->key = key;
	p->addr = l->addr;
}

/* Memory that is a lock anew has nothing to do with what was there before. */
static __always_inline void lock_initialised(__u64 addr)
{
	struct place *p = place_of(addr);

	if (p->addr == addr)
		p->addr = 0;
}

#endif /* IG_BPF_LOCK_CLASSES_H */
