/* SPDX-License-Identifier: GPL-2.0 */
/* Which get a put answers. */
#ifndef IG_BPF_PAIRING_H
#define IG_BPF_PAIRING_H

#include "refs/sites.h"

/** struct ig_open - a get that no put has answered yet */
struct ig_open {
	__u64 addr;
	__u32 gen;
	__u32 slot; /* of its call site */
};

/*
 * How likely it is that a put answers this open get: one in the same function
 * most, then one that has been answered from there before, then one that no
 * other site answers.  Between equals the latest wins: they nest.
 */
VERIFIED_ONCE __u32 likeness(struct ig_group *g, struct ig_open *open,
			     struct ig_site *put, __u32 slot)
{
	struct ig_site *get;

	if (!g || !open || !put)
		return 0;
	if (open->addr != g->addr || open->gen != g->gen ||
	    open->slot >= IG_SITES)
		return 0;
	get = site_at(g, open->slot);
	if (get->func == put->func)
		return 4;
	if (get->partner == slot + 1)
		return 3;
	return get->partner ? 1 : 2;
}

/* The put at a call site, @slot of its group, answers the get at another. */
static __always_inline void pair(struct ig_group *g, struct ig_site *get,
				 struct ig_site *put, __u32 slot)
{
	/* A put in the same function is the surest partner; it stays. */
	if (get->func == put->func || !get->partner)
		get->partner = slot + 1;
	__sync_fetch_and_add(&get->answered, 1);
	__sync_fetch_and_add(&put->matched, 1);
}

#endif /* IG_BPF_PAIRING_H */
