/* SPDX-License-Identifier: GPL-2.0 */
/* What the report formats share; only they include this. */
#ifndef IOMMU_GROUP_AUDIT_REPORT_PARTS_H
#define IOMMU_GROUP_AUDIT_REPORT_PARTS_H

#include "audit/report.h"

/**
 * ig_checked_rules() - what was checked in this run
 * @report: on the run
 * @rules: filled in, IG_RULES at most
 *
 * Each is a case of JUnit and KTAP, for what was not checked must not show as
 * passed.
 *
 * Return: how many there are.
 */
size_t ig_checked_rules(const struct ig_report *report, enum ig_rule *rules);

/** ig_finding_trace() - stack of the likeliest culprit, NULL for none */
const struct ig_trace *ig_finding_trace(const struct ig_finding *finding);

/** ig_finding_culprit() - its symbol where there is no stack, NULL for none */
const char *ig_finding_culprit(const struct ig_finding *finding);

/**
 * ig_print_stack() - a finding's stack, one frame a line
 * @out: where to
 * @indent: goes before each frame
 * @finding: whose
 */
void ig_print_stack(FILE *out, const char *indent,
		    const struct ig_finding *finding);

int ig_report_text(FILE *out, const struct ig_report *report);
int ig_report_json(FILE *out, const struct ig_report *report);
int ig_report_junit(FILE *out, const struct ig_report *report);
int ig_report_ktap(FILE *out, const struct ig_report *report);

/** ig_suite_worst() - the worst of the verdicts of a suite */
enum ig_verdict ig_suite_worst(const struct ig_suite_entry *entries, size_t n);

int ig_suite_text(FILE *out, const struct ig_suite_entry *entries, size_t n);
int ig_suite_json(FILE *out, const struct ig_suite_entry *entries, size_t n);
int ig_suite_junit(FILE *out, const struct ig_suite_entry *entries, size_t n);
int ig_suite_ktap(FILE *out, const struct ig_suite_entry *entries, size_t n);

#endif /* IOMMU_GROUP_AUDIT_REPORT_PARTS_H */
