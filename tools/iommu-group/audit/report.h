/* SPDX-License-Identifier: GPL-2.0 */
/* A verdict in the formats that people and CI read. */
#ifndef IOMMU_GROUP_REPORT_H
#define IOMMU_GROUP_REPORT_H

#include <stdio.h>

#include "model/analysis.h"

/** enum ig_format - formats of a report */
enum ig_format {
	IG_FORMAT_TEXT,
	IG_FORMAT_JSON,
	IG_FORMAT_JUNIT,
	IG_FORMAT_KTAP,
};

/**
 * struct ig_report - a verdict and what it was reached on
 * @command: refs or check
 * @kernel: uname -r
 * @backend: tracepoint, fentry or kprobe
 * @iommu: intel, amd, virtio or none
 * @run: the observations, for the group table
 * @result: the verdict
 * @has_workload: whether a workload ran
 * @workload_status: its wait(2) status
 * @locks: the order of locks was audited
 * @long_holds: so was how long the group lock is held
 * @duration_ns: from the last probe attached to the last snapshot
 * @verbose: list balanced groups and every call site too
 */
struct ig_report {
	const char *command;
	const char *kernel;
	const char *backend;
	const char *iommu;
	const struct ig_run *run;
	const struct ig_result *result;
	bool has_workload;
	int workload_status;
	bool locks;
	bool long_holds;
	uint64_t duration_ns;
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

/** ig_verdict_name() - clean, inconclusive or findings */
const char *ig_verdict_name(enum ig_verdict verdict);

#endif /* IOMMU_GROUP_REPORT_H */
