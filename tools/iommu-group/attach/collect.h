/* SPDX-License-Identifier: GPL-2.0 */
/* What the programs counted of attaches, for the analysis. */
#ifndef IOMMU_GROUP_OBSERVE_ATTACH_H
#define IOMMU_GROUP_OBSERVE_ATTACH_H

#include "attach/attach.h"
#include "attach/load.h"

/**
 * ig_timing_observe() - read the maps
 * @timing: started
 * @run: filled in and sorted, but for what was sampled; release with
 *	ig_timing_run_free()
 *
 * Return: 0, or -1 after an error was printed.
 */
int ig_timing_observe(const struct ig_timing *timing,
		      struct ig_timing_run *run);

#endif /* IOMMU_GROUP_OBSERVE_ATTACH_H */
