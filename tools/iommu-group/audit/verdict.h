/* SPDX-License-Identifier: GPL-2.0 */
/* From what was observed to a verdict: pure, live and offline the same. */
#ifndef IOMMU_GROUP_AUDIT_VERDICT_H
#define IOMMU_GROUP_AUDIT_VERDICT_H

#include "model/audit.h"

/**
 * ig_analyse() - judge a run by all that it was audited for
 * @run: what was observed; not changed, must outlive the result
 * @result: empty, or with the pairing of this run; filled in, release with
 *	ig_result_free()
 *
 * Return: 0, or -ENOMEM (the result is then empty).
 */
int ig_analyse(const struct ig_run *run, struct ig_result *result);

/**
 * ig_audit_of() - the audits that a run is judged by
 * @run: the run
 * @n: from 0 on
 *
 * Return: the audit, NULL when there are no more.
 */
const struct ig_audit *ig_audit_of(const struct ig_run *run, size_t n);

/**
 * ig_exit_code() - the documented exit code of a verdict
 * @verdict: the verdict
 * @workload_failed: the workload itself did not end with status 0
 *
 * Return: 0 clean, 2 findings, 3 inconclusive, 4 only the workload failed.
 */
int ig_exit_code(enum ig_verdict verdict, bool workload_failed);

#endif /* IOMMU_GROUP_AUDIT_VERDICT_H */
