/* SPDX-License-Identifier: GPL-2.0 */
/* What a task does wrong with a lock by itself. */
#ifndef IOMMU_GROUP_LOCKS_MISUSES_H
#define IOMMU_GROUP_LOCKS_MISUSES_H

#include "locks/classes.h"

/** ig_find_misuses() - lock-recursion, held-on-exit and held-too-long */
void ig_find_misuses(struct ig_findings *found,
		     const struct ig_lock_classes *classes);

/**
 * ig_group_of_lock() - a group by its number, NULL for none
 *
 * Locks are not told which generation of a group they are of.
 */
const struct ig_group_state *ig_group_of_lock(const struct ig_findings *found,
					      unsigned int group);

#endif /* IOMMU_GROUP_LOCKS_MISUSES_H */
