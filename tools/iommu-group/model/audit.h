/* SPDX-License-Identifier: GPL-2.0 */
/* An audit as the analysis and the reports know it. */
#ifndef IOMMU_GROUP_MODEL_AUDIT_H
#define IOMMU_GROUP_MODEL_AUDIT_H

#include <stdio.h>

#include "model/findings.h"

struct ig_options;

/**
 * struct ig_audit - how one capability judges a run
 * @bit: set in struct ig_run's @audited when it is to be judged by this
 * @judge: adds findings, losses and notes
 * @print: prints more than the report where an option asks for that, NULL for
 *	nothing; 0, or -1 after an error was printed
 */
struct ig_audit {
	enum ig_audit_bit bit;
	void (*judge)(struct ig_findings *found);
	int (*print)(FILE *out, const struct ig_options *options,
		     const struct ig_result *result);
};

#endif /* IOMMU_GROUP_MODEL_AUDIT_H */
