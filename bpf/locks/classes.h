/* SPDX-License-Identifier: GPL-2.0 */
/* Which class a lock is of. */
#ifndef IG_BPF_LOCK_CLASSES_H
#define IG_BPF_LOCK_CLASSES_H

#include "locks/known_locks.h"
#include "core/caller.h"
#include "core/owner.h"
#include "iommu_group_lock_hooks.h"

/** IG_FORGOTTEN_BITS - of the filter of locks that had a latest site */
#define IG_FORGOTTEN_BITS 22
#define FORGOTTEN_MASK ((1 << (IG_FORGOTTEN_BITS - 6)) - 1)
/** IG_LAST_SITE_BITS - of the table of locks' latest sites */
#define IG_LAST_SITE_BITS 16

/* With LOCK_READ and others, of how a lock is taken. */
#define LOCK_LEFT 8 /* its task was caught leaving with it */
#define LOCK_FORGOTTEN 32 /* its class was known once */

/** struct lock - a lock that is taken */
struct lock {
	__u64 addr; /* 0 once it is released, or ONE_OF_MANY */
	__u64 ip; /* who takes it */
	union {
		__u64 since; /* IG_CLASS_GROUP, where asked for: since when */
		__u64 init_site; /* IG_CLASS_INIT_SITE: where it was initialised
				  */
	};
	__u16 flags;
	__u16 kind; /* enum ig_lock_class_kind */
	__u16 init_nr; /* IG_CLASS_INIT_SITE: as of struct last_site */
	__u16 more; /* of the same class, which are held as well */
};

/* This one is released, and others of its class are not. */
#define ONE_OF_MANY 1

/* What tells its class from others of the kind. */
static __always_inline __u64 key_of(struct lock *l)
{
	if (l->kind == IG_CLASS_CALL_SITE)
		return l->ip;
	if (l->kind == IG_CLASS_INIT_SITE)
		return l->init_site;
	return l->kind == IG_CLASS_GROUP ? 0 : l->addr;
}

/** struct last_site - a lock, where it was last taken, and by which task */
struct last_site {
	__u64 addr;
	/* Both bound_to() the lock */
	__u64 ip; /* 0 when it was not taken since it was initialised */
	__u64 init_site; /* where that was, OF_DEVICE, or 0 when it was not seen
			  */
	__u32 task;
	__u32 init_nr; /* locks initialised in this slot so far: tells those
			  apart that had the same memory */
};

/* The lock of a device: no two of them need be of one class. */
#define OF_DEVICE ~0ull
/* What was known of it has been forgotten since. */
#define OF_FORGOTTEN (~0ull - 1)

/*
 * Two CPUs that write one entry at once can leave the one's lock with the
 * other's site.  Bound to its lock, that of another is no address of code.
 */
static __always_inline __u64 bound_to(__u64 addr, __u64 ip)
{
	return ip ^ addr << 32;
}

/* @bound: from the entry of @addr; 0 when it is no site */
static __always_inline __u64 unbound(__u64 addr, __u64 bound)
{
	__u64 ip = bound_to(addr, bound);

	return ip >= KERNEL_IMAGE ? ip : 0;
}

/* Not a map of its own: this saves the look-up, at each lock. */
static struct last_site last_site[1 << IG_LAST_SITE_BITS];

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, struct ig_site_pair);
	__type(value, __u8);
} site_pairs SEC(".maps");

VERIFIED_ONCE int note_pair(__u64 a, __u64 b, __u32 kind)
{
	struct ig_site_pair pair = { a, b };
	__u8 value = kind;

	if (bpf_map_lookup_elem(&site_pairs, &pair))
		return 0;
	if (bpf_map_update_elem(&site_pairs, &pair, &value, BPF_ANY))
		count_loss(IG_LOSS_LOCK_SITE_PAIRS);
	return 0;
}

/* Locks of one class: the same lock is taken here and there. 0: a group lock. */
VERIFIED_ONCE int same_class(__u64 a, __u64 b)
{
	if (a != b)
		note_pair(a < b ? a : b, a < b ? b : a, IG_PAIR_TAKEN);
	return 0;
}

static __noinline bool class_by_side(struct lock *l)
{
	__u64 addr = l->addr;
	struct ig_lock_side *r = bpf_map_lookup_elem(&lock_sides, &addr);

	if (!r || !r->init_site)
		return false;
	l->kind = IG_CLASS_INIT_SITE;
	l->init_site = r->init_site;
	l->init_nr = r->init_nr;
	return true;
}

VERIFIED_ONCE int class_by_name(struct lock *l)
{
	struct named *n;
	__u64 addr;

	if (!l)
		return false;
	addr = l->addr;
	n = bpf_map_lookup_elem(&named_locks, &addr);
	if (!n)
		return class_by_side(l);
	l->kind = n->kind;
	/* What is locked here is a group lock, known as one or not. */
	if (l->kind == IG_CLASS_GROUP && l->ip)
		same_class(0, l->ip);
	return true;
}

static __always_inline struct last_site *last_site_of(__u64 addr)
{
	return &last_site[ig_hash(addr, IG_LAST_SITE_BITS)];
}

/* Where the lock was initialised, 0 when that is not known. */
static __always_inline __u64 init_site_of(struct lock *l, struct last_site *p)
{
	return p->addr == l->addr ? unbound(l->addr, p->init_site) : 0;
}

/*
 * Locks that were initialised in the run, and whose entry another one has
 * taken. A Bloom filter: when a lock comes that has none, this tells whether it
 * had.  It is wrong for one in 3,000 when 100,000 have been forgotten.
 */
static __u64 forgotten_locks[1 << (IG_FORGOTTEN_BITS - 6)];

static __always_inline __u64 forgotten_bit(__u64 addr, __u32 which)
{
	__u64 bits = addr * 0x9e3779b97f4a7c15ull;

	/* three numbers from one: shifted by 8, 24 and 40 */
	return ig_hash(bits ^ (bits >> (8 + 16 * which)), IG_FORGOTTEN_BITS);
}

VERIFIED_ONCE int forget_lock_site(__u64 addr)
{
	__u32 which;
	__u64 bit;

	for (which = 0; which < 3; which++) {
		bit = forgotten_bit(addr, which);
		__sync_fetch_and_or(&forgotten_locks[bit >> 6 & FORGOTTEN_MASK],
				    1ull << (bit & 63));
	}
	return 0;
}

VERIFIED_ONCE int is_forgotten(__u64 addr)
{
	__u64 bit, all = 1;
	__u32 which;

	for (which = 0; which < 3; which++) {
		bit = forgotten_bit(addr, which);
		all &= forgotten_locks[bit >> 6 & FORGOTTEN_MASK] >> (bit & 63);
	}
	return all & 1;
}

static __always_inline void classify(struct lock *l, struct last_site *p)
{
	__u64 init_site;

	if (may_be_named(l->addr) && class_by_name(l))
		return;
	if (l->addr >= KERNEL_IMAGE) {
		l->kind = IG_CLASS_STATIC;
		return;
	}
	init_site = init_site_of(l, p);
	if (!init_site) {
		l->kind = IG_CLASS_CALL_SITE;
		if (p->addr != l->addr && is_forgotten(l->addr))
			l->flags |= LOCK_FORGOTTEN;
	} else if (init_site == OF_FORGOTTEN) {
		l->kind = IG_CLASS_CALL_SITE;
		l->flags |= LOCK_FORGOTTEN;
	} else if (init_site == OF_DEVICE) {
		l->kind = IG_CLASS_DEVICE;
	} else {
		l->kind = IG_CLASS_INIT_SITE;
		l->init_site = init_site;
		l->init_nr = p->init_nr;
	}
}

static __always_inline void set_last_site(struct last_site *p, __u64 addr,
					  __u64 ip, __u64 init_site)
{
	if (p->addr != addr && unbound(p->addr, p->init_site))
		forget_lock_site(p->addr);
	p->addr = addr;
	p->ip = bound_to(addr, ip);
	p->init_site = bound_to(addr, init_site);
}

/*
 * Where a lock is initialised stands for its class.  Where that was not seen,
 * the place does at which it is taken; a lock that is taken at two makes them
 * one.  Locks that were seen initialised tell the class of others taken there.
 */
VERIFIED_ONCE int note_new_site(struct lock *l, struct last_site *p)
{
	__u64 ip, init_site;

	if (!l || !p)
		return 0;
	ip = p->addr == l->addr ? unbound(l->addr, p->ip) : 0;
	init_site = init_site_of(l, p);
	if (l->kind == IG_CLASS_INIT_SITE)
		note_pair(l->init_site, l->ip, IG_PAIR_INIT);
	else if (l->kind == IG_CLASS_CALL_SITE && ip && l->ip)
		same_class(ip, l->ip);
	else if (l->kind == IG_CLASS_GROUP && ip)
		same_class(0, ip);
	if (l->kind == IG_CLASS_INIT_SITE) {
		init_site = l->init_site;
	} else if (l->flags & LOCK_FORGOTTEN) {
		init_site = OF_FORGOTTEN;
	}
	set_last_site(p, l->addr, l->ip, init_site);
	return 0;
}

static __always_inline void note_last_site(struct lock *l, struct last_site *p,
					   __u64 task)
{
	p->task = task;
	if (p->addr != l->addr || p->ip != bound_to(l->addr, l->ip))
		note_new_site(l, p);
}

/*
 * Whether this task still has a lock that it was seen to take.  Another task
 * may have released it for this one.
 */
VERIFIED_ONCE int still_held(struct lock *l)
{
	if (!l)
		return false;
	if (l->addr == ONE_OF_MANY)
		return true;
	if (l->flags & LOCK_PERCPU)
		return l->flags & LOCK_READ ||
		       percpu_is_written((void *)l->addr);
	if (!(l->flags & LOCK_SEM))
		return mutex_is_mine((void *)l->addr);
	if (l->flags & LOCK_READ)
		return sem_readers((void *)l->addr) > 0;
	return sem_is_mine((void *)l->addr);
}

#endif /* IG_BPF_LOCK_CLASSES_H */
