/* SPDX-License-Identifier: GPL-2.0 */
/* Notifiers of a group, and what else only the events of a patched kernel tell.
 */
#ifndef IG_BPF_NOTIFY_H
#define IG_BPF_NOTIFY_H

#include "refs/lifecycle.h"
#include "core/owner.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, struct ig_notifier_key);
	__type(value, struct ig_notifier);
} notifiers SEC(".maps");

/** IG_MAX_CHAIN - longest notifier chain walked */
#define IG_MAX_CHAIN 4096

struct chain_walk {
	struct notifier_block *at;
	struct notifier_block *wanted;
};

static long chain_one(__u32 i, struct chain_walk *w)
{
	struct notifier_block *at = w->at;

	if (!at || at == w->wanted)
		return 1;
	w->at = BPF_CORE_READ(at, next);
	return 0;
}

static __always_inline bool is_in_chain(struct iommu_group *group,
					struct notifier_block *nb)
{
	struct chain_walk w = { .wanted = nb };

	w.at = BPF_CORE_READ(group, notifiers.chain.head);
	bpf_loop(IG_MAX_CHAIN, chain_one, &w, 0);
	return w.at; /* it, or more than could be walked */
}

/* As a number, which the verifier of 7.3 does not take the pointer for. */
static __always_inline __u64 callback_of(struct notifier_block *nb)
{
	return (__u64)BPF_CORE_READ(nb, notifier_call);
}

static __always_inline void
notifier_registered(void *ctx, struct iommu_group *group, __u32 id,
		    struct notifier_block *nb, int ret, __u64 ip)
{
	struct ig_group *g = live_group(ctx, group, id, read_kref(group), ip);
	struct ig_notifier_key key = { .addr = (__u64)group, .nb = (__u64)nb };
	struct ig_notifier n = {};

	if (!g || ret)
		return;
	key.gen = g->gen;
	n.ip = ip;
	n.callback = callback_of(nb);
	n.gen = g->gen;
	n.group = id;
	n.stack = keep_stack(ctx, 0);
	keep_symbol(n.callback + 1); /* it takes return addresses */
	if (bpf_map_update_elem(&notifiers, &key, &n, BPF_ANY))
		count_loss(IG_LOSS_NOTIFIER_MAP);
	/*
	 * The event comes after the fact: a callback may have unregistered the
	 * block meanwhile, on another CPU, whose event then came before this
	 * one.  One that comes after it removes the entry.  A chain that
	 * changes may lead astray once.
	 */
	if (bpf_core_field_exists(group->notifiers) &&
	    !is_in_chain(group, nb) && !is_in_chain(group, nb))
		bpf_map_delete_elem(&notifiers, &key);
}

/* One that was registered before the run is not in the map: no matter. */
static __always_inline void
notifier_unregistered(void *ctx, struct iommu_group *group, __u32 id,
		      struct notifier_block *nb, int ret, __u64 ip)
{
	__s32 kref = read_kref(group);
	struct ig_group *g = live_group(ctx, group, id, kref, ip);
	struct ig_notifier_key key = { .addr = (__u64)group, .nb = (__u64)nb };

	if (!g)
		return;
	key.gen = g->gen;
	if (ret)
		violate_group(ctx, IG_VIOL_UNREGISTERED_UNKNOWN, g, kref,
			      g->ndev, ip);
	else
		bpf_map_delete_elem(&notifiers, &key);
}

/* Called with the group still there; what was registered in the run is told by
 * the map. */
static __always_inline void check_forgotten(void *ctx,
					    struct iommu_group *group, __u32 id)
{
	struct ig_notifier_key key = { .addr = (__u64)group };
	struct ig_group *g = record_of(id);

	if (!g || stopped || !bpf_core_field_exists(group->notifiers))
		return;
	key.gen = g->gen;
	key.nb = (__u64)BPF_CORE_READ(group, notifiers.chain.head);
	if (key.nb && !bpf_map_lookup_elem(&notifiers, &key))
		violate_group(ctx, IG_VIOL_RELEASED_WITH_NOTIFIER, g, 0,
			      g->ndev, 0);
}

static __always_inline void check_unlocked(void *ctx, struct iommu_group *group,
					   __u32 id)
{
	__s32 kref = read_kref(group);
	struct ig_group *g = live_group(ctx, group, id, kref, 0);

	if (g && mutex_is_mine((void *)group_lock_of(group)))
		violate_group(ctx, IG_VIOL_NOTIFIED_LOCKED, g, kref, g->ndev,
			      0);
}

static __always_inline void stream_domain(__u32 op, struct iommu_group *group,
					  __u32 id, struct iommu_domain *domain,
					  __u32 devices, int ret)
{
	struct event_args h = { .op = op,
				.group = id,
				.kref = -1,
				.ret = ret,
				.addr = (__u64)group,
				.what = BPF_CORE_READ(domain, type),
				.number = devices };

	send_event(&h);
}

static __always_inline void stream_notify(__u32 op, struct iommu_group *group,
					  __u32 id, __u32 action,
					  struct device *dev, __u32 called,
					  int ret)
{
	struct event_args h = { .op = op,
				.group = id,
				.kref = -1,
				.ret = ret,
				.addr = (__u64)group,
				.dev = dev,
				.what = action,
				.number = called };

	if (stream_events)
		send_event(&h);
}

static __always_inline void stream_at(__u32 op, struct iommu_group *group,
				      __u32 id, int ret, __u64 callback,
				      __u64 ip)
{
	struct event_args h = { .op = op,
				.group = id,
				.kref = -1,
				.ret = ret,
				.addr = (__u64)group,
				.ip = ip,
				.callback = callback };

	if (!stream_events)
		return;
	if (callback)
		keep_symbol(callback + 1);
	keep_symbol(ip);
	send_event(&h);
}

#endif /* IG_BPF_NOTIFY_H */
