/* SPDX-License-Identifier: GPL-2.0 */
/* Where functions of the kernel are, without reading all of /proc/kallsyms. */
#ifndef IOMMU_GROUP_ADDRESSES_H
#define IOMMU_GROUP_ADDRESSES_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct ig_address - a function of the kernel, or another symbol
 * @name: asked for
 * @start: 0 when there is none
 * @end: the address behind it
 */
struct ig_address {
	const char *name;
	uint64_t start;
	uint64_t end;
};

/**
 * ig_addresses_find() - ask the kernel
 * @list: filled in
 * @n: how many, not more than IG_SYMBOL_QUERIES
 *
 * Return: 0; -EPERM when the kernel does not tell; another negative errno when
 * it cannot be asked in this way.
 */
int ig_addresses_find(struct ig_address *list, size_t n);

#endif /* IOMMU_GROUP_ADDRESSES_H */
