/* SPDX-License-Identifier: GPL-2.0 */
/* A workload that was told to end and cannot. */
#ifndef IOMMU_GROUP_BASE_HUNG_H
#define IOMMU_GROUP_BASE_HUNG_H

#include <stdbool.h>

#include "base/descendants.h"

/** IG_HUNG_AFTER - seconds that it has to sleep like that */
#define IG_HUNG_AFTER 5.0

/**
 * struct ig_hung - what is known of it
 * @sleeper: a process in a sleep that no signal ends, 0 for none
 * @since: time since when it was always found so
 */
struct ig_hung {
	pid_t sleeper;
	double since;
};

/**
 * ig_hung_look() - look at a workload that was told to end
 * @hung: all 0 at first
 * @older: children of this process that are not of the workload
 * @now: the time in seconds
 *
 * Slow is not hung: one of its processes has to be found in state D each time,
 * for IG_HUNG_AFTER seconds.
 *
 * Return: whether it hangs.
 */
bool ig_hung_look(struct ig_hung *hung, const struct ig_processes *older,
		  double now);

#endif /* IOMMU_GROUP_BASE_HUNG_H */
