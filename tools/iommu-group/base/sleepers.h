/* SPDX-License-Identifier: GPL-2.0 */
/* Tasks that no signal wakes up, as /proc shows them. */
#ifndef IOMMU_GROUP_BASE_SLEEPERS_H
#define IOMMU_GROUP_BASE_SLEEPERS_H

#include <stdbool.h>

/**
 * ig_any_sleeper() - whether any thread sleeps uninterruptibly (state D)
 * @proc: /proc
 *
 * Return: also true when /proc does not show all.
 */
bool ig_any_sleeper(const char *proc);

#endif /* IOMMU_GROUP_BASE_SLEEPERS_H */
