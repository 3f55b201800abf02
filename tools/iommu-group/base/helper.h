/* SPDX-License-Identifier: GPL-2.0 */
/* Processes of the collector's own, beside the workload. */
#ifndef IOMMU_GROUP_BASE_HELPER_H
#define IOMMU_GROUP_BASE_HELPER_H

#include <sys/types.h>

/**
 * ig_helper_fork() - fork a process that is not taken for the workload's
 *
 * The child sends no signal when it ends, and wait(2) without __WALL does not
 * see it.  So waiting for any child is waiting for the workload alone.
 *
 * Return: as of fork(2).
 */
pid_t ig_helper_fork(void);

/**
 * ig_helper_run() - run a function that the kernel may not let go of
 * @what: runs in a process of its own; 0 or a positive errno
 * @seconds: how long to wait for it
 *
 * Return: what the function returned; ETIMEDOUT if it goes on for longer, and
 * then the process is left behind.
 */
int ig_helper_run(int (*what)(void), double seconds);

#endif /* IOMMU_GROUP_BASE_HELPER_H */
