/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The callers that took or dropped references to a group: its call sites, and
 * where a site is a helper that has several callers, each call path by itself.
 *
 * Unwinding is dear, so a site's callers are looked at in its first events, then
 * ever less often, and whenever the stack is as deep as it never was there: that
 * is another caller, most likely.  Once it is seen to have two, each time.
 */
#ifndef IG_BPF_SITES_H
#define IG_BPF_SITES_H

#include "core/stack.h"

/** IG_PATH_FRAMES - frames behind a call site that make its path */
#define IG_PATH_FRAMES 3

/* Paths that found no slot in their group's record. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096); /* resized */
	__type(key, struct ig_site_key);
	__type(value, struct ig_site);
} more_sites SEC(".maps");

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

/*
 * The context lies on the stack.  The verifier lets a copy of a half of its
 * address be a number.
 */
static __always_inline __u64 depth_bit(void *ctx)
{
	__u32 low = (__u64)ctx;

	asm volatile("%0 = %0" : "+w"(low));
	return 1ull << (low >> 3 & 63);
}

/* Whether the callers of a site are to be looked at. */
static __always_inline bool is_due(void *ctx, struct ig_site *s)
{
	__u64 n = s->gets + s->puts;

	return s->paths || !(s->depths & depth_bit(ctx)) ||
	       n < IG_SITE_LOOKS || !(n & (n - 1));
}

/* A hash of the frames behind a call site, never 0. */
static __noinline __u64 path_behind(void *ctx, __u64 ip)
{
	__u64 frame[12] = {}, path = 1;
	int i, n = 0;

	if (bpf_get_stack(ctx, frame, sizeof(frame), 0) <= 0)
		return 1;
#pragma unroll
	for (i = 0; i < 12; i++) {
		if (n && n <= IG_PATH_FRAMES) {
			path = (path ^ frame[i]) * 0x9e3779b97f4a7c15ull;
			path ^= path >> 32;
			n++;
		} else if (!n && frame[i] == ip) {
			n = 1;
		}
	}
	return path ?: 1;
}

/* The first slot with this caller, IG_SITES when there is none. */
VERIFIED_ONCE __u32 first_slot(struct ig_group *g, __u64 ip)
{
	__u32 i, slot = home_slot(ip);
	struct ig_site *s;

	if (!g)
		return IG_SITES;
	for (i = 0; i < IG_SITES; i++) {
		s = site_at(g, slot);
		if (s->ip == ip)
			return slot & (IG_SITES - 1);
		if (!s->ip)
			break;
		slot++;
	}
	return IG_SITES;
}

/**
 * path_slot() - the slot of a call path in a group's record, made if need be
 * @g: the record
 * @ip: return address into the caller
 * @path: what path_behind() says
 *
 * Return: index into g->sites, IG_SITES when all are taken.
 */
VERIFIED_ONCE __u32 path_slot(struct ig_group *g, __u64 ip, __u64 path)
{
	__u32 i, slot = home_slot(ip), others = 0;
	struct ig_site *s;
	__u64 old;

	if (!g)
		return IG_SITES;
	for (i = 0; i < IG_SITES; i++) {
		s = site_at(g, slot);
		old = s->ip;
		if (!old)
			old = __sync_val_compare_and_swap(&s->ip, 0, ip);
		if (!old || old == ip) {
			old = __sync_val_compare_and_swap(&s->path, 0, path);
			if (!old || old == path) {
				if (others)
					s->paths = 1;
				return slot & (IG_SITES - 1);
			}
			s->paths = 1;
			others = 1;
		}
		slot++;
	}
	return IG_SITES;
}

static __noinline struct ig_site *overflow_site(struct ig_group *g, __u64 ip,
						__u64 path)
{
	struct ig_site_key key = {
		.ip = ip, .path = path, .id = g->id, .gen = g->gen
	};
	struct ig_site *s = bpf_map_lookup_elem(&more_sites, &key), new = {};

	if (s)
		return s;
	new.ip = ip;
	new.path = path;
	bpf_map_update_elem(&more_sites, &key, &new, BPF_NOEXIST);
	s = bpf_map_lookup_elem(&more_sites, &key);
	if (!s)
		count_loss(IG_LOSS_SITE_TABLE);
	return s;
}

/* As site_of(), of a caller that is new, or not where it should be, or due. */
static __noinline struct ig_site *find_site(void *ctx, struct ig_group *g,
					    __u64 ip, __u32 *slot)
{
	struct ig_site *s;
	__u64 path;

	*slot = first_slot(g, ip);
	if (*slot < IG_SITES) {
		s = site_at(g, *slot);
		if (s->modules != modules_loaded)
			check_site(s);
		if (!is_due(ctx, s))
			return s;
		s->depths |= depth_bit(ctx);
	}
	path = path_behind(ctx, ip);
	*slot = path_slot(g, ip, path);
	if (*slot < IG_SITES)
		return site_at(g, *slot);
	return overflow_site(g, ip, path);
}

/**
 * site_of() - what is counted of a call path on a group
 * @ctx: the program's context
 * @g: the group's record
 * @ip: return address into the caller
 * @slot: set to its index into g->sites, IG_SITES when it has none
 *
 * Return: NULL when there is no room for it anywhere (counted).
 */
static __always_inline struct ig_site *site_of(void *ctx, struct ig_group *g,
					       __u64 ip, __u32 *slot)
{
	struct ig_site *s;

	*slot = home_slot(ip);
	s = site_at(g, *slot);
	if (s->ip != ip || s->modules != modules_loaded || is_due(ctx, s))
		return find_site(ctx, g, ip, slot);
	return s;
}

#endif /* IG_BPF_SITES_H */
