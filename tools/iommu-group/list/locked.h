/* SPDX-License-Identifier: GPL-2.0 */
/* Groups whose lock somebody holds for long. */
#ifndef IOMMU_GROUP_LIST_LOCKED_H
#define IOMMU_GROUP_LIST_LOCKED_H

#include "model/result.h"

/**
 * ig_list_locked() - who has the lock of a group
 * @waits: what waits now, NULL if that was not looked at
 * @group: the group
 * @chain: from who has it on, release with ig_wait_chain_free()
 *
 * Return: one line for free(); NULL when nobody is known to have it all the
 * time, and then there is no chain.
 */
char *ig_list_locked(const struct ig_wait_run *waits, unsigned int group,
		     struct ig_wait_chain *chain);

#endif /* IOMMU_GROUP_LIST_LOCKED_H */
