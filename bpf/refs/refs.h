/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Accounting of references: per group and call site, in maps, so that no
 * buffer has to keep up with the kernel.
 */
#ifndef IG_BPF_REFS_H
#define IG_BPF_REFS_H

#include "core/events.h"

/* Gets that a task has not put yet, the latest last. */
struct ig_open {
	__u64 addr;
	__u32 gen;
	__u32 slot;
};

struct ig_task {
	__u32 n;
	struct ig_open open[IG_NESTING];
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct ig_task);
} tasks SEC(".maps");

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

static __always_inline struct ig_task *this_task(void)
{
	return bpf_task_storage_get(&tasks, bpf_get_current_task_btf(), 0,
				    BPF_LOCAL_STORAGE_GET_F_CREATE);
}

/* Remember an open get; the oldest goes when a task has too many. */
VERIFIED_ONCE int task_opens(struct ig_group *g, __u32 slot)
{
	struct ig_task *t = this_task();
	__u32 n, i;

	if (!t || !g)
		return 0;
	n = t->n;
	if (n >= IG_NESTING) {
		for (i = 0; i < IG_NESTING - 1; i++)
			t->open[i] = t->open[i + 1];
		n = IG_NESTING - 1;
	}
	t->open[n].addr = g->addr;
	t->open[n].gen = g->gen;
	t->open[n].slot = slot;
	t->n = n + 1;
	return 0;
}

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

static __always_inline void pair(struct ig_group *g, struct ig_site *get,
				 struct ig_site *put, __u32 slot)
{
	/* A put in the same function is the surest partner; it stays. */
	if (get->func == put->func || !get->partner)
		get->partner = slot + 1;
	__sync_fetch_and_add(&get->answered, 1);
	__sync_fetch_and_add(&put->matched, 1);
}

/* Find the open get of this task that a put most likely answers; close it. */
VERIFIED_ONCE int task_closes(struct ig_group *g, __u32 slot)
{
	struct ig_task *t = this_task();
	__u32 n, i, j, like, best = 0, at = 0, opener;
	struct ig_site *put;

	if (!t || !g || slot >= IG_SITES)
		return 0;
	put = site_at(g, slot);
	n = t->n;
	for (i = 0; i < IG_NESTING && best < 4; i++) {
		j = n - 1 - i;
		if (j >= IG_NESTING)
			break;
		like = likeness(g, &t->open[j], put, slot);
		if (like > best) {
			best = like;
			at = j;
		}
	}
	if (!best || at >= IG_NESTING)
		return 0;
	opener = t->open[at].slot;
	if (at + 1 < n)
		for (i = 0; i < IG_NESTING - 1; i++)
			if (i >= at && i + 1 < n)
				t->open[i] = t->open[i + 1];
	t->n = n - 1;
	if (opener < IG_SITES)
		pair(g, site_at(g, opener), put, slot);
	return 0;
}

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
	struct seen seen = {};

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

/* The record of a group that may be used; NULL when there is none. */
static __always_inline struct ig_group *
live_group(void *ctx, struct iommu_group *group, __u32 id, __s32 kref, __u64 ip)
{
	struct ig_group *g = record_of(id);

	if (g && g->addr == (__u64)group && !g->released)
		return g;
	return unknown_group(ctx, group, kref, ip);
}

static __noinline void send_ref(__u32 op, struct ig_group *g, __s32 kref,
				__u64 ip)
{
	struct happening h = { .op = op,
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

/* Count a get; NULL when the group has no record. */
static __always_inline struct ig_group *
count_get(void *ctx, struct iommu_group *group, __u32 id, __s32 kref, __u64 ip)
{
	struct ig_group *g = live_group(ctx, group, id, kref, ip);
	struct ig_site *s;
	__u32 slot;
	bool new;

	if (!g)
		return NULL;
	slot = slot_of(g, ip);
	if (slot < IG_SITES) {
		s = site_at(g, slot);
		new = !__sync_fetch_and_add(&s->gets, 1);
		if (new)
			s->func = function_hash(ip);
		note_get(ctx, g, s, new);
	}
	task_opens(g, slot);
	return g;
}

/**
 * account_get() - a reference was or is being taken
 * @ctx: the program's context
 * @group: the group
 * @id: its number
 * @kref: count before it, or as it is where that cannot be told
 * @ip: return address into the caller
 */
static __always_inline void account_get(void *ctx, struct iommu_group *group,
					__u32 id, __s32 kref, __u64 ip)
{
	struct ig_group *g = count_get(ctx, group, id, kref, ip);

	if (g)
		stream_ref(IG_OP_GET, g, kref, ip);
}

/*
 * A put that leaves fewer references than devices drops one that a device
 * owns.  The device list is walked only when the recorded length says so, and
 * read twice: somebody else may be adding or removing a device.
 */
static __noinline void check_put(void *ctx, struct iommu_group *group,
				 struct ig_group *g, __u64 ip)
{
	struct seen seen = {};
	__s32 before = read_kref(group);

	seen.ndev = count_devices(group);
	seen.kref = read_kref(group);
	if (seen.kref != before || seen.kref - 1 >= seen.ndev)
		return;
	if (count_devices(group) != seen.ndev || read_kref(group) != before)
		return;
	if (before > 0 && !is_new_low(g, before - 1 - seen.ndev))
		return;
	seen.kind = before <= 0 ? IG_VIOL_PUT_BELOW_ZERO :
				  IG_VIOL_PUT_BELOW_DEVICES;
	seen.group = g->id;
	seen.gen = g->gen;
	seen.addr = (__u64)group;
	seen.ip = ip;
	violate(ctx, &seen);
}

/**
 * account_put() - a reference is about to be dropped
 * @ctx: the program's context
 * @group: the group, still there
 * @id: its number
 * @kref: count before it
 * @ip: return address into the caller
 */
static __always_inline void account_put(void *ctx, struct iommu_group *group,
					__u32 id, __s32 kref, __u64 ip)
{
	struct ig_group *g = live_group(ctx, group, id, kref, ip);
	struct ig_site *s;
	__u32 slot;

	if (!g)
		return;
	if (kref - 1 < g->ndev || kref <= 0)
		check_put(ctx, group, g, ip);
	slot = slot_of(g, ip);
	if (slot < IG_SITES) {
		s = site_at(g, slot);
		if (!__sync_fetch_and_add(&s->puts, 1) && !s->stack_first) {
			s->func = function_hash(ip);
			s->stack_first = keep_stack(ctx, 0);
		}
	}
	__sync_fetch_and_add(&g->balance, -1);
	task_closes(g, slot);
	stream_ref(IG_OP_PUT, g, kref, ip);
}

#endif /* IG_BPF_REFS_H */
