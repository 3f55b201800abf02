/* SPDX-License-Identifier: GPL-2.0 */
/* Waiting for what the kernel has put off. */
#ifndef IOMMU_GROUP_BASE_RCU_H
#define IOMMU_GROUP_BASE_RCU_H

/**
 * ig_rcu_barrier() - wait for all RCU callbacks that are queued by now
 *
 * A grace period has passed then, and every callback that call_rcu() has queued
 * on any CPU before this call has returned.  Not so those of SRCU and of RCU
 * tasks, which have queues of their own.
 *
 * Return: 0, or a positive errno when that is not known.
 */
int ig_rcu_barrier(void);

/**
 * ig_rcu_barrier_by_aio() - the same without the kernel's own switch for it
 * @online: file that lists the CPUs: /sys/devices/system/cpu/online
 */
int ig_rcu_barrier_by_aio(const char *online);

/**
 * ig_work_begun() - wait until the work queued on the CPUs by now has begun
 *
 * Work items of schedule_work() are begun in turn on each CPU, so behind one
 * that has run there is none that has not been begun.  Nothing is known of
 * other queues, and of delayed work, so there is nothing to return.
 */
void ig_work_begun(void);

#endif /* IOMMU_GROUP_BASE_RCU_H */
