/* SPDX-License-Identifier: GPL-2.0 */
/* What timing a callback adds to it. */
#ifndef IOMMU_GROUP_ATTACH_COST_H
#define IOMMU_GROUP_ATTACH_COST_H

#include "attach/load.h"

/**
 * ig_timing_cost() - measure it here and now
 * @timing: started
 *
 * Hooks a system call with the same programs for a moment, and calls it with
 * and without; the quickest of several batches counts.
 *
 * Return: nanoseconds a callback; negative when it could not be measured.
 */
double ig_timing_cost(const struct ig_timing *timing);

#endif /* IOMMU_GROUP_ATTACH_COST_H */
