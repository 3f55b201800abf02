/* SPDX-License-Identifier: GPL-2.0 */
/* The group table as text and JSON. */
#ifndef IOMMU_GROUP_LIST_REPORT_H
#define IOMMU_GROUP_LIST_REPORT_H

#include <stdio.h>

#include "model/run.h"
#include "list/topology.h"

/** ig_list_text() - tables for people; 0 or -ENOMEM */
int ig_list_text(FILE *out, const struct ig_snapshot *groups,
		 const struct ig_topology *topology);

/**
 * ig_list_json() - one JSON document
 * @out: where to
 * @groups: the groups
 * @topology: who is next to them
 * @waits: who has the locks of those that gave no answer
 *
 * Return: 0 or -ENOMEM.
 */
int ig_list_json(FILE *out, const struct ig_snapshot *groups,
		 const struct ig_topology *topology,
		 const struct ig_wait_run *waits);

#endif /* IOMMU_GROUP_LIST_REPORT_H */
