/* SPDX-License-Identifier: GPL-2.0 */
#ifndef IOMMU_GROUP_LOCKS_MODULE_H
#define IOMMU_GROUP_LOCKS_MODULE_H

#include "probe/module.h"

/** ig_locks_module - the lock-order audit */
extern const struct ig_module ig_locks_module;

#endif /* IOMMU_GROUP_LOCKS_MODULE_H */
