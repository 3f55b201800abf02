/* SPDX-License-Identifier: GPL-2.0 */
/* How a lock that is stuck is shown: each task with its stack. */
#ifndef IOMMU_GROUP_STUCK_PRINT_H
#define IOMMU_GROUP_STUCK_PRINT_H

#include <stdio.h>

#include "model/result.h"

struct json_object;

/** ig_print_chain() - all tasks of a chain, and who else waits, as text */
void ig_print_chain(FILE *out, const char *indent,
		    const struct ig_wait_chain *chain);

/** ig_json_chain() - the tasks of a chain, each waits for the next */
struct json_object *ig_json_chain(const struct ig_wait_chain *chain);

/** ig_json_waiters() - who else waits for the locks of a chain */
struct json_object *ig_json_waiters(const struct ig_wait_chain *chain);

#endif /* IOMMU_GROUP_STUCK_PRINT_H */
