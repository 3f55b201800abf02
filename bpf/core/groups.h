/* SPDX-License-Identifier: GPL-2.0 */
/* Finding a group's record, and reading the group itself. */
#ifndef IG_BPF_GROUPS_H
#define IG_BPF_GROUPS_H

#include "locks/known_locks.h"
#include "core/loop.h"
#include "core/stack.h"

/** IG_MAX_WALK - longest device list walked */
#define IG_MAX_WALK 65536

struct walk {
	struct list_head *head;
	struct list_head *pos;
	struct iommu_group *seed; /* record the devices as this group's */
	__s32 n;
	__u32 failed; /* a flag, see start_with() */
};

static long walk_one(__u32 index, struct walk *w)
{
	struct group_device *gdev = (void *)w->pos;
	struct list_head *pos = w->pos, *next;
	/* Not or-ed: the verifier allows no such thing on a pointer. */
	__u64 dev, addr = (__u64)w->seed + IG_SEEDED;

	if (pos == w->head)
		return 1;
	if (w->seed) {
		dev = (__u64)BPF_CORE_READ(gdev, dev);
		if (bpf_map_update_elem(&devices, &dev, &addr, BPF_ANY))
			count_loss(IG_LOSS_DEVICE_MAP);
		name_device_lock((void *)dev);
	}
	w->n++;
	if (bpf_core_read(&next, sizeof(next), &pos->next)) {
		w->failed = 1;
		return 1;
	}
	w->pos = next;
	return 0;
}

/**
 * count_devices() - length of a group's device list
 * @group: the group
 * @seed: also record each device as a member
 *
 * Runs without the group lock: a list that changes meanwhile gives a wrong
 * length, so callers read twice or compare with the count.
 *
 * Return: the number of devices, -1 when the list could not be read.
 */
static __noinline __s32 count_devices(struct iommu_group *group, bool seed)
{
	struct walk w = { .n = start_with(0), .failed = start_with(0) };
	struct list_head *head, *first;

	head = (void *)group +
	       bpf_core_field_offset(struct iommu_group, devices);
	if (bpf_core_read(&first, sizeof(first), &head->next))
		return -1;
	w.head = head;
	w.pos = first;
	w.seed = seed ? group : NULL;
	bpf_loop(IG_MAX_WALK, walk_one, &w, 0);
	/* Each group_device starts with its list head in all known kernels. */
	return w.failed || w.pos != w.head ? -1 : w.n;
}

static long ghost_one(__u32 index, struct walk *w)
{
	struct group_device *gdev = (void *)w->pos;
	struct list_head *pos = w->pos, *next;
	__u64 dev, *group;

	if (pos == w->head)
		return 1;
	dev = (__u64)BPF_CORE_READ(gdev, dev);
	group = bpf_map_lookup_elem(&devices, &dev);
	if (group && *group & IG_REMOVED)
		w->n++;
	if (bpf_core_read(&next, sizeof(next), &pos->next))
		return 1;
	w->pos = next;
	return 0;
}

/* Devices that are listed though their removal was the last seen of them. */
static __noinline __u32 count_ghosts(struct iommu_group *group)
{
	struct list_head *head, *first;
	struct walk w = { .n = start_with(0), .failed = start_with(0) };

	head = (void *)group +
	       bpf_core_field_offset(struct iommu_group, devices);
	if (bpf_core_read(&first, sizeof(first), &head->next))
		return 0;
	w.head = head;
	w.pos = first;
	bpf_loop(IG_MAX_WALK, ghost_one, &w, 0);
	return w.n;
}

static __always_inline __s32 read_kref(struct iommu_group *group)
{
	return BPF_CORE_READ(group, devices_kobj, kref.refcount.refs.counter);
}

static __always_inline struct ig_group *record_of(__u32 id)
{
	return bpf_map_lookup_elem(&groups, &id);
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
	struct ig_group *g;

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

/** struct seen - what a violation is about; fits the BPF stack */
struct seen {
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
static __noinline void violate(void *ctx, struct seen *seen)
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

#endif /* IG_BPF_GROUPS_H */
