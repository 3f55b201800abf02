/* SPDX-License-Identifier: GPL-2.0 */
#ifndef IOMMU_GROUP_REFS_MODULE_H
#define IOMMU_GROUP_REFS_MODULE_H

#include "probe/module.h"

/** ig_refs_module - the reference audit */
extern const struct ig_module ig_refs_module;

#endif /* IOMMU_GROUP_REFS_MODULE_H */
