// SPDX-License-Identifier: GPL-2.0
/* The report as JUnit XML: a case for each rule. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "audit/report_parts.h"
#include "base/status.h"
#include "base/xml_text.h"
#include "locks/print.h"
#include "stuck/print.h"

static void attribute(FILE *out, const char *name, const char *value)
{
	fprintf(out, " %s=\"", name);
	ig_xml_text(out, value);
	fputc('"', out);
}

/** struct place - where a report is written, and of which workload it is */
struct place {
	FILE *out;
	const char *suite; /* NULL where there is one workload only */
};

static void open_case(const struct place *place, const struct ig_report *report,
		      const char *name)
{
	fprintf(place->out, "    <testcase classname=\"iommu-group.%s",
		report->run->command);
	if (place->suite) {
		fputc('.', place->out);
		ig_xml_text(place->out, place->suite);
	}
	fprintf(place->out, "\" name=\"%s\" time=\"0\"", name);
}

static void print_edges(FILE *out, const struct ig_finding *f)
{
	char *words = NULL;
	size_t size;
	FILE *text;

	text = open_memstream(&words, &size);
	if (!text)
		return;
	if (f->nedges)
		ig_print_circle(text, "  ", f);
	else
		ig_print_chain(text, "  ", &f->chain);
	if (!fclose(text))
		ig_xml_text(out, words);
	free(words);
}

static void print_failure(FILE *out, const struct ig_finding *f)
{
	const struct ig_trace *trace = ig_finding_trace(f);
	const char *culprit = ig_finding_culprit(f);
	size_t i;

	ig_xml_text(out, f->message);
	fputc('\n', out);
	if (f->nedges || f->chain.n) {
		print_edges(out, f);
		return;
	}
	for (i = 0; trace && i < trace->nframes; i++) {
		fputs("    ", out);
		ig_xml_text(out, trace->frames[i]);
		fputc('\n', out);
	}
	if ((!trace || !trace->nframes) && culprit) {
		fputs("    ", out);
		ig_xml_text(out, culprit);
		fputc('\n', out);
	}
}

/* A case takes one failure, so all findings of a rule go into one. */
static void failed_rule(FILE *out, const struct ig_result *r, enum ig_rule rule)
{
	bool open = false;
	size_t i;

	for (i = 0; i < r->nfindings; i++) {
		if (r->findings[i].rule != rule)
			continue;
		if (!open) {
			fputs("      <failure", out);
			attribute(out, "type", ig_rule_name(rule));
			attribute(out, "message", r->findings[i].message);
			fputs(">", out);
		}
		open = true;
		print_failure(out, &r->findings[i]);
	}
	fputs("</failure>\n", out);
}

static void rule_case(const struct place *place, const struct ig_report *report,
		      enum ig_rule rule)
{
	const struct ig_result *r = report->result;
	bool failed = ig_rule_findings(r, rule);
	FILE *out = place->out;

	open_case(place, report, ig_rule_name(rule));
	if (!failed && !r->nlosses) {
		fputs("/>\n", out);
		return;
	}
	fputs(">\n", out);
	if (failed)
		failed_rule(out, r, rule);
	else
		fputs("      <skipped message=\"inconclusive: not everything was seen\"/>\n",
		      out);
	fputs("    </testcase>\n", out);
}

static void complete_case(const struct place *place,
			  const struct ig_report *report)
{
	const struct ig_result *r = report->result;
	size_t i;
	FILE *out = place->out;

	open_case(place, report, "observation-complete");
	if (!r->nlosses) {
		fputs("/>\n", out);
		return;
	}
	fputs(">\n      <error type=\"inconclusive\"", out);
	attribute(out, "message", ig_loss_reason(&r->losses[0]));
	fputs(">", out);
	for (i = 0; i < r->nlosses; i++) {
		ig_xml_text(out, ig_loss_key(r->losses[i].loss));
		fprintf(out, ": %" PRIu64 ": ", r->losses[i].count);
		ig_xml_text(out, ig_loss_reason(&r->losses[i]));
		fputc('\n', out);
	}
	fputs("</error>\n    </testcase>\n", out);
}

static void workload_case(const struct place *place,
			  const struct ig_report *report)
{
	const struct ig_run *run = report->run;
	char words[IG_STATUS_LEN];
	FILE *out = place->out;

	ig_status_name(words, run->has_workload, run->workload_status);
	open_case(place, report, "workload");
	if (run->has_workload && !ig_run_workload_failed(run)) {
		fputs("/>\n", out);
		return;
	}
	fputs(">\n", out);
	fputs(run->has_workload ? "      <failure type=\"workload\"" :
				  "      <skipped",
	      out);
	attribute(out, "message", words);
	fputs("/>\n    </testcase>\n", out);
}

static void property(FILE *out, const char *name, const char *value)
{
	fprintf(out, "      <property name=\"%s\"", name);
	attribute(out, "value", value);
	fputs("/>\n", out);
}

static void open_suite(const struct place *place,
		       const struct ig_report *report,
		       const enum ig_rule *rules, size_t n)
{
	const struct ig_result *r = report->result;
	const struct ig_run *run = report->run;
	size_t i, failed = 0, skipped;
	FILE *out = place->out;

	for (i = 0; i < n; i++)
		failed += !!ig_rule_findings(r, rules[i]);
	skipped = r->nlosses ? n - failed : 0;
	skipped += !run->has_workload;
	failed += ig_run_workload_failed(run);
	fputs("  <testsuite name=\"", out);
	if (place->suite)
		ig_xml_text(out, place->suite);
	else
		fprintf(out, "iommu-group %s", run->command);
	fprintf(out,
		"\" tests=\"%zu\" failures=\"%zu\" errors=\"%d\" skipped=\"%zu\" time=\"%.3f\">\n",
		n + 2, failed, !!r->nlosses, skipped, run->duration_ns / 1e9);
	fputs("    <properties>\n", out);
	property(out, "verdict", ig_verdict_name(r->verdict));
	property(out, "kernel", run->kernel);
	property(out, "backend", run->backend);
	property(out, "iommu", run->iommu);
	fputs("    </properties>\n", out);
}

static void print_suite(const struct place *place,
			const struct ig_report *report)
{
	enum ig_rule rules[IG_RULES];
	size_t i, n = ig_checked_rules(report, rules);

	open_suite(place, report, rules, n);
	for (i = 0; i < n; i++)
		rule_case(place, report, rules[i]);
	complete_case(place, report);
	workload_case(place, report);
	fputs("  </testsuite>\n", place->out);
}

static void open_document(FILE *out)
{
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n",
	      out);
}

int ig_report_junit(FILE *out, const struct ig_report *report)
{
	const struct place place = { out, NULL };

	open_document(out);
	print_suite(&place, report);
	fputs("</testsuites>\n", out);
	return 0;
}

int ig_suite_junit(FILE *out, const struct ig_suite_entry *entries, size_t n)
{
	size_t i;

	open_document(out);
	for (i = 0; i < n; i++) {
		const struct place place = { out, entries[i].name };

		print_suite(&place, &entries[i].report);
	}
	fputs("</testsuites>\n", out);
	return 0;
}
