/* SPDX-License-Identifier: GPL-2.0 */
/* From the BPF maps of the lock-order audit to a run. */
#ifndef IOMMU_GROUP_LOCKS_COLLECT_H
#define IOMMU_GROUP_LOCKS_COLLECT_H

#include "probe/session.h"

/**
 * ig_locks_observe() - read all edges, site pairs and events
 * @session: under way, with the probes of locks
 * @run: its locks are filled in
 *
 * Return: 0, or -1 without memory.
 */
int ig_locks_observe(const struct ig_session *session, struct ig_run *run);

#endif /* IOMMU_GROUP_LOCKS_COLLECT_H */
