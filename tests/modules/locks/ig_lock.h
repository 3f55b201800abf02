/* SPDX-License-Identifier: GPL-2.0 */
/* What the modules about the group lock share: how to take it. */
#ifndef IG_LOCK_H
#define IG_LOCK_H

#include "ig_group.h"

/*
 * For iommu_group_for_each_dev(), which calls it with the lock.  One device is
 * enough: for the lock, and nothing else.
 */
static inline int ig_lock_only(struct device *dev, void *data)
{
	return 1;
}

#endif /* IG_LOCK_H */
