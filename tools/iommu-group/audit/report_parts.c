// SPDX-License-Identifier: GPL-2.0
/* What the formats of a report share. */
#include "audit/report_parts.h"
#include "base/escape.h"

size_t ig_checked_rules(const struct ig_report *report, enum ig_rule *rules)
{
	size_t n = 0;
	int rule;

	/* What was caught in the act is shown in any case. */
	for (rule = 0; rule < IG_RULES; rule++)
		if (ig_rule_checked(rule, report->run) ||
		    ig_rule_findings(report->result, rule))
			rules[n++] = rule;
	return n;
}

const struct ig_trace *ig_finding_trace(const struct ig_finding *finding)
{
	if (finding->trace)
		return finding->trace;
	return finding->nsuspects ? finding->suspects[0].trace : NULL;
}

const char *ig_finding_culprit(const struct ig_finding *finding)
{
	return finding->nsuspects ? finding->suspects[0].site->symbol : NULL;
}

void ig_print_stack(FILE *out, const char *indent,
		    const struct ig_finding *finding)
{
	const struct ig_trace *trace = ig_finding_trace(finding);
	const char *culprit = ig_finding_culprit(finding);
	size_t i;

	if (!trace || !trace->nframes) {
		if (culprit) {
			fputs(indent, out);
			ig_print_escaped(out, culprit);
			fputc('\n', out);
		}
		return;
	}
	for (i = 0; i < trace->nframes; i++) {
		fputs(indent, out);
		ig_print_escaped(out, trace->frames[i]);
		fputc('\n', out);
	}
}

/* From the best to the worst. */
static int rank(enum ig_verdict verdict)
{
	if (verdict == IG_FINDINGS)
		return 2;
	return verdict == IG_INCONCLUSIVE;
}

enum ig_verdict ig_suite_worst(const struct ig_suite_entry *entries, size_t n)
{
	enum ig_verdict worst = IG_CLEAN;
	size_t i;

	for (i = 0; i < n; i++)
		if (rank(entries[i].report.result->verdict) > rank(worst))
			worst = entries[i].report.result->verdict;
	return worst;
}
