/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Accounting of references: per group and call site, in maps, so that no
 * buffer has to keep up with the kernel.  This is what it has in common on all
 * kernels; refs_function.h is for stock ones, refs_tracepoint.h for patched.
 */
#ifndef IG_BPF_REFS_H
#define IG_BPF_REFS_H

#include "core/events.h"
#include "refs/sites.h"

static __always_inline void note_get(void *ctx, struct ig_group *g,
				     struct ig_site *s, bool new)
{
	__s64 balance = __sync_fetch_and_add(&g->balance, 1) + 1;

	if (new)
		s->stack_first = keep_stack(ctx, 0);
	if (balance <= g->high)
		return;
	g->high = balance;
	/* The first stack serves as the high one until they differ. */
	if (!new)
		s->stack_high = keep_stack(ctx, s->stack_high);
}

/*
 * A released group has no references left.  If it seems to have some, its
 * memory may be another group's by now whose allocation was missed: that is
 * said as a loss, not as a finding.
 */
static __noinline void used_after_release(void *ctx, struct ig_dead *d,
					  __u64 addr, __s32 kref, __u64 ip)
{
	struct violation_args seen = {};

	if (kref > 0) {
		count_loss(IG_LOSS_READ);
		return;
	}
	seen.kind = IG_VIOL_USE_AFTER_RELEASE;
	seen.group = d->id;
	seen.gen = d->gen;
	seen.kref = kref;
	seen.addr = addr;
	seen.ip = ip;
	violate(ctx, &seen);
}

/*
 * No record of it that is alive: it was released, or it is one that was there
 * before the baseline could see it, which is taken as it is.
 */
static __noinline struct ig_group *
unknown_group(void *ctx, struct iommu_group *group, __s32 kref, __u64 ip)
{
	__u64 addr = (__u64)group;
	struct ig_dead *d = bpf_map_lookup_elem(&dead, &addr);

	if (d) {
		used_after_release(ctx, d, addr, kref, ip);
		return NULL;
	}
	return new_group(group, BPF_CORE_READ(group, id), seed_devices(group),
			 kref);
}

/* Whether a record is that of a group, and the group is alive. */
static __always_inline bool is_record_of(struct ig_group *g,
					 struct iommu_group *group)
{
	return g && g->addr == (__u64)group && !g->released;
}

/* The record of a group that may be used; NULL when there is none. */
static __always_inline struct ig_group *
live_group(void *ctx, struct iommu_group *group, __u32 id, __s32 kref, __u64 ip)
{
	struct ig_group *g;

	if (stopped)
		return NULL;
	g = record_of(id);
	if (is_record_of(g, group))
		return g;
	return unknown_group(ctx, group, kref, ip);
}

static __noinline void send_ref(__u32 op, struct ig_group *g, __s32 kref,
				__u64 ip)
{
	struct event_args h = { .op = op,
				.group = g->id,
				.kref = kref,
				.addr = g->addr,
				.ip = ip };

	send_event(&h);
}

/* Apart, or the record is made up before it is known that nobody wants it. */
static __always_inline void stream_ref(__u32 op, struct ig_group *g, __s32 kref,
				       __u64 ip)
{
	if (stream_events)
		send_ref(op, g, kref, ip);
}

/*
 * The fewest references that others than the devices had: however many there
 * are in the end, those above it were taken since.  @kref is the count just
 * before a get; a device's reference comes before its listing and goes after
 * it, so this may be too many for a moment, and never too few.
 */
static __always_inline void note_least(struct ig_group *g, __s32 kref)
{
	__s32 external = kref - g->ndev;

	if (external > g->least)
		return;
	if (external < g->least) {
		g->least = external;
		g->least_seen = 0;
	}
	g->least_seen++;
}

/* Number an event: what came first is not answered by what was before it. */
static __always_inline void number_event(struct ig_group *g, struct ig_site *s)
{
	__u32 n = __sync_fetch_and_add(&g->events, 1) + 1;

	if (!s->first)
		s->first = n;
	s->last = n;
}

/**
 * get_at_site() - count a get at its call site
 * @ctx: the program's context
 * @g: the group's record
 * @s: the call site in it
 * @ip: return address into the caller
 * @kref: count of the group before the get
 */
static __always_inline void get_at_site(void *ctx, struct ig_group *g,
					struct ig_site *s, __u64 ip, __s32 kref)
{
	bool new = !__sync_fetch_and_add(&s->gets, 1);

	if (new)
		s->func = function_hash(ip);
	number_event(g, s);
	note_least(g, kref);
	note_get(ctx, g, s, new);
}

/**
 * put_at_site() - count a put at its call site
 * @ctx: the program's context
 * @g: the group's record
 * @s: the call site in it
 * @ip: return address into the caller
 */
static __always_inline void put_at_site(void *ctx, struct ig_group *g,
					struct ig_site *s, __u64 ip)
{
	number_event(g, s);
	if (__sync_fetch_and_add(&s->puts, 1) || s->stack_first)
		return;
	s->func = function_hash(ip);
	s->stack_first = keep_stack(ctx, 0);
}

/**
 * violate_by_put() - a put drops a reference that a device owns
 * @ctx: the program's context
 * @g: the group's record
 * @seen: the references before the put, 0 or less when there were none; the
 *	devices; the caller
 *
 * Where references are missing already, only who makes it worse is accused.
 */
static __always_inline void violate_by_put(void *ctx, struct ig_group *g,
					   struct violation_args *seen)
{
	if (seen->kref > 0 && !is_new_low(g, seen->kref - 1 - seen->ndev))
		return;
	seen->kind = seen->kref > 0 ? IG_VIOL_PUT_BELOW_DEVICES :
				      IG_VIOL_PUT_BELOW_ZERO;
	seen->group = g->id;
	seen->gen = g->gen;
	seen->addr = g->addr;
	violate(ctx, seen);
}

#endif /* IG_BPF_REFS_H */
