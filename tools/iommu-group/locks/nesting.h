/* SPDX-License-Identifier: GPL-2.0 */
/* Locks of two groups, one under the other. */
#ifndef IOMMU_GROUP_LOCKS_NESTING_H
#define IOMMU_GROUP_LOCKS_NESTING_H

#include "locks/classes.h"

/** ig_find_nesting() - group-lock-nesting, or a note where there is an order */
void ig_find_nesting(struct ig_findings *found,
		     const struct ig_lock_classes *classes);

#endif /* IOMMU_GROUP_LOCKS_NESTING_H */
