/* SPDX-License-Identifier: GPL-2.0 */
/* What the probes know of the locks that a task has now. */
#ifndef IOMMU_GROUP_LOCKS_HELD_NOW_H
#define IOMMU_GROUP_LOCKS_HELD_NOW_H

#include "probe/session.h"

/**
 * ig_lock_is_read() - whether a task was seen to take a lock for reading, and
 *not to release it
 * @session: under way; false if it does not watch locks
 * @task: address of the task
 * @lock: address of the lock
 */
bool ig_lock_is_read(const struct ig_session *session, uint64_t task,
		     uint64_t lock);

#endif /* IOMMU_GROUP_LOCKS_HELD_NOW_H */
