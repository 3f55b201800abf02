/* SPDX-License-Identifier: GPL-2.0 */
/* Groups that come and go, and devices that enter and leave them. */
#ifndef IG_BPF_LIFECYCLE_H
#define IG_BPF_LIFECYCLE_H

#include "refs.h"

/**
 * group_allocated() - iommu_group_alloc() returned a group
 * @ctx: the program's context
 * @group: the group, or an error pointer
 * @ip: return address into the caller
 *
 * The initial reference counts as a get of a module that asked for it.  The
 * kernel's own callers are device_group() callbacks, whose reference becomes
 * the first device's and is dropped by an inlined kobject_put() that no probe
 * sees: counting it would only raise a suspicion that never goes away.
 */
static __always_inline void group_allocated(void *ctx,
					    struct iommu_group *group,
					    __u64 ip)
{
	struct ig_group *g;
	__u32 id;

	if (!group || (unsigned long)group >= (unsigned long)-4095)
		return;
	id = BPF_CORE_READ(group, id);
	g = new_group(group, id, 0);
	if (stream_events) {
		struct happening h = { IG_OP_ALLOC, id, 0, 0,
				       (__u64)group, ip, 0, NULL };

		send_event(&h);
	}
	if (!g || !ip || in_kernel_text(ip))
		return;
	account_get(ctx, group, 0, ip);
}

struct fold {
	struct ig_group *g;
};

static long fold_site(__u32 index, struct fold *f)
{
	struct ig_total zero = {}, *t;
	struct ig_site *s;

	if (index >= IG_SITES)
		return 1;
	s = &f->g->sites[index];
	if (!s->ip)
		return 1;
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

/* Keep the latest released groups known; forget the one before them. */
static __always_inline void remember_released(__u64 addr)
{
	__u32 slot = __sync_fetch_and_add(&next_released, 1) % IG_RELEASED;
	__u64 *old = bpf_map_lookup_elem(&released, &slot);
	struct ig_group *g;

	if (!old)
		return;
	g = *old && *old != addr ? bpf_map_lookup_elem(&groups, old) : NULL;
	if (g && g->released)
		bpf_map_delete_elem(&groups, old);
	*old = addr;
}

static __always_inline void group_released(void *ctx,
					   struct iommu_group *group)
{
	struct ig_group *g = find_group(group);
	__u64 addr = (__u64)group, *now;
	struct fold f = { g };
	struct seen seen = {};
	__u32 id;

	if (!g)
		return;
	seen.ndev = count_devices(group, false);
	if (seen.ndev > 0) {
		seen.kind = IG_VIOL_RELEASED_WITH_DEVICES;
		seen.group = g->id;
		seen.gen = g->gen;
		seen.addr = addr;
		violate(ctx, &seen);
	}
	bpf_loop(IG_SITES, fold_site, &f, 0);
	id = g->id;
	now = bpf_map_lookup_elem(&group_ids, &id);
	if (now && *now == addr)
		bpf_map_delete_elem(&group_ids, &id);
	g->released = 1;
	remember_released(addr);
	if (stream_events) {
		struct happening h = { IG_OP_RELEASE, id, 0, 0, addr, 0, 0,
				       NULL };

		send_event(&h);
	}
}

static __always_inline void device_moved(void *ctx, __u32 op, __u32 id,
					 struct device *dev)
{
	__u64 *addr = bpf_map_lookup_elem(&group_ids, &id);
	struct ig_group *g = addr ? bpf_map_lookup_elem(&groups, addr) : NULL;
	__u64 key = (__u64)dev;
	struct seen seen = {};
	bool known;

	if (stream_events) {
		struct happening h = { op, id, -1, 0, addr ? *addr : 0, 0, 0,
				       dev };

		send_event(&h);
	}
	if (!g)
		return;
	known = bpf_map_lookup_elem(&devices, &key);
	seen.kind = op == IG_OP_ADD_DEVICE ? IG_VIOL_ADDED_TWICE :
					     IG_VIOL_REMOVED_UNKNOWN;
	seen.group = id;
	seen.gen = g->gen;
	seen.ndev = g->ndev;
	seen.addr = *addr;
	seen.dev = dev;
	if (op == IG_OP_ADD_DEVICE) {
		if (known)
			violate(ctx, &seen);
		__sync_fetch_and_add(&g->ndev, 1);
		if (bpf_map_update_elem(&devices, &key, addr, BPF_ANY))
			count_loss(IG_LOSS_DEVICE_MAP);
	} else {
		if (!known)
			violate(ctx, &seen);
		__sync_fetch_and_add(&g->ndev, -1);
		bpf_map_delete_elem(&devices, &key);
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
	struct ig_group *g = find_group(group);
	struct ig_attach_key key = {};
	struct ig_attach zero = {}, *a;

	if (!g)
		return;
	if (stream_events) {
		struct happening h = { op, g->id, read_kref(group), ret,
				       (__u64)group, ip, 0, NULL };

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
	if (!a->stack)
		a->stack = keep_stack(ctx, 0);
}

#endif /* IG_BPF_LIFECYCLE_H */
