/* SPDX-License-Identifier: GPL-2.0 */
/* What is left to do when the user has the result: nobody waits for it. */
#ifndef IOMMU_GROUP_BACKGROUND_H
#define IOMMU_GROUP_BACKGROUND_H

#include <stdbool.h>

/**
 * ig_background_begin() - go on in a process of its own
 *
 * It has a session of its own, the least priority, and of the open files only
 * those of this program: none that it was started with, so that nobody who
 * reads its output waits for it.  It leaves with _exit().
 *
 * Return: true in that process; false in this one, where there may be no other
 * one: if the system has no room for it, or in a PID namespace of its own.
 */
bool ig_background_begin(void);

#endif /* IOMMU_GROUP_BACKGROUND_H */
