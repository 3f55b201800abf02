/* SPDX-License-Identifier: GPL-2.0 */
/* How a verdict and the order of locks leave the program. */
#ifndef IOMMU_GROUP_VERDICT_H
#define IOMMU_GROUP_VERDICT_H

#include "base/options.h"
#include "audit/report.h"

/**
 * ig_verdict_write() - the report, and which lock nests in which if asked for
 * @out: where to, but for what has a file of its own
 * @options: the format; --order and --dot
 * @report: what to say
 *
 * Return: 0, or negative after an error was printed.
 */
int ig_verdict_write(FILE *out, const struct ig_options *options,
		     const struct ig_report *report);

#endif /* IOMMU_GROUP_VERDICT_H */
