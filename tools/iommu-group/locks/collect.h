/* SPDX-License-Identifier: GPL-2.0 */
/* From the BPF maps of the lock-order audit to what the analysis takes. */
#ifndef IOMMU_GROUP_OBSERVE_LOCKS_H
#define IOMMU_GROUP_OBSERVE_LOCKS_H

#include "probe/session.h"

/**
 * ig_observe_locks() - read all edges, aliases and events
 * @watch: under way, with the probes of locks
 * @run: filled in
 *
 * Return: 0, or -1 without memory.
 */
int ig_observe_locks(const struct ig_watch *watch, struct ig_lock_run *run);

#endif /* IOMMU_GROUP_OBSERVE_LOCKS_H */
