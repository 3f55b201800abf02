// SPDX-License-Identifier: GPL-2.0
/* The report for people: the verdict first, then why. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "audit/report_parts.h"
#include "base/status.h"
#include "base/escape.h"
#include "base/table.h"
#include "locks/print.h"
#include "stuck/print.h"

/** SOME_DEVICES - devices named of a finding before "and N more" */
#define SOME_DEVICES 8

static void print_verdict(FILE *out, const struct ig_report *report)
{
	const struct ig_result *r = report->result;
	unsigned int audited = report->run->audited;
	bool both = audited & IG_AUDIT_REFS && audited & IG_AUDIT_LOCKS;
	bool neither = !(audited & (IG_AUDIT_REFS | IG_AUDIT_LOCKS));
	size_t i;

	fprintf(out, "%s", ig_verdict_name(r->verdict));
	if (r->nfindings)
		fprintf(out, ": %zu finding%s", r->nfindings,
			r->nfindings == 1 ? "" : "s");
	else if (r->verdict == IG_CLEAN)
		fprintf(out, ": %s%s%s",
			audited & IG_AUDIT_REFS ? "no leaked references" : "",
			both ? ", " : "",
			audited & IG_AUDIT_LOCKS ? "no lock-order violations" :
			neither			 ? "no group lock is stuck" :
						   "");
	else
		fprintf(out,
			": nothing was found, but not everything was seen");
	fputc('\n', out);
	for (i = 0; i < r->nlosses; i++)
		fprintf(out, "  not seen: %s: %" PRIu64 " (%s)\n",
			ig_loss_key(r->losses[i].loss), r->losses[i].count,
			ig_loss_reason(&r->losses[i]));
}

static void print_devices(FILE *out, const struct ig_finding *f, bool all)
{
	size_t shown = f->ndevices, i;

	if (!f->ndevices)
		return;
	if (!all && shown > SOME_DEVICES)
		shown = SOME_DEVICES;
	fprintf(out, "  %zu device%s:", f->ndevices,
		f->ndevices == 1 ? "" : "s");
	for (i = 0; i < shown; i++) {
		fputc(' ', out);
		ig_print_escaped(out, f->devices[i]);
	}
	if (shown < f->ndevices)
		fprintf(out, " and %zu more", f->ndevices - shown);
	fputc('\n', out);
}

static void print_who(FILE *out, const struct ig_trace *trace)
{
	if (!trace)
		return;
	fputs("  by ", out);
	ig_print_escaped(out, trace->comm);
	fprintf(out, " (pid %u):\n", trace->pid);
}

static void print_suspects(FILE *out, const struct ig_finding *f)
{
	size_t i;

	for (i = f->trace ? 0 : 1; i < f->nsuspects; i++) {
		const struct ig_suspect *s = &f->suspects[i];

		fprintf(out, "  also suspect: ");
		ig_print_escaped(out, s->site->symbol);
		fprintf(out,
			": %" PRIu64 " open of %" PRIu64 " gets, %" PRIu64
			" puts\n",
			s->outstanding, s->gets, s->puts);
	}
}

static void print_culprit(FILE *out, const struct ig_finding *f)
{
	/* The message of a violation names the task already. */
	if (!f->trace)
		print_who(out, ig_finding_trace(f));
	ig_print_stack(out, "    ", f);
}

static int print_finding(FILE *out, const struct ig_finding *f, bool verbose)
{
	int err = 0;

	fprintf(out, "%s: ", ig_rule_name(f->rule));
	ig_print_escaped(out, f->message);
	fputc('\n', out);
	if (f->nedges)
		err = ig_print_circle(out, "  ", f);
	else if (f->chain.n)
		ig_print_chain(out, "  ", &f->chain);
	else
		print_culprit(out, f);
	if (f->nsuspects && f->suspects[0].partner) {
		fprintf(out, "  its references are dropped by: ");
		ig_print_escaped(out, f->suspects[0].partner);
		fputc('\n', out);
	}
	print_suspects(out, f);
	if (f->unattributed)
		fprintf(out, "  %ld of %ld moved without a traced call\n",
			f->unattributed, f->count);
	print_devices(out, f, verbose);
	if (verbose)
		fprintf(out, "  %s: %s; %s\n", ig_rule_name(f->rule),
			ig_rule_means(f->rule), ig_rule_advice(f->rule));
	return err;
}

static int print_findings(FILE *out, const struct ig_result *r, bool verbose)
{
	size_t i;
	int err = 0;

	for (i = 0; i < r->nfindings && !err; i++) {
		fprintf(out, "\n%zu. ", i + 1);
		err = print_finding(out, &r->findings[i], verbose);
	}
	return err;
}

static int print_unproven(FILE *out, const struct ig_result *r, bool verbose)
{
	size_t i;
	int err = 0;

	for (i = 0; i < r->nunproven && !err; i++) {
		fputs("\nnot proven: ", out);
		err = print_finding(out, &r->unproven[i], verbose);
	}
	return err;
}

static void print_held(FILE *out, const struct ig_result *r, bool verbose)
{
	size_t i, j;

	if (r->nheld)
		fprintf(out, "\nheld, and rightly so:\n");
	for (i = 0; i < r->nheld; i++) {
		const struct ig_trace *t = r->held[i].trace;

		fprintf(out, "  ");
		ig_print_escaped(out, r->held[i].message);
		fputc('\n', out);
		for (j = 0; verbose && t && j < t->nframes; j++) {
			fprintf(out, "    ");
			ig_print_escaped(out, t->frames[j]);
			fputc('\n', out);
		}
	}
}

static void print_waits(FILE *out, const struct ig_result *r)
{
	size_t i;

	if (r->nwaits)
		fputs("\nwaiting, perhaps not for ever:\n", out);
	for (i = 0; i < r->nwaits; i++) {
		fputs("  ", out);
		ig_print_escaped(out, r->waits[i].message);
		fputc('\n', out);
		ig_print_chain(out, "    ", &r->waits[i].chain);
	}
}

/* With nothing wrong, notes only interest who asked for more. */
static void print_notes(FILE *out, const struct ig_report *report)
{
	const struct ig_result *r = report->result;
	size_t i;

	if (!r->nnotes || (r->verdict == IG_CLEAN && !report->verbose &&
			   !report->run->locks.skipped))
		return;
	fprintf(out, "\nnotes:\n");
	for (i = 0; i < r->nnotes; i++) {
		fprintf(out, "  ");
		ig_print_escaped(out, r->notes[i].message);
		fputc('\n', out);
	}
}

static int print_groups(FILE *out, const struct ig_snapshot *groups)
{
	static const char *const columns[] = { ">GROUP", "<NAME", "<TYPE",
					       ">REFS",	 ">DEV",  ">EXT",
					       NULL };
	struct libscols_table *table;
	int err = 0;
	size_t i;

	if (!groups->ngroups)
		return 0;
	table = ig_table_new(columns);
	if (!table)
		return -ENOMEM;
	for (i = 0; !err && i < groups->ngroups; i++) {
		const struct ig_group_state *g = &groups->groups[i];
		struct libscols_line *line = scols_table_new_line(table, NULL);

		err = ig_table_set(line, 0, "%u", g->id)		  ?:
			      ig_table_set(line, 1, "%s", g->name ?: "")  ?:
			      ig_table_set(line, 2, "%s", g->type ?: "?") ?:
			      ig_table_set(line, 3, "%d", g->kref)	  ?:
			      ig_table_set(line, 4, "%d", g->ndev)	  ?:
			      ig_table_set(line, 5, "%ld", ig_external(g));
	}
	fputc('\n', out);
	return ig_table_print(out, table, err);
}

static int print_sites(FILE *out, const struct ig_run *run)
{
	static const char *const columns[] = { ">GROUP",     ">GETS",
					       ">PUTS",	     ">SAME-TASK",
					       "<CALL SITE", NULL };
	struct libscols_table *table;
	int err = 0;
	size_t i;

	if (!run->nsites)
		return 0;
	table = ig_table_new(columns);
	if (!table)
		return -ENOMEM;
	for (i = 0; !err && i < run->nsites; i++) {
		const struct ig_site_count *s = &run->sites[i];
		struct libscols_line *line = scols_table_new_line(table, NULL);
		uint64_t paired = s->counts.answered + s->counts.matched;

		err = ig_table_set(line, 0, "%u", s->group) ?:
			      ig_table_set(line, 1, "%" PRIu64, (uint64_t)s->counts.gets) ?:
			      ig_table_set(line, 2, "%" PRIu64, (uint64_t)s->counts.puts) ?:
			      ig_table_set(line, 3, "%" PRIu64, paired) ?:
			      ig_table_set(line, 4, "%s", s->symbol ?: "?");
	}
	fputc('\n', out);
	return ig_table_print(out, table, err);
}

static void print_run(FILE *out, const struct ig_run *run)
{
	size_t n = run->after.ngroups;
	char words[IG_STATUS_LEN];

	fprintf(out,
		"\n%s: kernel %s, backend %s, IOMMU %s, %zu group%s, %.3f s, %s\n",
		run->command, run->kernel, run->backend, run->iommu, n,
		n == 1 ? "" : "s", run->duration_ns / 1e9,
		ig_status_name(words, run->has_workload, run->workload_status));
}

int ig_report_text(FILE *out, const struct ig_report *report)
{
	const struct ig_result *r = report->result;
	int err;

	print_verdict(out, report);
	err = print_findings(out, r, report->verbose) ?:
		      print_unproven(out, r, report->verbose);
	if (err)
		return err;
	print_waits(out, r);
	print_held(out, r, report->verbose);
	print_notes(out, report);
	if (report->verbose) {
		err = print_groups(out, &report->run->after) ?:
			      print_sites(out, report->run);
		if (err)
			return err;
	}
	print_run(out, report->run);
	return 0;
}

static void print_entry_line(FILE *out, const struct ig_suite_entry *entry)
{
	char words[IG_STATUS_LEN];
	const struct ig_run *run = entry->report.run;

	fprintf(out, "%-12s ", ig_verdict_name(entry->report.result->verdict));
	ig_print_escaped(out, entry->name);
	fprintf(out, " (%.3f s, %s)\n", run->duration_ns / 1e9,
		ig_status_name(words, run->has_workload, run->workload_status));
}

int ig_suite_text(FILE *out, const struct ig_suite_entry *entries, size_t n)
{
	size_t i;
	int err = 0;

	for (i = 0; i < n && !err; i++) {
		fputs("== ", out);
		ig_print_escaped(out, entries[i].name);
		fputs("\n\n", out);
		err = ig_report_text(out, &entries[i].report);
		fputc('\n', out);
	}
	fprintf(out, "%zu workload%s, %s:\n", n, n == 1 ? "" : "s",
		ig_verdict_name(ig_suite_worst(entries, n)));
	for (i = 0; i < n; i++)
		print_entry_line(out, &entries[i]);
	return err;
}
