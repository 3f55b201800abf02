/* SPDX-License-Identifier: GPL-2.0 */
/* How many devices a group has, without walking its list each time. */
#ifndef IG_BPF_ATTACH_SIZE_H
#define IG_BPF_ATTACH_SIZE_H

#include "groups.h"

/**
 * struct group_size - a length, and what tells that it still holds
 * @moved: value of devices_moved: no device was removed since
 * @last: the last device of the list: none was added
 *
 * The kernel puts a device at the end of the list, and reports that it has
 * removed one when it is off the list (__iommu_group_free_device() in
 * drivers/iommu/iommu.c).
 */
struct group_size {
	__u64 moved;
	__u64 last;
	__u32 devices;
	__u32 pad;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64); /* struct iommu_group */
	__type(value, struct group_size);
} group_sizes SEC(".maps");

/* Devices that were added or removed. */
__u64 devices_moved = 0;

static __noinline __u32 group_size(struct iommu_group *group)
{
	struct group_size now = {}, *known;
	__u64 key = (__u64)group;
	__s32 n;

	now.moved = devices_moved;
	now.last = (__u64)BPF_CORE_READ(group, devices.prev);
	known = bpf_map_lookup_elem(&group_sizes, &key);
	if (known && known->moved == now.moved && known->last == now.last)
		return known->devices;
	n = count_devices(group, false);
	if (n < 0) {
		count_loss(IG_LOSS_READ);
		return 0;
	}
	now.devices = n;
	/* Where the list changed meanwhile, one that is as good as the other. */
	if (now.moved == devices_moved &&
	    now.last == (__u64)BPF_CORE_READ(group, devices.prev))
		bpf_map_update_elem(&group_sizes, &key, &now, BPF_ANY);
	return n;
}

#endif /* IG_BPF_ATTACH_SIZE_H */
