/* SPDX-License-Identifier: GPL-2.0 */
/* The next run with the same programs. */
#ifndef IOMMU_GROUP_RESTART_H
#define IOMMU_GROUP_RESTART_H

#include "probe/session.h"

/**
 * ig_session_restart() - forget what was counted, lost and caught so far
 * @session: under way, its run judged
 *
 * The programs go on meanwhile.  What they count before the next snapshot
 * counts for nobody, as before the first one.  What is true whatever the run is
 * stays: names, which device is in which group, which locks a task holds.
 *
 * Return: 0, or -1 after an error was printed.
 */
int ig_session_restart(struct ig_session *session);

#endif /* IOMMU_GROUP_RESTART_H */
