/* SPDX-License-Identifier: GPL-2.0 */
/* check --suite */
#ifndef IOMMU_GROUP_AUDIT_SUITE_COMMAND_H
#define IOMMU_GROUP_AUDIT_SUITE_COMMAND_H

#include <stdio.h>

#include "base/options.h"

struct ig_session;
struct ig_suite;

/**
 * ig_suite_run() - run all workloads of a suite, and report on them
 * @options: the command line
 * @session: under way
 * @suite: the workloads
 * @out: where the report goes
 *
 * Return: the exit code, that of the worst.
 */
int ig_suite_run(const struct ig_options *options, struct ig_session *session,
		 const struct ig_suite *suite, FILE *out);

#endif /* IOMMU_GROUP_AUDIT_SUITE_COMMAND_H */
