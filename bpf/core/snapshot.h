/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The group as it is, read while its sysfs attribute is being shown: kernfs
 * holds an active reference meanwhile, so the group cannot go away.  Needs no
 * private symbol, and the group lock is not taken yet at that point.
 */
#ifndef IG_BPF_SNAPSHOT_H
#define IG_BPF_SNAPSHOT_H

#include "core/groups.h"
#include "core/holders.h"
#include "core/reader.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct ig_snap);
} snap SEC(".maps");

/** IG_RETRIES - comparisons of a group's count with its events */
#define IG_RETRIES 64

static __always_inline bool read_counts(struct iommu_group *group,
					struct ig_snap *s, bool seed)
{
	s->kref = read_kref(group);
	s->ndev = seed ? seed_devices(group) : count_devices(group);
	return s->ndev >= 0 && s->kref == read_kref(group) &&
	       s->ndev == count_devices(group) && s->kref == read_kref(group);
}

/*
 * How far the count is from what the events add up to.  An event comes a moment
 * after the count has moved, so on a busy group they may disagree for as long.
 */
static __noinline __s32 count_error_of(struct iommu_group *group,
				       struct ig_group *g)
{
	__s64 before;
	__s32 off = 0;
	int i;

	for (i = 0; i < IG_RETRIES; i++) {
		before = g->balance;
		off = read_kref(group) - g->base - before;
		if (!off && before == g->balance)
			break;
	}
	return off;
}

/**
 * take_snapshot() - fill the snapshot map for the collector
 * @group: the group whose attribute the collector reads
 */
static __always_inline void take_snapshot(struct iommu_group *group)
{
	__u64 addr = (__u64)group;
	struct ig_group *g;
	struct ig_snap *s;
	__u32 zero = 0;
	bool seed;

	if (!is_reader())
		return;
	s = bpf_map_lookup_elem(&snap, &zero);
	if (!s)
		return;
	s->id = BPF_CORE_READ(group, id);
	g = record_of(s->id);
	seed = !g || g->addr != addr || g->released;
	s->stable = read_counts(group, s, seed) || read_counts(group, s, seed);
	s->addr = addr;
	if (seed)
		g = new_group(group, s->id, s->ndev, s->kref);
	s->gen = g ? g->gen : 0;
	s->count_error = 0;
	if (tracepoint_backend && g && !seed)
		s->count_error = count_error_of(group, g);
	s->removed_listed = seed ? 0 : count_removed_listed(group);
	s->least = g ? g->least : 0;
	s->least_seen = g ? g->least_seen : 0;
	s->owner_cnt = BPF_CORE_READ(group, owner_cnt);
	s->owner = (__u64)BPF_CORE_READ(group, owner);
	s->domain = (__u64)BPF_CORE_READ(group, domain);
	s->default_domain = (__u64)BPF_CORE_READ(group, default_domain);
	s->blocking_domain = (__u64)BPF_CORE_READ(group, blocking_domain);
	s->iommufd_owner = is_iommufd_context((void *)s->owner);
	s->singleton = is_singleton_group(group);
	s->name[0] = 0;
	bpf_probe_read_kernel_str(s->name, sizeof(s->name),
				  BPF_CORE_READ(group, name));
	s->seq++;
}

#endif /* IG_BPF_SNAPSHOT_H */
