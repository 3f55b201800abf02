/* SPDX-License-Identifier: GPL-2.0 */
/* Finding a group's record, and reading the group itself. */
#ifndef IG_BPF_GROUPS_H
#define IG_BPF_GROUPS_H

#include "locks/known_locks.h"
#include "core/devices.h"
#include "core/stack.h"

/**
 * IG_RELEASED - released groups, and removed devices, that are remembered, to
 * recognise a use after it
 */
#define IG_RELEASED 256

/* Each reference is traced, so that events and count can be compared. */
const volatile bool tracepoint_backend = false;

const volatile struct ig_group empty_group = {};

/*
 * By id, which the kernel hands out from 0 on (ida_alloc() in
 * iommu_group_alloc()): looking up an array is a few instructions.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4096); /* resized */
	__type(key, __u32);
	__type(value, struct ig_group);
} groups SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4 * IG_RELEASED); /* it evicts early */
	__type(key, __u64); /* address of the struct iommu_group */
	__type(value, struct ig_dead);
} dead SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384); /* resized */
	__type(key, __u64); /* address of the struct device */
	__type(value, __u64); /* address of its group */
} devices SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, IG_VIOLATIONS);
	__type(key, __u32);
	__type(value, struct ig_violation);
} violations SEC(".maps");

/* Counters that only grow. */
__u32 next_violation = 0;
__u32 next_gen = 0;
__u32 ids_seen = 0; /* the highest id so far, and one */

/** struct seeding - a walk that records each device as a member of its group */
struct seeding {
	struct device_walk walk;
	__u64 group; /* its address, or-ed with IG_SEEDED */
};

static long seed_device(__u32 index, struct seeding *s)
{
	__u64 dev;

	if (s->walk.pos == s->walk.head)
		return 1;
	dev = (__u64)device_at(&s->walk);
	if (bpf_map_update_elem(&devices, &dev, &s->group, BPF_ANY))
		count_loss(IG_LOSS_DEVICE_MAP);
	name_device_lock((void *)dev);
	s->walk.n++;
	return next_device(&s->walk);
}

/** seed_devices() - as count_devices(), and record each device as a member */
static __noinline __s32 seed_devices(struct iommu_group *group)
{
	/* Not or-ed: the verifier allows no such thing on a pointer. */
	struct seeding s = { .group = (__u64)group + IG_SEEDED };

	if (!start_walk(&s.walk, group))
		return -1;
	bpf_loop(IG_MAX_WALK, seed_device, &s, 0);
	return walk_result(&s.walk);
}

static long count_ghost(__u32 index, struct device_walk *w)
{
	__u64 dev, *group;

	if (w->pos == w->head)
		return 1;
	dev = (__u64)device_at(w);
	group = bpf_map_lookup_elem(&devices, &dev);
	if (group && *group & IG_REMOVED)
		w->n++;
	return next_device(w);
}

/* Devices that are listed though their removal was the last seen of them. */
static __noinline __u32 count_removed_listed(struct iommu_group *group)
{
	struct device_walk w;

	if (!start_walk(&w, group))
		return 0;
	bpf_loop(IG_MAX_WALK, count_ghost, &w, 0);
	return w.n;
}

static __always_inline struct ig_group *record_of(__u32 id)
{
	return bpf_map_lookup_elem(&groups, &id);
}

static long spare_stacks_of(__u32 i, struct ig_group **record)
{
	struct ig_site *s = &(*record)->sites[i & (IG_SITES - 1)];

	spare_stack(s->stack_first);
	if (s->stack_high != s->stack_first)
		spare_stack(s->stack_high);
	return 0;
}

/**
 * new_group() - start a record for a group
 * @group: the group
 * @id: its number
 * @ndev: devices in it
 * @base: its count, before what happens to it now
 *
 * Return: the record, NULL when its id does not fit (counted).
 */
static __noinline struct ig_group *new_group(struct iommu_group *group,
					     __u32 id, __s32 ndev, __s32 base)
{
	__u64 addr = (__u64)group;
	struct ig_group *g = record_of(id);

	/* The same address: a snapshot found it before its allocation's end. */
	if (g && g->addr && g->addr != addr && !g->released)
		count_loss(IG_LOSS_RELEASE);
	if (g && g->addr)
		bpf_loop(IG_SITES, spare_stacks_of, &g, 0);
	if (bpf_map_update_elem(&groups, &id, (void *)&empty_group, BPF_ANY)) {
		count_loss(IG_LOSS_GROUP_MAP);
		return NULL;
	}
	g = record_of(id);
	if (!g)
		return NULL;
	if (id >= ids_seen)
		ids_seen = id + 1;
	bpf_map_delete_elem(&dead, &addr);
	g->id = id;
	g->gen = __sync_fetch_and_add(&next_gen, 1) + 1;
	g->ndev = ndev;
	g->base = base;
	g->least = base - ndev;
	if (base < ndev)
		g->low = base - ndev;
	g->addr = addr;
	name_group_lock(group, id);
	return g;
}

/*
 * A group with fewer references than devices stays so, and each put on it finds
 * it so.  To blame is who made it worse, not who puts what he took.
 */
static __always_inline bool is_new_low(struct ig_group *g, __s32 external)
{
	if (external >= g->low)
		return false;
	g->low = external;
	return true;
}

/** struct violation_args - what a violation is about; fits the BPF stack */
struct violation_args {
	__u32 kind;
	__u32 group;
	__u32 gen;
	__s32 kref;
	__s32 ndev;
	__u64 addr;
	__u64 ip;
	struct device *dev;
};

/** violate() - keep a violation with the stack that committed it */
static __noinline void violate(void *ctx, struct violation_args *seen)
{
	__u32 index = __sync_fetch_and_add(&next_violation, 1);
	struct ig_violation *v = bpf_map_lookup_elem(&violations, &index);

	if (!v) {
		count_loss(IG_LOSS_VIOLATIONS);
		return;
	}
	v->group = seen->group;
	v->gen = seen->gen;
	v->addr = seen->addr;
	v->ip = seen->ip;
	v->ns = bpf_ktime_get_ns();
	v->kref = seen->kref;
	v->ndev = seen->ndev;
	v->pid = bpf_get_current_pid_tgid();
	bpf_get_current_comm(v->comm, sizeof(v->comm));
	if (seen->dev)
		read_device_name(seen->dev, v->device);
	v->stack = keep_stack(ctx, 0);
	/* Last: the collector takes a kind that is not 0 as complete. */
	v->kind = seen->kind;
}

/**
 * violate_group() - keep a violation of a group that has a record
 * @ctx: the program's context
 * @kind: enum ig_violation_kind
 * @g: the record
 * @kref: references before the operation
 * @ndev: devices at that time
 * @ip: return address into the caller, 0 where the stack tells
 */
static __always_inline void violate_group(void *ctx, __u32 kind,
					  struct ig_group *g, __s32 kref,
					  __s32 ndev, __u64 ip)
{
	struct violation_args seen = {};

	seen.kind = kind;
	seen.group = g->id;
	seen.gen = g->gen;
	seen.kref = kref;
	seen.ndev = ndev;
	seen.addr = g->addr;
	seen.ip = ip;
	violate(ctx, &seen);
}

#endif /* IG_BPF_GROUPS_H */
