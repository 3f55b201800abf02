// SPDX-License-Identifier: GPL-2.0
/* attach: time what happens, report it, now and then or at the end. */
#include <string.h>
#include <unistd.h>

#include "attach/attach.h"
#include "attach/cost.h"
#include "attach/load.h"
#include "attach/samples.h"
#include "base/clock.h"
#include "commands.h"
#include "base/error.h"
#include "base/kernel.h"
#include "attach/collect.h"
#include "base/output.h"
#include "base/workload.h"

/** struct observation - an observation under way */
struct observation {
	const struct ig_options *options;
	struct ig_timing timing;
	struct ig_samples samples;
	struct ig_workload work;
	double own_call;
	uint64_t started;
	uint64_t next; /* report while it goes on, 0 for none */
	FILE *out;
};

static int read_run(struct observation *o, struct ig_timing_run *run)
{
	memset(run, 0, sizeof(*run));
	run->own_call = o->own_call > 0 ? o->own_call : 0;
	if (ig_timing_observe(&o->timing, run))
		return -1;
	if (o->options->folded && ig_samples_read(&o->timing, run))
		return ig_error("out of memory");
	return 0;
}

static struct ig_timing_report report_on(struct observation *o,
					 const struct ig_timing_run *run)
{
	return (struct ig_timing_report){
		.kernel = ig_kernel_release(),
		.backend = ig_backend_name(o->timing.session.probes.backend),
		.iommu = ig_kernel_iommu("/sys"),
		.run = run,
		.duration_ns = ig_now_ns() - o->started,
		.has_workload = o->work.argv,
		.workload_status = o->work.status,
		.interrupted = o->work.interrupted,
		.verbose = o->options->verbose,
	};
}

static int write_report(struct observation *o,
			const struct ig_timing_report *report)
{
	int err = o->options->format == IG_FORMAT_JSON ?
			  ig_timing_json(o->out, report) :
			  ig_timing_text(o->out, report);

	if (err)
		ig_error("cannot write the report: %s", strerror(-err));
	return err;
}

/* So far. */
static void report_again(void *data)
{
	struct observation *o = data;
	struct ig_timing_report report;
	struct ig_timing_run run;

	if (ig_now_ns() < o->next)
		return;
	o->next = ig_now_ns() + (uint64_t)(o->options->interval * 1e9);
	if (!read_run(o, &run)) {
		report = report_on(o, &run);
		report.has_workload = false;
		if (isatty(fileno(o->out)))
			fputs("\033[H\033[J", o->out);
		write_report(o, &report);
		fputc('\n', o->out);
		fflush(o->out);
	}
	ig_timing_run_free(&run);
}

static int write_svg(FILE *out, const void *report)
{
	return ig_timing_svg(out, report);
}

static int write_folded(FILE *out, const void *run)
{
	return ig_timing_folded(out, run);
}

static bool lost_anything(const struct ig_timing_run *run)
{
	size_t i;

	for (i = 0; i < run->nlosses; i++)
		if (run->losses[i].count)
			return true;
	return false;
}

static int exit_code(const struct observation *o,
		     const struct ig_timing_run *run)
{
	if (lost_anything(run))
		return IG_EXIT_INCONCLUSIVE;
	/* Who ends it wants to see what there is so far. */
	if (ig_workload_failed(&o->work) && !o->work.interrupted)
		return IG_EXIT_WORKLOAD;
	return IG_EXIT_CLEAN;
}

static int observe(struct observation *o)
{
	struct ig_timing_report report;
	struct ig_timing_run run;
	int code = IG_EXIT_FAILED;

	if (o->options->interval > 0) {
		o->next = ig_now_ns() + (uint64_t)(o->options->interval * 1e9);
		o->work.tick = report_again;
		o->work.data = o;
	}
	o->started = ig_now_ns();
	if (ig_workload_run(&o->work))
		return IG_EXIT_FAILED;
	ig_samples_stop(&o->samples);
	if (!read_run(o, &run)) {
		report = report_on(o, &run);
		if (!write_report(o, &report) &&
		    !ig_output_file(o->options->svg, write_svg, &report) &&
		    !ig_output_file(o->options->folded, write_folded, &run))
			code = exit_code(o, &run);
	}
	ig_timing_run_free(&run);
	return code;
}

static int start(struct observation *o)
{
	if (ig_timing_start(&o->timing, o->options))
		return -1;
	o->own_call = ig_timing_cost(&o->timing);
	if (o->own_call < 0)
		ig_warn("what timing adds could not be measured, and is not subtracted");
	if (o->options->folded && ig_samples_start(&o->samples, &o->timing)) {
		ig_timing_stop(&o->timing);
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
	struct observation o = { .options = options };
	int code;

	if (check_options(options) ||
	    ig_workload_prepare(&o.work, options,
				options->format != IG_FORMAT_TEXT))
		return IG_EXIT_FAILED;
	o.out = ig_output_open(options, false);
	if (!o.out)
		return IG_EXIT_FAILED;
	if (start(&o)) {
		ig_output_close(o.out, options);
		return IG_EXIT_FAILED;
	}
	code = observe(&o);
	ig_samples_stop(&o.samples);
	ig_timing_stop(&o.timing);
	if (ig_output_close(o.out, options))
		return IG_EXIT_FAILED;
	return code;
}
