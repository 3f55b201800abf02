/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All groups and their devices, by what the kernel keeps of them for sysfs: no
 * file is read, for a reader of one would wait for the group lock.
 */
#ifndef IG_BPF_STUCK_GROUPS_H
#define IG_BPF_STUCK_GROUPS_H

#include "core/devices.h"
#include "stuck/kernel.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4096); /* resized */
	__type(key, __u32);
	__type(value, struct ig_group_look);
} group_looks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 16384); /* resized */
	__type(key, __u32);
	__type(value, struct ig_device_look);
} device_looks SEC(".maps");

/* How many there are, also those for which there was no room. */
__u32 ngroup_looks = 0;
__u32 ndevice_looks = 0;

/** struct group_walk - along the list of a kset */
struct group_walk {
	__u64 at;
	__u64 head;
};

static __always_inline __u64 owner_of(__u64 lock)
{
	struct mutex *mutex = (void *)lock;
	struct mutex___rt *rt = (void *)lock;

	if (bpf_core_field_exists(struct mutex, owner))
		return BPF_CORE_READ(mutex, owner.counter);
	if (bpf_core_field_exists(struct mutex___rt, rtmutex))
		return (__u64)BPF_CORE_READ(rt, rtmutex.owner);
	return 0;
}

static __noinline void look_at_device(struct device *dev)
{
	struct ig_device_look *d;
	__u32 at = ndevice_looks;

	ndevice_looks = at + 1;
	d = bpf_map_lookup_elem(&device_looks, &at);
	if (!d)
		return;
	d->lock = (__u64)dev + bpf_core_field_offset(struct device, mutex);
	d->owner = owner_of(d->lock);
	d->name[0] = 0;
	read_device_name(dev, d->name);
}

static long look_at_next_device(__u32 i, struct device_walk *w)
{
	struct group_device *device;

	if (w->pos == w->head)
		return 1;
	device = (void *)w->pos -
		 bpf_core_field_offset(struct group_device, list);
	look_at_device(BPF_CORE_READ(device, dev));
	return next_device(w);
}

static __noinline void look_at_group(struct iommu_group *group)
{
	struct ig_group_look *g;
	struct device_walk w;
	__u32 at = ngroup_looks;

	ngroup_looks = at + 1;
	g = bpf_map_lookup_elem(&group_looks, &at);
	if (!g)
		return;
	g->addr = (__u64)group;
	g->lock = g->addr + bpf_core_field_offset(struct iommu_group, mutex);
	g->owner = owner_of(g->lock);
	g->id = BPF_CORE_READ(group, id);
	g->kref =
		BPF_CORE_READ(group, devices_kobj, kref.refcount.refs.counter);
	g->name[0] = 0;
	bpf_probe_read_kernel_str(g->name, sizeof(g->name),
				  BPF_CORE_READ(group, name));
	g->ndev = count_devices(group);
	if (start_walk(&w, group))
		bpf_loop(IG_MAX_WALK, look_at_next_device, &w, 0);
}

static long look_at_next_group(__u32 i, struct group_walk *w)
{
	if (w->at == w->head || !is_kernel_address(w->at))
		return 1;
	look_at_group(
		(void *)(w->at -
			 bpf_core_field_offset(struct kobject___stuck, entry) -
			 bpf_core_field_offset(struct iommu_group, kobj)));
	w->at = read_word(w->at);
	return 0;
}

/**
 * look_at_groups() - fill the two maps
 * @kset: address of the pointer to the kset of groups
 */
static __always_inline void look_at_groups(__u64 kset)
{
	struct group_walk w = {};

	ngroup_looks = 0;
	ndevice_looks = 0;
	kset = read_word(kset);
	if (!kset)
		return;
	w.head = kset + bpf_core_field_offset(struct kset___stuck, list);
	w.at = read_word(w.head);
	bpf_loop(IG_MAX_WALK, look_at_next_group, &w, 0);
}

#endif /* IG_BPF_STUCK_GROUPS_H */
