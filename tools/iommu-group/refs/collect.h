/* SPDX-License-Identifier: GPL-2.0 */
/* From BPF maps to what the analysis takes. */
#ifndef IOMMU_GROUP_OBSERVE_H
#define IOMMU_GROUP_OBSERVE_H

#include "probe/session.h"

/**
 * ig_observe() - read everything that the probes have recorded
 * @watch: under way
 * @run: sites, totals, violations, attaches and losses are filled in; the
 *	snapshots are left alone
 *
 * Return: 0, or -1 after an error was printed.
 */
int ig_observe(const struct ig_watch *watch, struct ig_run *run);

#endif /* IOMMU_GROUP_OBSERVE_H */
