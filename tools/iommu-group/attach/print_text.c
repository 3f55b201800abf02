// SPDX-License-Identifier: GPL-2.0
/* Attach times for people: the table, what it amounts to, the details. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "attach/print_parts.h"
#include "base/escape.h"
#include "base/status.h"

/** POOR_FIT - deviation from which a line does not describe the times */
#define POOR_FIT 0.1

static bool anything_seen(const struct ig_timing_run *run)
{
	size_t i;

	for (i = 0; i < run->nsizes; i++)
		if (run->sizes[i].times.count)
			return true;
	return false;
}

static void print_law(FILE *out, const struct ig_timing_fit *f)
{
	char cost[IG_SHORT_LEN], each[IG_SHORT_LEN];

	ig_cost_name(cost, f->a);
	fprintf(out, "  %s: %s %s a device", ig_timing_op_name(f->op),
		f->a < 0 ? cost : cost + 2, ig_cost_name(each, f->b));
	if (f->growth == IG_GROWTH_UNKNOWN)
		fprintf(out,
			" (2 sizes, %u and %u: too few to tell how it grows)\n",
			f->least, f->most);
	else
		fprintf(out, ", off by %.1f %% (%zu sizes, %u to %u)\n",
			100 * f->residual, f->sizes, f->least, f->most);
}

static void print_left_out(FILE *out, const struct ig_timing_fit *f)
{
	if (!f->left_out)
		return;
	if (f->sizes)
		fputs("    left out", out);
	else
		fprintf(out, "  %s: no line; left out",
			ig_timing_op_name(f->op));
	fprintf(out, ": %zu size%s, where OWN is all of the quickest\n",
		f->left_out, f->left_out == 1 ? "" : "s");
}

static void print_growth(FILE *out, const struct ig_timing_fit *f)
{
	if (f->growth == IG_GROWTH_FASTER)
		fprintf(out,
			"    grows faster than the group: a term in N^2 explains %.0f %% of the time at %u devices\n",
			100 * f->quadratic, f->most);
	else if (f->growth == IG_GROWTH_LINEAR && f->residual > POOR_FIT)
		fputs("    neither a line nor a term in N^2 describes it well\n",
		      out);
}

static int print_fits(FILE *out, const struct ig_timing_run *run)
{
	struct ig_timing_fit *fits;
	size_t nfits, i;
	int err;

	err = ig_timing_fits(run, &fits, &nfits);
	if (err)
		return err;
	if (nfits)
		fputs("\nwhat an operation and what each device costs, by the quickest of each size, without WAIT and OWN:\n",
		      out);
	for (i = 0; i < nfits; i++) {
		if (fits[i].sizes)
			print_law(out, &fits[i]);
		print_left_out(out, &fits[i]);
		print_growth(out, &fits[i]);
	}
	free(fits);
	return 0;
}

static void print_losses(FILE *out, const struct ig_timing_run *run)
{
	bool first = true;
	size_t i;

	for (i = 0; i < run->nlosses; i++) {
		const struct ig_loss_count *loss = &run->losses[i];

		if (!loss->count)
			continue;
		fprintf(out, "%s  %s: %" PRIu64 " (%s)\n",
			first ? "\nlost:\n" : "", ig_loss_key(loss->loss),
			loss->count, ig_loss_reason(loss));
		first = false;
	}
}

static void print_run(FILE *out, const struct ig_timing_report *report)
{
	char words[IG_STATUS_LEN];

	fprintf(out,
		"\nattach: kernel %s, backend %s, IOMMU %s, %.3f s, %s%s\n",
		report->kernel, report->backend, report->iommu,
		report->duration_ns / 1e9,
		report->interrupted ? "interrupted, " : "",
		ig_status_name(words, report->has_workload,
			       report->workload_status));
}

static int print_seen(FILE *out, const struct ig_timing_report *report)
{
	int err = ig_timing_print_table(out, report) ?:
			  print_fits(out, report->run);

	if (err)
		return err;
	ig_timing_print_histograms(out, report);
	ig_timing_print_slowest(out, report);
	return 0;
}

int ig_timing_text(FILE *out, const struct ig_timing_report *report)
{
	int err = 0;

	if (anything_seen(report->run))
		err = print_seen(out, report);
	else
		fputs("no attach, detach or change of owner or domain was seen\n",
		      out);
	if (err)
		return err;
	print_losses(out, report->run);
	print_run(out, report);
	return ig_flushed(out);
}
