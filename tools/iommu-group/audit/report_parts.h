/* SPDX-License-Identifier: GPL-2.0 */
/* What the report formats share; only they include this. */
#ifndef IOMMU_GROUP_REPORT_PARTS_H
#define IOMMU_GROUP_REPORT_PARTS_H

#include "audit/report.h"

/** IG_RULES - all rules */
#define IG_RULES 13

/**
 * ig_rules() - what was checked in this run
 * @report: on the run
 * @rules: filled in with the names of the rules, IG_RULES at most
 *
 * Each is a case of JUnit and KTAP, for what was not checked must not show as
 * passed.
 *
 * Return: how many there are.
 */
size_t ig_rules(const struct ig_report *report, const char **rules);

/** IG_STATUS_WORDS - room for ig_workload_words() */
#define IG_STATUS_WORDS 128

/** ig_workload_words() - how the workload ended */
const char *ig_workload_words(char *buf, const struct ig_report *report);

/** ig_workload_bad() - a workload ran and did not end with status 0 */
bool ig_workload_bad(const struct ig_report *report);

/** ig_finding_trace() - stack of the likeliest culprit, NULL for none */
const struct ig_trace *ig_finding_trace(const struct ig_finding *finding);

/** ig_finding_culprit() - its symbol where there is no stack, NULL for none */
const char *ig_finding_culprit(const struct ig_finding *finding);

/** ig_rule_findings() - how many findings a rule has */
size_t ig_rule_findings(const struct ig_result *result, const char *rule);

/**
 * ig_print_stack() - a finding's stack, one frame a line
 * @out: where to
 * @indent: goes before each frame
 * @finding: whose
 */
void ig_print_stack(FILE *out, const char *indent,
		    const struct ig_finding *finding);

/**
 * ig_print_circle() - the edges of a finding, and how its locks can deadlock
 * @out: where to
 * @indent: goes before each line
 * @finding: a finding with edges
 *
 * Return: 0 or -ENOMEM.
 */
int ig_print_circle(FILE *out, const char *indent,
		    const struct ig_finding *finding);

/**
 * ig_clean_text() - text that any parser takes
 * @text: bytes from the kernel or a command line, may be NULL
 *
 * Return: @text as valid UTF-8, to be freed; NULL without memory.
 */
char *ig_clean_text(const char *text);

/** ig_one_line() - print text with its control characters replaced */
void ig_one_line(FILE *out, const char *text);

int ig_report_text(FILE *out, const struct ig_report *report);
int ig_report_json(FILE *out, const struct ig_report *report);
int ig_report_junit(FILE *out, const struct ig_report *report);
int ig_report_ktap(FILE *out, const struct ig_report *report);

#endif /* IOMMU_GROUP_REPORT_PARTS_H */
