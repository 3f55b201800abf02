/* SPDX-License-Identifier: GPL-2.0 */
/* What call sites do after the workload has ended. */
#ifndef IOMMU_GROUP_REFS_LATE_H
#define IOMMU_GROUP_REFS_LATE_H

#include "model/run.h"

/** struct ig_late_site - what a call path had done when the workload ended */
struct ig_late_site {
	unsigned int group;
	unsigned int gen;
	uint64_t ip;
	uint64_t path;
	uint64_t gets;
	uint64_t puts;
};

/** struct ig_late - all of them */
struct ig_late {
	struct ig_late_site *sites;
	size_t n;
};

/** ig_late_begin() - remember what the sites of a run have done; 0 or -ENOMEM */
int ig_late_begin(struct ig_late *late, const struct ig_run *run);

/** ig_late_mark() - set what the sites of a later reading have done since */
void ig_late_mark(const struct ig_late *late, struct ig_run *run);

/** ig_late_free() - release what ig_late_begin() has kept */
void ig_late_free(struct ig_late *late);

#endif /* IOMMU_GROUP_REFS_LATE_H */
