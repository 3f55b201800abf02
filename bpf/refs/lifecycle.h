/* SPDX-License-Identifier: GPL-2.0 */
/* Groups that come and go, and devices that enter and leave them. */
#ifndef IG_BPF_LIFECYCLE_H
#define IG_BPF_LIFECYCLE_H

#include "refs/refs_function.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64); /* return address */
	__type(value, struct ig_total);
} totals SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, IG_RELEASED);
	__type(key, __u32);
	__type(value, __u64);
} removed SEC(".maps");

__u32 next_removed = 0; /* only grows */

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, struct ig_attach_key);
	__type(value, struct ig_attaches);
} attaches SEC(".maps");

/**
 * group_allocated() - a group has come to be
 * @ctx: the program's context
 * @group: the group, or an error pointer
 * @ip: return address into the caller
 *
 * On a stock kernel the initial reference counts as a get of a module that
 * asked for it.  The kernel's own callers are device_group() callbacks, whose
 * reference becomes the first device's and is dropped by an inlined
 * kobject_put() that no probe sees: counting it would only raise a suspicion
 * that never goes away.  Where each reference is traced, so is that put, and
 * event_count() is for both.
 */
static __always_inline void group_allocated(void *ctx,
					    struct iommu_group *group, __u64 ip)
{
	struct ig_group *g;
	__u32 id;

	if (stopped || !group || (unsigned long)group >= (unsigned long)-4095)
		return;
	id = BPF_CORE_READ(group, id);
	g = new_group(group, id, 0, 0);
	if (stream_events) {
		struct event_args h = { .op = IG_OP_ALLOC,
					.group = id,
					.addr = (__u64)group,
					.ip = ip };

		send_event(&h);
	}
	if (!tracepoint_backend && g && ip && !in_kernel_text(ip))
		count_get(ctx, group, id, 0, ip);
}

struct released_sites {
	struct ig_group *g;
};

static long fold_site(__u32 index, struct released_sites *f)
{
	struct ig_total zero = {}, *t;
	struct ig_site *s;

	if (index >= IG_SITES)
		return 1;
	s = &f->g->sites[index];
	if (!s->ip)
		return 0;
	bpf_map_update_elem(&totals, &s->ip, &zero, BPF_NOEXIST);
	t = bpf_map_lookup_elem(&totals, &s->ip);
	if (!t) {
		count_loss(IG_LOSS_SITE_TABLE);
		return 0;
	}
	__sync_fetch_and_add(&t->gets, s->gets);
	__sync_fetch_and_add(&t->puts, s->puts);
	__sync_fetch_and_add(&t->answered, s->answered);
	__sync_fetch_and_add(&t->matched, s->matched);
	return 0;
}

static __always_inline void group_released(void *ctx, struct iommu_group *group)
{
	__u64 addr = (__u64)group;
	__u32 id = BPF_CORE_READ(group, id);
	struct ig_group *g = record_of(id);
	struct released_sites f = { g };
	struct ig_dead d = {};
	__s32 ndev;

	if (!g || stopped)
		return;
	/* Its allocation was missed, or nothing of it was seen: nothing to
	 * judge. */
	if (g->addr != addr || g->released) {
		if (bpf_map_lookup_elem(&dead, &addr))
			count_loss(IG_LOSS_READ);
		return;
	}
	ndev = count_devices(group);
	if (ndev > 0)
		violate_group(ctx, IG_VIOL_RELEASED_WITH_DEVICES, g, 0, ndev,
			      0);
	bpf_loop(IG_SITES, fold_site, &f, 0);
	g->released = 1;
	d.id = id;
	d.gen = g->gen;
	bpf_map_update_elem(&dead, &addr, &d, BPF_ANY);
	forget_lock(group_lock_of(group));
	if (stream_events) {
		struct event_args h = { .op = IG_OP_RELEASE,
					.group = id,
					.addr = addr };

		send_event(&h);
	}
}

/* Keep the latest removed devices known; forget the one before them. */
static __always_inline void remember_removed(__u64 dev, __u64 group)
{
	__u32 slot = __sync_fetch_and_add(&next_removed, 1) % IG_RELEASED;
	__u64 *old = bpf_map_lookup_elem(&removed, &slot), *entry;

	if (!old)
		return;
	entry = *old && *old != dev ? bpf_map_lookup_elem(&devices, old) : NULL;
	if (entry && *entry & IG_REMOVED)
		bpf_map_delete_elem(&devices, old);
	*old = dev;
	group += IG_REMOVED;
	if (bpf_map_update_elem(&devices, &dev, &group, BPF_ANY))
		count_loss(IG_LOSS_DEVICE_MAP);
}

static __always_inline void
violate_device(void *ctx, __u32 op, struct ig_group *g, struct device *dev)
{
	struct violation_args seen = {};

	seen.kind = op == IG_OP_ADD_DEVICE ? IG_VIOL_ADDED_TWICE :
					     IG_VIOL_REMOVED_UNKNOWN;
	seen.group = g->id;
	seen.gen = g->gen;
	seen.ndev = g->ndev;
	seen.addr = g->addr;
	seen.dev = dev;
	violate(ctx, &seen);
}

static __always_inline void device_moved(void *ctx, __u32 op, __u32 id,
					 struct device *dev)
{
	struct ig_group *g = record_of(id);
	__u64 key = (__u64)dev, group, *entry;
	bool known;

	if (stopped)
		return;
	if (g && (!g->addr || g->released))
		g = NULL;
	group = g ? g->addr : 0;
	if (stream_events) {
		struct event_args h = { .op = op,
					.group = id,
					.kref = -1,
					.addr = group,
					.dev = dev };

		send_event(&h);
	}
	entry = bpf_map_lookup_elem(&devices, &key);
	known = entry && !(*entry & IG_REMOVED);
	/* The snapshot may have found it just before it went: cannot tell. */
	if (known && op == IG_OP_ADD_DEVICE && *entry & IG_SEEDED)
		count_loss(IG_LOSS_READ);
	else if (g && known == (op == IG_OP_ADD_DEVICE))
		violate_device(ctx, op, g, dev);
	if (op == IG_OP_ADD_DEVICE) {
		if (g)
			__sync_fetch_and_add(&g->ndev, 1);
		if (bpf_map_update_elem(&devices, &key, &group, BPF_ANY))
			count_loss(IG_LOSS_DEVICE_MAP);
		name_device_lock(dev);
	} else {
		forget_lock(device_lock_of(dev));
		if (g)
			__sync_fetch_and_add(&g->ndev, -1);
		remember_removed(key, group);
	}
}

/**
 * domain_changed() - attach or detach of a domain returned
 * @ctx: the program's context
 * @op: IG_OP_ATTACH or IG_OP_DETACH
 * @group: the group
 * @ret: 0 or negative errno
 * @ip: return address into the caller
 */
static __always_inline void domain_changed(void *ctx, __u32 op,
					   struct iommu_group *group, int ret,
					   __u64 ip)
{
	struct ig_group *g = live_group(ctx, group, BPF_CORE_READ(group, id),
					read_kref(group), ip);
	struct ig_attach_key key = {};
	struct ig_attaches zero = {}, *a;

	if (!g)
		return;
	/* The events of a patched kernel say more. */
	if (stream_events && !tracepoint_backend) {
		struct event_args h = { .op = op,
					.group = g->id,
					.kref = read_kref(group),
					.ret = ret,
					.addr = (__u64)group,
					.ip = ip };

		send_event(&h);
	}
	if (ret)
		return;
	key.addr = (__u64)group;
	key.ip = ip;
	key.gen = g->gen;
	key.group = g->id;
	bpf_map_update_elem(&attaches, &key, &zero, BPF_NOEXIST);
	a = bpf_map_lookup_elem(&attaches, &key);
	if (!a) {
		count_loss(IG_LOSS_SITE_TABLE);
		return;
	}
	if (op == IG_OP_ATTACH)
		__sync_fetch_and_add(&a->attaches, 1);
	else
		__sync_fetch_and_add(&a->detaches, 1);
	keep_symbol(ip);
	if (!a->stack)
		a->stack = keep_stack(ctx, 0);
}

#endif /* IG_BPF_LIFECYCLE_H */
