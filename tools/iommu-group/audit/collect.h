/* SPDX-License-Identifier: GPL-2.0 */
/* From the maps of all modules of a command to a run. */
#ifndef IOMMU_GROUP_AUDIT_COLLECT_H
#define IOMMU_GROUP_AUDIT_COLLECT_H

#include "probe/session.h"

/**
 * ig_observe() - read everything that the probes have recorded
 * @session: under way
 * @modules: whose maps to read, ends with NULL; those that are not loaded are
 *	left out
 * @run: filled in; the snapshots are left alone
 *
 * Return: 0, or -1 after an error was printed.
 */
int ig_observe(struct ig_session *session,
	       const struct ig_module *const *modules, struct ig_run *run);

#endif /* IOMMU_GROUP_AUDIT_COLLECT_H */
