/* SPDX-License-Identifier: GPL-2.0 */
/* The group lock itself, which is private to the IOMMU core. */
#ifndef IG_GROUP_LOCK_H
#define IG_GROUP_LOCK_H

#include <linux/kobject.h>
#include <linux/mutex.h>
#include <linux/xarray.h>

#include "ig_lock.h"

/* How struct iommu_group, which is private, begins: up to 6.1, and later. */
struct ig_group_6_1 {
	struct kobject kobj;
	struct kobject *devices_kobj;
	struct list_head devices;
	struct mutex mutex;
};

struct ig_group_6_2 {
	struct kobject kobj;
	struct kobject *devices_kobj;
	struct list_head devices;
	struct xarray pasid_array;
	struct mutex mutex;
};

static const size_t ig_lock_offsets[] = {
	offsetof(struct ig_group_6_1, mutex),
	offsetof(struct ig_group_6_2, mutex),
};

/* The lower bits of an owner are flags. */
static inline bool ig_lock_is_mine(struct mutex *lock)
{
#ifdef CONFIG_PREEMPT_RT
	long owner = (long)READ_ONCE(lock->rtmutex.owner);
#else
	long owner = atomic_long_read(&lock->owner);
#endif

	return (owner & ~7L) == (long)current;
}

/* With the group lock held, so that the right one is mine. */
static inline int ig_lock_find(struct device *dev, void *data)
{
	struct mutex *lock, **found = data;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ig_lock_offsets); i++) {
		lock = (void *)ig_group + ig_lock_offsets[i];
		if (found && ig_lock_is_mine(lock))
			*found = lock;
	}
	return 1;
}

/**
 * ig_group_lock() - find the lock of the module's group
 *
 * Return: the lock, or NULL where it is in no place known, which is reported.
 */
static inline struct mutex *ig_group_lock(void)
{
	struct mutex *lock = NULL;

	iommu_group_for_each_dev(ig_group, &lock, ig_lock_find);
	if (!lock)
		pr_err("the group lock is not where it was in any kernel known\n");
	return lock;
}

#endif /* IG_GROUP_LOCK_H */
