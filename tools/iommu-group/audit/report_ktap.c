// SPDX-License-Identifier: GPL-2.0
/* The report as KTAP: a result line for each rule. */
#include <inttypes.h>
#include <string.h>

#include "audit/report_parts.h"
#include "base/status.h"
#include "base/escape.h"
#include "locks/print.h"

static void say(FILE *out, const char *what, const char *text)
{
	fprintf(out, "# %s", what);
	ig_print_escaped(out, text);
	fputc('\n', out);
}

static void rule_line(FILE *out, const struct ig_result *r, size_t number,
		      enum ig_rule rule)
{
	bool failed = ig_rule_findings(r, rule);
	size_t i;

	/* Diagnostics go before the result that they are about. */
	for (i = 0; i < r->nfindings; i++) {
		if (r->findings[i].rule != rule)
			continue;
		say(out, "", r->findings[i].message);
		if (r->findings[i].nedges)
			ig_print_circle(out, "#   ", &r->findings[i]);
		else
			ig_print_stack(out, "#     ", &r->findings[i]);
	}
	fprintf(out, "%sok %zu %s", failed ? "not " : "", number,
		ig_rule_name(rule));
	if (!failed && r->nlosses)
		fputs(" # SKIP inconclusive: not everything was seen", out);
	fputc('\n', out);
}

static void complete_line(FILE *out, const struct ig_result *r, size_t number)
{
	size_t i;

	for (i = 0; i < r->nlosses; i++) {
		fprintf(out, "# %s: %" PRIu64 ": ",
			ig_loss_key(r->losses[i].loss), r->losses[i].count);
		ig_print_escaped(out, ig_loss_reason(&r->losses[i]));
		fputc('\n', out);
	}
	fprintf(out, "%sok %zu observation-complete\n",
		r->nlosses ? "not " : "", number);
}

static void workload_line(FILE *out, const struct ig_run *run, size_t number)
{
	char words[IG_STATUS_LEN];

	ig_status_name(words, run->has_workload, run->workload_status);
	if (ig_run_workload_failed(run))
		say(out, "", words);
	fprintf(out, "%sok %zu workload%s\n",
		ig_run_workload_failed(run) ? "not " : "", number,
		run->has_workload ? "" : " # SKIP no workload");
}

int ig_report_ktap(FILE *out, const struct ig_report *report)
{
	enum ig_rule rules[IG_RULES];
	size_t i, n = ig_checked_rules(report, rules);
	const struct ig_run *run = report->run;

	fprintf(out, "KTAP version 1\n1..%zu\n", n + 2);
	say(out, "verdict: ", ig_verdict_name(report->result->verdict));
	say(out, "kernel: ", run->kernel);
	say(out, "backend: ", run->backend);
	say(out, "iommu: ", run->iommu);
	for (i = 0; i < n; i++)
		rule_line(out, report->result, i + 1, rules[i]);
	complete_line(out, report->result, i + 1);
	workload_line(out, run, i + 2);
	return 0;
}
