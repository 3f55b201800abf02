/* SPDX-License-Identifier: GPL-2.0 */
/* Names of static locks. */
#ifndef IOMMU_GROUP_LOCK_SYMBOLS_H
#define IOMMU_GROUP_LOCK_SYMBOLS_H

#include <stdint.h>

/**
 * ig_static_lock_name() - what a static lock is called
 * @addr: where it lies
 * @symbol: the kernel's word for that, name+0x10/0x40 [mod]
 *
 * Return: name, or name+0x10 for a part of something larger, and [mod]; to be
 * freed, NULL without memory.
 */
char *ig_static_lock_name(uint64_t addr, const char *symbol);

#endif /* IOMMU_GROUP_LOCK_SYMBOLS_H */
