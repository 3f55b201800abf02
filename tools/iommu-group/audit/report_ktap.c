// SPDX-License-Identifier: GPL-2.0
/* The report as KTAP: a result line for each rule. */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "audit/report_parts.h"
#include "base/status.h"
#include "base/escape.h"
#include "locks/print.h"
#include "stuck/print.h"

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
		else if (r->findings[i].chain.n)
			ig_print_chain(out, "#   ", &r->findings[i].chain);
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

static bool is_good(const struct ig_report *report)
{
	return report->result->verdict == IG_CLEAN &&
	       !ig_run_workload_failed(report->run);
}

/* As a subtest: the same, indented. */
static int print_subtest(FILE *out, const struct ig_report *report)
{
	char *text = NULL, *line, *end;
	size_t size;
	FILE *memory = open_memstream(&text, &size);

	if (!memory)
		return -ENOMEM;
	ig_report_ktap(memory, report);
	if (fclose(memory)) {
		free(text);
		return -ENOMEM;
	}
	for (line = text; *line; line = end + 1) {
		end = strchr(line, '\n');
		fprintf(out, "  %.*s\n", (int)(end - line), line);
	}
	free(text);
	return 0;
}

/* A number sign would begin a directive. */
static void print_name(FILE *out, const char *name)
{
	char *copy = strdup(name), *at;

	for (at = copy; at && *at; at++)
		if (*at == '#')
			*at = '_';
	ig_print_escaped(out, copy ?: "?");
	free(copy);
}

int ig_suite_ktap(FILE *out, const struct ig_suite_entry *entries, size_t n)
{
	size_t i;
	int err;

	fprintf(out, "KTAP version 1\n1..%zu\n", n);
	for (i = 0; i < n; i++) {
		say(out, "Subtest: ", entries[i].name);
		err = print_subtest(out, &entries[i].report);
		if (err)
			return err;
		fprintf(out, "%sok %zu ",
			is_good(&entries[i].report) ? "" : "not ", i + 1);
		print_name(out, entries[i].name);
		fputc('\n', out);
	}
	return 0;
}
