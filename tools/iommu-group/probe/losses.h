/* SPDX-License-Identifier: GPL-2.0 */
/* What the probes could not see or keep. */
#ifndef IOMMU_GROUP_LOSSES_H
#define IOMMU_GROUP_LOSSES_H

#include "model/run.h"
#include "probe/probes.h"

/** ig_losses_read() - fill in run->losses; 0, or -1 when out of memory */
int ig_losses_read(const struct ig_probes *probes, struct ig_run *run);

/** ig_loss_count() - one kind of loss, summed over all CPUs */
uint64_t ig_loss_count(const struct ig_probes *probes, enum ig_loss loss);

#endif /* IOMMU_GROUP_LOSSES_H */
