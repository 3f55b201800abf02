/* SPDX-License-Identifier: GPL-2.0 */
/* Whether the snapshots have all groups that there are. */
#ifndef IOMMU_GROUP_AUDIT_COMPLETE_H
#define IOMMU_GROUP_AUDIT_COMPLETE_H

#include "model/findings.h"

/**
 * ig_check_complete() - count what the snapshots lack as losses
 * @found: the analysis; gets snapshot_unreadable and groups_unaccounted
 *
 * A group is gone when its release was seen.  One that is in no snapshot for
 * any other reason may leak unseen, so the run cannot be clean.
 */
void ig_check_complete(struct ig_findings *found);

#endif /* IOMMU_GROUP_AUDIT_COMPLETE_H */
