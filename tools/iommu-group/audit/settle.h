/* SPDX-License-Identifier: GPL-2.0 */
/* Which of several readings of a group counts. */
#ifndef IOMMU_GROUP_AUDIT_SETTLE_H
#define IOMMU_GROUP_AUDIT_SETTLE_H

#include "model/result.h"

/**
 * ig_snapshot_settle() - keep, group by group, the calmer of two readings
 * @run: what was observed up to @next, with the snapshot before
 * @pairing: of that run; NULL for the time before it, about which the call
 *	sites say nothing
 * @best: the readings so far; takes over what is better in @next
 * @next: a later snapshot; what is left in it is for the caller to free
 *
 * A reference in transit (a lookup by somebody else at the moment of the
 * snapshot) shows up in one reading and not in the next, a leak in all of
 * them.  So the verdict uses, of each group, the reading whose references come
 * nearest to its devices and living holders; one that did not change, and where
 * sysfs lists the same devices, comes before one that did not.  Groups that are
 * not in @next any more are dropped, new ones are taken over.
 */
void ig_snapshot_settle(const struct ig_run *run,
			const struct ig_pairing *pairing,
			struct ig_snapshot *best, struct ig_snapshot *next);

/**
 * ig_baseline_settle() - ig_snapshot_settle() for the snapshot before the run
 * @run: its snapshot before takes over what is better in @next
 * @next: a later snapshot; what is left in it is for the caller to free
 *
 * The first reading of a group is where its events begin to count, so it cannot
 * tell what was in transit just then.  A later one can: that much they differ
 * from the count for ever, and no event is missing for it.
 */
void ig_baseline_settle(struct ig_run *run, struct ig_snapshot *next);

#endif /* IOMMU_GROUP_AUDIT_SETTLE_H */
