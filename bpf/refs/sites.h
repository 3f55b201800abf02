/* SPDX-License-Identifier: GPL-2.0 */
/* The callers that took or dropped references to a group: its call sites. */
#ifndef IG_BPF_SITES_H
#define IG_BPF_SITES_H

#include "core/stack.h"

/* Where a caller's slot is looked for first. */
static __always_inline __u32 home_slot(__u64 ip)
{
	return (ip ^ ip >> 5 ^ ip >> 10) & (IG_SITES - 1);
}

/* The mask is for the verifier: the compiler folds range checks together. */
static __always_inline struct ig_site *site_at(struct ig_group *g, __u64 slot)
{
	asm volatile("%0 &= %1" : "+r"(slot) : "i"(IG_SITES - 1));
	return &g->sites[slot];
}

/* A module was loaded since: is it still the same caller? */
static __noinline void check_site(struct ig_site *s)
{
	keep_symbol(s->ip);
	s->modules = modules_loaded;
}

/**
 * site_slot() - the slot of a caller in a group's record
 * @g: the record
 * @ip: return address into the caller
 *
 * Return: index into g->sites, IG_SITES when all are taken (counted).
 */
VERIFIED_ONCE __u32 site_slot(struct ig_group *g, __u64 ip)
{
	__u32 i, slot = home_slot(ip);
	struct ig_site *s;
	__u64 old;

	if (!g)
		return IG_SITES;
	for (i = 0; i < IG_SITES; i++) {
		s = site_at(g, slot);
		if (s->ip == ip) {
			if (s->modules != modules_loaded)
				check_site(s);
			return slot & (IG_SITES - 1);
		}
		if (!s->ip) {
			old = __sync_val_compare_and_swap(&s->ip, 0, ip);
			if (!old || old == ip)
				return slot & (IG_SITES - 1);
		}
		slot++;
	}
	count_loss(IG_LOSS_SITE_TABLE);
	return IG_SITES;
}

/* As site_slot(), without a call for a caller that is where it should be. */
static __always_inline __u32 slot_of(struct ig_group *g, __u64 ip)
{
	__u32 slot = home_slot(ip);
	struct ig_site *s = site_at(g, slot);

	if (s->ip != ip || s->modules != modules_loaded)
		return site_slot(g, ip);
	return slot;
}

#endif /* IG_BPF_SITES_H */
