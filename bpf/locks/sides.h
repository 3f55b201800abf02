/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What each lock in allocated memory was seen to be around the group lock.  It
 * is not forgotten, as last_site[] does: one side of an inversion may come
 * hours after the other.  Where a lock is older than the run its class is not
 * known, and it is an inversion only when it is the same lock both times.
 */
#ifndef IG_BPF_LOCK_SIDES_H
#define IG_BPF_LOCK_SIDES_H

#include "locks/classes.h"

/* @l: the lock, @from or what is tried under it */
VERIFIED_ONCE int note_side(struct lock *l, __u32 side, struct lock *from)
{
	struct ig_lock_side first = {}, *r;
	__u64 addr;
	bool initialised;

	if (!l || !from || l->addr == ONE_OF_MANY)
		return 0;
	initialised = l->kind == IG_CLASS_INIT_SITE;
	addr = l->addr;
	first.ip = l->ip;
	first.init_site = initialised ? l->init_site : 0;
	first.init_nr = l->init_nr;
	if (l->flags & LOCK_READ)
		side = IG_SIDE_READ(side);
	r = bpf_map_lookup_elem(&lock_sides, &addr);
	if (!r) {
		bpf_map_update_elem(&lock_sides, &addr, &first, BPF_NOEXIST);
		r = bpf_map_lookup_elem(&lock_sides, &addr);
	}
	if (!r) {
		count_loss(IG_LOSS_LOCK_SITE_PAIRS);
		return 0;
	}
	mark_named(addr);
	if (!(r->sides & side) && still_held(from))
		__sync_fetch_and_or(&r->sides, side);
	if (!initialised && r->ip != l->ip && r->ip && l->ip)
		same_class(r->ip, l->ip);
	return 0;
}

/* What a class was seen to be: as one of its locks, under the site's address. */
static __always_inline void keep_sides(struct ig_lock_side *r)
{
	__u64 site = r->init_site ?: r->ip;
	struct ig_lock_side copy = *r, *kept;

	kept = bpf_map_lookup_elem(&lock_sides, &site);
	if (kept)
		__sync_fetch_and_or(&kept->sides, copy.sides);
	else if (bpf_map_update_elem(&lock_sides, &site, &copy, BPF_ANY))
		count_loss(IG_LOSS_LOCK_SITE_PAIRS);
}

/*
 * The memory becomes another lock.  That one lock was on both sides is evidence
 * which outlives it.
 */
VERIFIED_ONCE int forget_sides(__u64 addr)
{
	struct ig_lock_side *r = bpf_map_lookup_elem(&lock_sides, &addr);

	if (!r)
		return 0;
	if (r->sides & IG_SIDE_ANY(IG_SIDE_OUTER) &&
	    r->sides & IG_SIDE_ANY(IG_SIDE_INNER))
		keep_sides(r);
	bpf_map_delete_elem(&lock_sides, &addr);
	return 0;
}

/* An edge of the group lock, from or to another one. */
static __always_inline void note_sides(struct lock *from, struct lock *to)
{
	if (to->kind == IG_CLASS_GROUP && from->kind >= IG_CLASS_INIT_SITE)
		note_side(from, IG_SIDE_OUTER, from);
	else if (from->kind == IG_CLASS_GROUP && to->kind >= IG_CLASS_INIT_SITE)
		note_side(to, IG_SIDE_INNER, from);
}

#endif /* IG_BPF_LOCK_SIDES_H */
