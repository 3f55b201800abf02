/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The lock-order audit: pure functions from what was observed to findings.  No
 * libbpf, no I/O, no globals.
 */
#ifndef IOMMU_GROUP_LOCKS_H
#define IOMMU_GROUP_LOCKS_H

#include "model/audit.h"

/** ig_locks_audit - all rules about the locks that were seen */
extern const struct ig_audit ig_locks_audit;

/**
 * ig_lock_order() - merge sites into classes, and edges into steps
 * @run: what was observed; must outlive the order
 * @order: filled in; release with ig_lock_order_free()
 *
 * Call sites are one class, or the group lock, when site pairs say so; and
 * those that only take locks which are initialised at one site are of that
 * class.  Locks of devices go by the name of the device, which it keeps when it
 * is unplugged and comes back.  Static locks go by address and name, as another
 * module can be loaded to the same place.
 *
 * Return: 0 or -ENOMEM.
 */
int ig_lock_order(const struct ig_lock_run *run, struct ig_lock_order *order);

/**
 * ig_lock_cycles() - find the inversions around the group lock
 * @order: which class nests in which; sets in_cycle of steps
 * @cycles: set to an array, release with ig_lock_cycles_free()
 * @ncycles: set to its length
 *
 * One shortest cycle for each step that leaves the group lock and from whose
 * end the group lock can be reached again; the shortest of all comes first.  A
 * cycle is none when it passes a lock that is only taken for reading there, and
 * that nobody writes: two readers do not keep each other out.
 *
 * Return: 0 or -ENOMEM.
 */
int ig_lock_cycles(const struct ig_lock_order *order,
		   struct ig_lock_cycle **cycles, size_t *ncycles);

/**
 * ig_lock_reader_cycles() - likewise those that are none for want of a writer
 * @order: which class nests in which
 * @cycles: set to an array, release with ig_lock_cycles_free()
 * @ncycles: set to its length
 *
 * Return: 0 or -ENOMEM.
 */
int ig_lock_reader_cycles(const struct ig_lock_order *order,
			  struct ig_lock_cycle **cycles, size_t *ncycles);

/** ig_lock_read_only() - name of the first class that such a cycle reads only,
 * NULL for none
 */
const char *ig_lock_read_only(const struct ig_lock_order *order,
			      const struct ig_lock_cycle *cycle);

#endif /* IOMMU_GROUP_LOCKS_H */
