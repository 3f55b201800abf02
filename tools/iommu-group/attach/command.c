// SPDX-License-Identifier: GPL-2.0
/* attach: time what happens, report it, now and then or at the end. */
#include <string.h>
#include <unistd.h>

#include "attach/attach.h"
#include "attach/cost.h"
#include "attach/samples.h"
#include "base/clock.h"
#include "commands.h"
#include "base/error.h"
#include "base/kernel.h"
#include "attach/collect.h"
#include "base/output.h"
#include "base/workload.h"

/** struct timing - an observation under way */
struct timing {
	const struct ig_options *options;
	struct ig_watch watch;
	struct ig_samples samples;
	struct ig_workload work;
	double own_call;
	uint64_t started;
	uint64_t next; /* report while it goes on, 0 for none */
	FILE *out;
};

static int look(struct timing *t, struct ig_attach_run *run)
{
	memset(run, 0, sizeof(*run));
	run->own_call = t->own_call > 0 ? t->own_call : 0;
	if (ig_observe_attach(&t->watch, run))
		return -1;
	if (t->options->folded && ig_samples_read(&t->watch, run))
		return ig_error("out of memory");
	return 0;
}

static struct ig_attach_report report_on(struct timing *t,
					 const struct ig_attach_run *run)
{
	return (struct ig_attach_report){
		.kernel = ig_kernel_release(),
		.backend = ig_backend_name(t->watch.probes.backend),
		.iommu = ig_kernel_iommu(),
		.run = run,
		.duration_ns = ig_now_ns() - t->started,
		.has_workload = t->work.argv,
		.workload_status = t->work.status,
		.interrupted = t->work.interrupted,
		.verbose = t->options->verbose,
	};
}

static int write_report(struct timing *t, const struct ig_attach_report *report)
{
	int err = t->options->format == IG_FORMAT_JSON ?
			  ig_attach_json(t->out, report) :
			  ig_attach_text(t->out, report);

	if (err)
		ig_error("cannot write the report: %s", strerror(-err));
	return err;
}

/* So far. */
static void report_again(void *data)
{
	struct timing *t = data;
	struct ig_attach_report report;
	struct ig_attach_run run;

	if (ig_now_ns() < t->next)
		return;
	t->next = ig_now_ns() + (uint64_t)(t->options->interval * 1e9);
	if (!look(t, &run)) {
		report = report_on(t, &run);
		report.has_workload = false;
		if (isatty(fileno(t->out)))
			fputs("\033[H\033[J", t->out);
		write_report(t, &report);
		fputc('\n', t->out);
		fflush(t->out);
	}
	ig_attach_run_free(&run);
}

static int write_svg(FILE *out, const void *report)
{
	return ig_attach_svg(out, report);
}

static int write_folded(FILE *out, const void *run)
{
	return ig_attach_folded(out, run);
}

static bool lost_anything(const struct ig_attach_run *run)
{
	size_t i;

	for (i = 0; i < run->nlosses; i++)
		if (run->losses[i].count)
			return true;
	return false;
}

static int exit_code(const struct timing *t, const struct ig_attach_run *run)
{
	if (lost_anything(run))
		return IG_EXIT_INCONCLUSIVE;
	/* Who ends it wants to see what there is so far. */
	if (ig_workload_failed(&t->work) && !t->work.interrupted)
		return IG_EXIT_WORKLOAD;
	return IG_EXIT_CLEAN;
}

static int observe(struct timing *t)
{
	struct ig_attach_report report;
	struct ig_attach_run run;
	int code = IG_EXIT_FAILED;

	if (t->options->interval > 0) {
		t->next = ig_now_ns() + (uint64_t)(t->options->interval * 1e9);
		t->work.tick = report_again;
		t->work.data = t;
	}
	t->started = ig_now_ns();
	if (ig_workload_run(&t->work))
		return IG_EXIT_FAILED;
	ig_samples_stop(&t->samples);
	if (!look(t, &run)) {
		report = report_on(t, &run);
		if (!write_report(t, &report) &&
		    !ig_output_file(t->options->svg, write_svg, &report) &&
		    !ig_output_file(t->options->folded, write_folded, &run))
			code = exit_code(t, &run);
	}
	ig_attach_run_free(&run);
	return code;
}

static int start(struct timing *t)
{
	if (ig_watch_start(&t->watch, t->options, IG_FOR_ATTACH))
		return -1;
	t->own_call = ig_attach_cost(&t->watch.probes);
	if (t->own_call < 0)
		ig_warn("what timing adds could not be measured, and is not subtracted");
	if (t->options->folded &&
	    ig_samples_start(&t->samples, &t->watch.probes)) {
		ig_watch_stop(&t->watch);
		return -1;
	}
	return 0;
}

static int check_options(const struct ig_options *options)
{
	if (options->backend == IG_BACKEND_TRACEPOINT ||
	    options->backend == IG_BACKEND_KPROBE)
		return ig_error(
			"attach times functions, by fentry; leave out --backend %s",
			ig_backend_name(options->backend));
	if (options->interval > 0 && options->format != IG_FORMAT_TEXT)
		return ig_error("--interval is text; leave out -j");
	return 0;
}

int ig_cmd_attach(const struct ig_options *options)
{
	struct timing t = { .options = options };
	int code;

	if (check_options(options) || ig_workload_prepare(&t.work, options))
		return IG_EXIT_FAILED;
	t.out = ig_output_open(options);
	if (!t.out)
		return IG_EXIT_FAILED;
	if (start(&t)) {
		ig_output_close(t.out, options);
		return IG_EXIT_FAILED;
	}
	code = observe(&t);
	ig_samples_stop(&t.samples);
	ig_watch_stop(&t.watch);
	if (ig_output_close(t.out, options))
		return IG_EXIT_FAILED;
	return code;
}
