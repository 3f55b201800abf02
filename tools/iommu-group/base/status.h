/* SPDX-License-Identifier: GPL-2.0 */
#ifndef IOMMU_GROUP_BASE_STATUS_H
#define IOMMU_GROUP_BASE_STATUS_H

#include <stdbool.h>

/** IG_STATUS_LEN - room for ig_status_name() */
#define IG_STATUS_LEN 128

/**
 * ig_status_name() - how a workload ended
 * @buf: room for the words
 * @has_workload: whether there was one
 * @status: its wait(2) status
 *
 * Return: @buf.
 */
const char *ig_status_name(char *buf, bool has_workload, int status);

#endif /* IOMMU_GROUP_BASE_STATUS_H */
