/* SPDX-License-Identifier: GPL-2.0 */
/* What the probes could not see or keep. */
#ifndef IOMMU_GROUP_LOSSES_H
#define IOMMU_GROUP_LOSSES_H

#include "model/losses.h"
#include "probe/probes.h"

/**
 * ig_losses_read() - what the programs of an object could not see or keep
 * @probes: attached
 * @losses: set to an array, release with ig_losses_free()
 * @n: set to its length
 *
 * Return: 0, or -1 when out of memory.
 */
int ig_losses_read(const struct ig_probes *probes,
		   struct ig_loss_count **losses, size_t *n);

/**
 * ig_losses_add_unreadable() - add what could not be read of any map so far
 * @losses, @n: an array that grows
 *
 * For when all is read: what could not be read looks like the end of a map.
 *
 * Return: 0, or -1 when out of memory.
 */
int ig_losses_add_unreadable(struct ig_loss_count **losses, size_t *n);

/** ig_loss_count() - one kind of loss, summed over all CPUs */
uint64_t ig_loss_count(const struct ig_probes *probes, enum ig_loss loss);

#endif /* IOMMU_GROUP_LOSSES_H */
