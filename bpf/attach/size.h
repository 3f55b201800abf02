/* SPDX-License-Identifier: GPL-2.0 */
/* How many devices a group has, without walking its list each time. */
#ifndef IG_BPF_ATTACH_SIZE_H
#define IG_BPF_ATTACH_SIZE_H

#include "core/devices.h"

/** IG_SIZE_BITS - log2 of the groups whose sizes are remembered */
#define IG_SIZE_BITS 10

/**
 * struct group_size - a length, and what tells that it still holds
 * @group: struct iommu_group
 * @moved: value of devices_moved: no device was removed since
 * @last: the last device of the list: none was added
 * @devices: how many
 * @check: size_check(), for two CPUs may write it at once
 *
 * The kernel puts a device at the end of the list, and reports that it has
 * removed one when it is off the list (__iommu_group_free_device() in
 * drivers/iommu/iommu.c).
 */
struct group_size {
	__u64 group;
	__u64 moved;
	__u64 last;
	__u64 devices;
	__u64 check;
};

static struct group_size group_sizes[1 << IG_SIZE_BITS];

/* Devices that were added or removed. */
__u64 devices_moved = 0;

static __always_inline __u64 size_check(__u64 group, __u64 moved, __u64 last,
					__u64 devices)
{
	return ((group * 3 + moved) * 3 + last) * 3 + devices;
}

static __always_inline struct group_size *size_of(__u64 group)
{
	return &group_sizes[ig_hash(group, IG_SIZE_BITS)];
}

VERIFIED_ONCE __u32 count_group(__u64 addr)
{
	struct iommu_group *group = (void *)addr;
	__u64 last = (__u64)BPF_CORE_READ(group, devices.prev);
	__u64 moved = devices_moved;
	struct group_size *s = size_of(addr);
	__s32 n = count_devices(group);

	if (n < 0) {
		count_loss(IG_LOSS_READ);
		return 0;
	}
	/* Where the list changed meanwhile, one that is as good as the other. */
	if (moved != devices_moved ||
	    last != (__u64)BPF_CORE_READ(group, devices.prev))
		return n;
	s->group = addr;
	s->moved = moved;
	s->last = last;
	s->devices = n;
	s->check = size_check(addr, moved, last, n);
	return n;
}

/* @last: the last device of its list */
static __always_inline __u32 group_size(__u64 group, __u64 last)
{
	struct group_size *s = size_of(group);
	__u64 devices = s->devices;

	if (s->group != group || s->moved != devices_moved || s->last != last ||
	    s->check != size_check(group, devices_moved, last, devices))
		return count_group(group);
	return devices;
}

#endif /* IG_BPF_ATTACH_SIZE_H */
