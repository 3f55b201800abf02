/* SPDX-License-Identifier: GPL-2.0 */
/* Loading programs with the ids of what they hook. */
#ifndef IOMMU_GROUP_SECTIONS_H
#define IOMMU_GROUP_SECTIONS_H

#include "probe/types.h"

/**
 * ig_sections_use() - from now on, take ids from there
 * @types: until ig_sections_end(); may be NULL
 *
 * For programs in sections fentry, fexit and tp_btf of all objects that are
 * opened and loaded in between.  Without it libbpf searches by itself.
 */
void ig_sections_use(const struct ig_types *types);

/** ig_sections_end() - @types of ig_sections_use() are not used any more */
void ig_sections_end(void);

#endif /* IOMMU_GROUP_SECTIONS_H */
