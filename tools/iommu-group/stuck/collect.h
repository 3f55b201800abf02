/* SPDX-License-Identifier: GPL-2.0 */
/* Who waits for locks now, as part of a run. */
#ifndef IOMMU_GROUP_STUCK_COLLECT_H
#define IOMMU_GROUP_STUCK_COLLECT_H

#include "stuck/load.h"

/**
 * struct ig_observer - how to look
 * @symbols: of the kernel
 * @options: the command line
 * @session: whose probes know which task has which lock, NULL for none
 * @least, @most: seconds between the first look and the last, of which the
 *	latter is for waits that may end
 * @cut_short: says that the user does not want to wait, NULL for never
 * @data: for @cut_short
 */
struct ig_observer {
	const struct ig_symbols *symbols;
	const struct ig_options *options;
	const struct ig_session *session;
	double least;
	double most;
	bool (*cut_short)(void *data);
	void *data;
};

/**
 * ig_stuck_observe() - look, and look again whether it is still so
 * @o: how
 * @run: its waits are replaced, and losses are added
 *
 * Does not load anything where no task sleeps in a way that waiting for a group
 * lock is.
 *
 * Return: 0, or -1 without memory.
 */
int ig_stuck_observe(const struct ig_observer *o, struct ig_run *run);

/** ig_stuck_look() - the same, without looking first whether any task sleeps */
int ig_stuck_look(const struct ig_observer *o, struct ig_run *run);

/** ig_stuck_groups() - all groups, as they can be had without their locks */
int ig_stuck_groups(const struct ig_look *look, struct ig_snapshot *snapshot);

#endif /* IOMMU_GROUP_STUCK_COLLECT_H */
