/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Accounting on the events of a patched kernel: each says who did it and what
 * count it left, so nothing is searched for on the stack, and each reference is
 * here, those of the IOMMU core included.
 */
#ifndef IG_BPF_REFS_TRACEPOINT_H
#define IG_BPF_REFS_TRACEPOINT_H

#include "refs/pairing_cpu.h"
#include "refs/refs.h"

/* A saturated count, below zero, has come from zero. */
static __always_inline __s32 count_before(__s32 count, __s32 back)
{
	return count < 0 ? 0 : count + back;
}

/* As live_group(); @back is what makes @count the count before the event. */
static __always_inline struct ig_group *event_group(void *ctx,
						    struct iommu_group *group,
						    __u32 id, __s32 count,
						    __s32 back, __u64 ip)
{
	struct ig_group *g;

	if (stopped)
		return NULL;
	g = record_of(id);
	if (is_record_of(g, group))
		return g;
	return unknown_group(ctx, group, count_before(count, back), ip);
}

/* Count a get; NULL when the group has no record. */
static __always_inline struct ig_group *event_count(void *ctx,
						    struct iommu_group *group,
						    __u32 id, __s32 count,
						    __u64 ip)
{
	struct ig_group *g = event_group(ctx, group, id, count, -1, ip);
	struct ig_site *s;
	__u32 slot;

	if (!g)
		return NULL;
	s = site_of(ctx, g, ip, &slot);
	if (!s) {
		__sync_fetch_and_add(&g->balance, 1);
		return g;
	}
	get_at_site(ctx, g, s, ip, count_before(count, -1));
	/* What an interrupt takes is not of the task that it came upon. */
	if (slot < IG_SITES && !in_interrupt())
		cpu_opens(g, slot);
	return g;
}

static __always_inline void event_get(void *ctx, struct iommu_group *group,
				      __u32 id, __s32 count, __u64 ip)
{
	struct ig_group *g = event_count(ctx, group, id, count, ip);

	if (g)
		stream_ref(IG_OP_GET, g, count_before(count, -1), ip);
}

/*
 * The put has left fewer references than there are devices.  Is it so?  Another
 * CPU may be adding a device, whose reference came before its listing but maybe
 * after this put; so the count as it is now has to fall short too, and the list
 * to hold still.
 */
static __noinline void event_check(void *ctx, struct iommu_group *group,
				   struct ig_group *g, __s32 count, __u64 ip)
{
	struct violation_args seen = { .ip = ip };

	seen.ndev = count_devices(group);
	seen.kref = count_before(count, 1);
	if (count >= 0 &&
	    (count >= seen.ndev || read_kref(group) >= seen.ndev ||
	     count_devices(group) != seen.ndev))
		return;
	violate_by_put(ctx, g, &seen);
}

static __always_inline void event_put(void *ctx, struct iommu_group *group,
				      __u32 id, __s32 count, __u64 ip)
{
	struct ig_group *g = event_group(ctx, group, id, count, 1, ip);
	struct ig_site *s;
	__u32 slot;

	if (!g)
		return;
	if (count < g->ndev)
		event_check(ctx, group, g, count, ip);
	__sync_fetch_and_add(&g->balance, -1);
	s = site_of(ctx, g, ip, &slot);
	if (s)
		put_at_site(ctx, g, s, ip);
	if (s && slot < IG_SITES && !in_interrupt())
		cpu_closes(g, slot, s);
	stream_ref(IG_OP_PUT, g, count_before(count, 1), ip);
}

#endif /* IG_BPF_REFS_TRACEPOINT_H */
