// SPDX-License-Identifier: GPL-2.0
/* The report as JUnit XML: a case for each rule. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "audit/report_parts.h"
#include "base/xml_text.h"

static void attribute(FILE *out, const char *name, const char *value)
{
	fprintf(out, " %s=\"", name);
	ig_xml_text(out, value);
	fputc('"', out);
}

static void open_case(FILE *out, const struct ig_report *report,
		      const char *name)
{
	fprintf(out,
		"    <testcase classname=\"iommu-group.%s\" name=\"%s\" time=\"0\"",
		report->command, name);
}

static void print_edges(FILE *out, const struct ig_finding *f)
{
	char *words = NULL;
	size_t size;
	FILE *text;

	text = open_memstream(&words, &size);
	if (!text)
		return;
	ig_print_circle(text, "  ", f);
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
	if (f->nedges) {
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
static void failed_rule(FILE *out, const struct ig_result *r, const char *rule)
{
	bool open = false;
	size_t i;

	for (i = 0; i < r->nfindings; i++) {
		if (strcmp(r->findings[i].rule, rule))
			continue;
		if (!open) {
			fputs("      <failure", out);
			attribute(out, "type", rule);
			attribute(out, "message", r->findings[i].message);
			fputs(">", out);
		}
		open = true;
		print_failure(out, &r->findings[i]);
	}
	fputs("</failure>\n", out);
}

static void rule_case(FILE *out, const struct ig_report *report,
		      const char *rule)
{
	const struct ig_result *r = report->result;
	bool failed = ig_rule_findings(r, rule);

	open_case(out, report, rule);
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

static void complete_case(FILE *out, const struct ig_report *report)
{
	const struct ig_result *r = report->result;
	size_t i;

	open_case(out, report, "observation-complete");
	if (!r->nlosses) {
		fputs("/>\n", out);
		return;
	}
	fputs(">\n      <error type=\"inconclusive\"", out);
	attribute(out, "message", r->losses[0].reason);
	fputs(">", out);
	for (i = 0; i < r->nlosses; i++) {
		ig_xml_text(out, r->losses[i].key);
		fprintf(out, ": %" PRIu64 ": ", r->losses[i].count);
		ig_xml_text(out, r->losses[i].reason);
		fputc('\n', out);
	}
	fputs("</error>\n    </testcase>\n", out);
}

static void workload_case(FILE *out, const struct ig_report *report)
{
	char words[IG_STATUS_WORDS];

	ig_workload_words(words, report);
	open_case(out, report, "workload");
	if (report->has_workload && !ig_workload_bad(report)) {
		fputs("/>\n", out);
		return;
	}
	fputs(">\n", out);
	fputs(report->has_workload ? "      <failure type=\"workload\"" :
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

static void open_suite(FILE *out, const struct ig_report *report,
		       const char *const *rules, size_t n)
{
	const struct ig_result *r = report->result;
	size_t i, failed = 0, skipped;

	for (i = 0; i < n; i++)
		failed += !!ig_rule_findings(r, rules[i]);
	skipped = r->nlosses ? n - failed : 0;
	skipped += !report->has_workload;
	failed += ig_workload_bad(report);
	fprintf(out,
		"  <testsuite name=\"iommu-group %s\" tests=\"%zu\" failures=\"%zu\" errors=\"%d\" skipped=\"%zu\" time=\"%.3f\">\n",
		report->command, n + 2, failed, !!r->nlosses, skipped,
		report->duration_ns / 1e9);
	fputs("    <properties>\n", out);
	property(out, "verdict", ig_verdict_name(r->verdict));
	property(out, "kernel", report->kernel);
	property(out, "backend", report->backend);
	property(out, "iommu", report->iommu);
	fputs("    </properties>\n", out);
}

int ig_report_junit(FILE *out, const struct ig_report *report)
{
	const char *rules[IG_RULES];
	size_t i, n = ig_rules(report, rules);

	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n",
	      out);
	open_suite(out, report, rules, n);
	for (i = 0; i < n; i++)
		rule_case(out, report, rules[i]);
	complete_case(out, report);
	workload_case(out, report);
	fputs("  </testsuite>\n</testsuites>\n", out);
	return 0;
}
