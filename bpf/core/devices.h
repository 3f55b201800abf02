/* SPDX-License-Identifier: GPL-2.0 */
/* The devices of a group, as the kernel lists them. */
#ifndef IG_BPF_DEVICES_H
#define IG_BPF_DEVICES_H

#include "core/loop.h"
#include "core/maps.h"

/** IG_MAX_WALK - longest device list walked */
#define IG_MAX_WALK 65536

/**
 * struct device_walk - a walk along a group's device list, by bpf_loop()
 * @head: where the list begins and ends
 * @pos: where the walk is
 * @n: what the callback counts
 */
struct device_walk {
	struct list_head *head;
	struct list_head *pos;
	__s32 n;
};

/**
 * start_walk() - begin a walk at the first device
 * @w: filled in
 * @group: the group
 *
 * Return: false when the list could not be read.
 */
static __always_inline bool start_walk(struct device_walk *w,
				       struct iommu_group *group)
{
	struct list_head *head, *first;

	head = (void *)group +
	       bpf_core_field_offset(struct iommu_group, devices);
	if (bpf_core_read(&first, sizeof(first), &head->next))
		return false;
	w->head = head;
	w->pos = first;
	w->n = start_with(0);
	return true;
}

/**
 * next_device() - go on with the next device
 * @w: a walk that is not at its end
 *
 * Return: what the callback returns: 1 to stop, as the list cannot be read.
 */
static __always_inline long next_device(struct device_walk *w)
{
	struct list_head *pos = w->pos, *next;

	if (bpf_core_read(&next, sizeof(next), &pos->next))
		return 1;
	w->pos = next;
	return 0;
}

/**
 * device_at() - the device that a walk has come to
 * @w: a walk that is not at its end
 *
 * Each group_device starts with its list head in all known kernels.
 */
static __always_inline struct device *device_at(struct device_walk *w)
{
	struct group_device *gdev = (void *)w->pos;

	return BPF_CORE_READ(gdev, dev);
}

/** walk_result() - what was counted, -1 when the list could not be read */
static __always_inline __s32 walk_result(const struct device_walk *w)
{
	return w->pos == w->head ? w->n : -1;
}

static long count_device(__u32 index, struct device_walk *w)
{
	if (w->pos == w->head)
		return 1;
	w->n++;
	return next_device(w);
}

/**
 * count_devices() - length of a group's device list
 * @group: the group
 *
 * Runs without the group lock: a list that changes meanwhile gives a wrong
 * length, so callers read twice or compare with the count.
 *
 * Return: the number of devices, -1 when the list could not be read.
 */
static __noinline __s32 count_devices(struct iommu_group *group)
{
	struct device_walk w;

	if (!start_walk(&w, group))
		return -1;
	bpf_loop(IG_MAX_WALK, count_device, &w, 0);
	return walk_result(&w);
}

/** read_kref() - the number of references to a group */
static __always_inline __s32 read_kref(struct iommu_group *group)
{
	return BPF_CORE_READ(group, devices_kobj, kref.refcount.refs.counter);
}

/** read_device_name() - copy a device's name to @name, of IG_NAME_LEN bytes */
static __noinline void read_device_name(struct device *dev, char *name)
{
	const char *s = BPF_CORE_READ(dev, init_name);

	if (!s)
		s = BPF_CORE_READ(dev, kobj.name);
	bpf_probe_read_kernel_str(name, IG_NAME_LEN, s);
}

#endif /* IG_BPF_DEVICES_H */
