/* SPDX-License-Identifier: GPL-2.0 */
/* What kernel this is, and whether it lets us look. */
#ifndef IOMMU_GROUP_KERNEL_H
#define IOMMU_GROUP_KERNEL_H

#include <stdbool.h>

/**
 * ig_kernel_check() - whether this process can trace this kernel
 *
 * Return: 0, or -1 after one line was printed that says what is missing.
 */
int ig_kernel_check(void);

/**
 * ig_kernel_sees_all_tasks() - whether this is the initial PID namespace
 *
 * In any other, the tasks of other namespaces are not shown, and all that runs
 * in it ends with its first process.
 */
bool ig_kernel_sees_all_tasks(void);

/** ig_kernel_release() - uname -r */
const char *ig_kernel_release(void);

/**
 * ig_kernel_iommu() - intel, amd, virtio, arm-smmu, other or none
 * @root: where sysfs is mounted
 */
const char *ig_kernel_iommu(const char *root);

#endif /* IOMMU_GROUP_KERNEL_H */
