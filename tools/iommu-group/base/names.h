/* SPDX-License-Identifier: GPL-2.0 */
/* Names by address, as far as they have been found. */
#ifndef IOMMU_GROUP_NAMES_H
#define IOMMU_GROUP_NAMES_H

#include <stddef.h>
#include <stdint.h>

/** struct ig_names - a table of them; begins as all zeros */
struct ig_names {
	struct ig_known_name *slots;
	size_t size; /* a power of two, or 0 */
	size_t n;
};

/** ig_names_get() - the name of an address, NULL when it is not known */
const char *ig_names_get(const struct ig_names *names, uint64_t addr);

/** ig_names_put() - keep one; without memory it is not kept */
void ig_names_put(struct ig_names *names, uint64_t addr, const char *name);

/** ig_names_free() - forget all of them */
void ig_names_free(struct ig_names *names);

#endif /* IOMMU_GROUP_NAMES_H */
