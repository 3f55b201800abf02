/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Locks that are known by address: those of groups and of their devices, and
 * those of sides.h.  A bitmap tells nearly all others apart without a look-up.
 */
#ifndef IG_BPF_LOCK_NAMES_H
#define IG_BPF_LOCK_NAMES_H

#include "core/devices.h"

/* Locks are audited in this run. */
const volatile bool lock_audit = false;

/** struct named - a lock that is known by address */
struct named {
	__u32 kind;
	__s32 group;
	char name[IG_NAME_LEN];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 20480); /* resized: groups and devices */
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u64);
	__type(value, struct named);
} named_locks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384); /* as edges */
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u64); /* of the lock */
	__type(value, struct ig_lock_side);
} lock_sides SEC(".maps");

static __u64 named_bits[1024];

static __always_inline bool may_be_named(__u64 addr)
{
	__u32 bit = ig_hash(addr, 16);

	return named_bits[bit >> 6 & 1023] >> (bit & 63) & 1;
}

static __always_inline void mark_named(__u64 addr)
{
	__u32 bit = ig_hash(addr, 16);

	if (!may_be_named(addr))
		__sync_fetch_and_or(&named_bits[bit >> 6 & 1023],
				    1ull << (bit & 63));
}

static __always_inline void name_lock(__u64 addr, struct named *n)
{
	if (bpf_map_update_elem(&named_locks, &addr, n, BPF_ANY))
		count_loss(IG_LOSS_LOCK_NAMES);
	mark_named(addr);
}

/* A pointer as a number: of a pointer the verifier allows no hash. */
static __always_inline __u64 address_of(void *pointer)
{
	__u64 addr = 0;

	bpf_probe_read_kernel(&addr, sizeof(addr), &pointer);
	return addr;
}

static __always_inline __u64 group_lock_of(struct iommu_group *group)
{
	return address_of(group) +
	       bpf_core_field_offset(struct iommu_group, mutex);
}

static __always_inline __u64 device_lock_of(struct device *dev)
{
	return address_of(dev) + bpf_core_field_offset(struct device, mutex);
}

static __noinline void name_group_lock(struct iommu_group *group, __u32 id)
{
	struct named n = { .kind = IG_CLASS_GROUP, .group = id };

	if (lock_audit)
		name_lock(group_lock_of(group), &n);
}

static __noinline void name_device_lock(struct device *dev)
{
	struct named n = { .kind = IG_CLASS_DEVICE, .group = -1 };

	if (!lock_audit)
		return;
	read_device_name(dev, n.name);
	name_lock(device_lock_of(dev), &n);
}

static __always_inline void forget_lock(__u64 addr)
{
	if (lock_audit)
		bpf_map_delete_elem(&named_locks, &addr);
}

#endif /* IG_BPF_LOCK_NAMES_H */
