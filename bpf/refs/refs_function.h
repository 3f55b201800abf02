/* SPDX-License-Identifier: GPL-2.0 */
/* Accounting on the functions by which a stock kernel takes and drops them. */
#ifndef IG_BPF_REFS_FUNCTION_H
#define IG_BPF_REFS_FUNCTION_H

#include "refs/pairing_task.h"
#include "refs/refs.h"

/* Count a get; NULL when the group has no record. */
static __always_inline struct ig_group *
count_get(void *ctx, struct iommu_group *group, __u32 id, __s32 kref, __u64 ip)
{
	struct ig_group *g = live_group(ctx, group, id, kref, ip);
	struct ig_site *s;
	__u32 slot;

	if (!g)
		return NULL;
	s = site_of(ctx, g, ip, &slot);
	if (!s)
		return g;
	get_at_site(ctx, g, s, ip, kref);
	/* What an interrupt takes is not of the task that it came upon. */
	if (slot < IG_SITES && !in_interrupt())
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
	struct violation_args seen = { .ip = ip };
	__s32 before = read_kref(group);

	seen.ndev = count_devices(group);
	seen.kref = read_kref(group);
	if (seen.kref != before || seen.kref - 1 >= seen.ndev)
		return;
	if (count_devices(group) == seen.ndev && read_kref(group) == before)
		violate_by_put(ctx, g, &seen);
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
	s = site_of(ctx, g, ip, &slot);
	if (s)
		put_at_site(ctx, g, s, ip);
	__sync_fetch_and_add(&g->balance, -1);
	if (slot < IG_SITES && !in_interrupt())
		task_closes(g, slot);
	stream_ref(IG_OP_PUT, g, kref, ip);
}

#endif /* IG_BPF_REFS_FUNCTION_H */
