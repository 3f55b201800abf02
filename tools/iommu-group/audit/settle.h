/* SPDX-License-Identifier: GPL-2.0 */
/* Which of several readings of a group counts. */
#ifndef IOMMU_GROUP_AUDIT_SETTLE_H
#define IOMMU_GROUP_AUDIT_SETTLE_H

#include "model/result.h"

/**
 * struct ig_rest_group - a group as one look has found it
 * @id, @gen: which group
 * @kref, @ndev, @stable: as in struct ig_group_state
 * @gets, @puts, @others: what was traced of it up to the look
 * @at_rest: the look before has found the same
 */
struct ig_rest_group {
	unsigned int id;
	unsigned int gen;
	int kref;
	int ndev;
	bool stable;
	uint64_t gets;
	uint64_t puts;
	uint64_t others;
	bool at_rest;
};

/**
 * struct ig_rest - what one look has found, for the next to compare with
 * @groups, @ngroups: in rising order of id
 * @all: what was traced of all groups, also of those that are gone
 */
struct ig_rest {
	struct ig_rest_group *groups;
	size_t ngroups;
	struct ig_rest_group all;
};

/**
 * ig_rest_take() - what a look has found
 * @rest: filled in
 * @run: what was observed up to the look
 * @snapshot: the groups as the look has read them
 *
 * Return: 0, or -ENOMEM.
 */
int ig_rest_take(struct ig_rest *rest, const struct ig_run *run,
		 const struct ig_snapshot *snapshot);

/**
 * ig_rest_compare() - whether two looks agree
 * @rest: the later; says of each group whether it was at rest
 * @earlier: the one before it
 *
 * They agree on a group that has the same count and devices in both.  Others
 * may look it up in between, so there can be as many gets as puts; at rest is
 * one without.
 *
 * Return: on how many groups they do not agree; 1 when events tell of one that
 * is in neither; 0 when they agree.
 */
size_t ig_rest_compare(struct ig_rest *rest, const struct ig_rest *earlier);

/** ig_rest_free() - release it; it is empty then */
void ig_rest_free(struct ig_rest *rest);

/**
 * ig_snapshot_settle() - keep, group by group, the calmer of two readings
 * @run: what was observed up to @next, with the snapshot before
 * @pairing: of that run; NULL for the time before it, about which the call
 *	sites say nothing
 * @best: the readings so far; takes over what is better in @next
 * @next: a later snapshot; what is left in it is for the caller to free
 * @rest: of @next, compared with the look before it; NULL for none
 *
 * A reference in transit (a lookup by somebody else at the moment of the
 * snapshot) shows up in one reading and not in the next, a leak in all of
 * them.  So the verdict uses, of each group, the reading whose references come
 * nearest to its devices and living holders; one that did not change, and where
 * sysfs lists the same devices, comes before one that did not.  But nothing is
 *in transit in a group at rest: there the later reading counts, for a leak can
 *come late.  Groups that are not in @next any more are dropped, new ones are
 *taken over.
 */
void ig_snapshot_settle(const struct ig_run *run,
			const struct ig_pairing *pairing,
			struct ig_snapshot *best, struct ig_snapshot *next,
			const struct ig_rest *rest);

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
