/* SPDX-License-Identifier: GPL-2.0 */
/* From the BPF maps of the reference audit to a run. */
#ifndef IOMMU_GROUP_REFS_COLLECT_H
#define IOMMU_GROUP_REFS_COLLECT_H

#include "probe/session.h"

/**
 * ig_refs_observe() - read call sites, attaches and notifiers
 * @session: under way
 * @run: filled in; the snapshots are left alone
 *
 * Return: 0, or -1 without memory.
 */
int ig_refs_observe(const struct ig_session *session, struct ig_run *run);

#endif /* IOMMU_GROUP_REFS_COLLECT_H */
