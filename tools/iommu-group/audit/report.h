/* SPDX-License-Identifier: GPL-2.0 */
/* A verdict in the formats that people and CI read. */
#ifndef IOMMU_GROUP_AUDIT_REPORT_H
#define IOMMU_GROUP_AUDIT_REPORT_H

#include <stdio.h>

#include "base/format.h"
#include "model/result.h"

/**
 * struct ig_report - a verdict and what it was reached on
 * @run: the observations
 * @result: the verdict
 * @verbose: list balanced groups and every call site too
 */
struct ig_report {
	const struct ig_run *run;
	const struct ig_result *result;
	bool verbose;
};

/**
 * ig_report_write() - write a report
 * @out: where to; the caller flushes and checks it
 * @format: which format
 * @report: what to write
 *
 * Return: 0, or -errno when writing failed.
 */
int ig_report_write(FILE *out, enum ig_format format,
		    const struct ig_report *report);

/**
 * struct ig_suite_entry - one workload of a suite
 * @name: what it is called
 * @report: its verdict
 */
struct ig_suite_entry {
	const char *name;
	struct ig_report report;
};

/**
 * ig_suite_write() - write the reports on all workloads of a suite as one
 * @out: where to; the caller flushes and checks it
 * @format: which format
 * @entries, @n: at least one
 *
 * Return: 0, or -errno when writing failed.
 */
int ig_suite_write(FILE *out, enum ig_format format,
		   const struct ig_suite_entry *entries, size_t n);

#endif /* IOMMU_GROUP_AUDIT_REPORT_H */
