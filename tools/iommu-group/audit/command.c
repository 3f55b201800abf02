// SPDX-License-Identifier: GPL-2.0
/* refs, locks, check and record: observe, settle, judge, report. */
#include <stdio.h>
#include <unistd.h>

#include "commands.h"
#include "base/error.h"
#include "audit/observe.h"
#include "base/output.h"
#include "audit/suite.h"
#include "audit/suite_command.h"
#include "audit/verdict.h"
#include "audit/write.h"
#include "base/workload.h"

/** STEP_US - pause between two looks while releases settle */
#define STEP_US 100000

static int check_command(const struct ig_options *options)
{
	const struct ig_command *command = options->command;

	if (options->suite && options->workload)
		return ig_error("--suite names the workloads; leave out '%s'",
				options->workload[0]);
	if (command->needs_end && !options->workload && !options->suite &&
	    options->duration <= 0)
		return ig_error(
			"%s needs a workload or --duration; see iommu-group --help",
			command->name);
	if (command->modules[0]->fentry &&
	    options->backend == IG_BACKEND_KPROBE)
		return ig_error("%s needs fentry; leave out --backend kprobe",
				command->name);
	if (command->is_record && !options->output && isatty(STDOUT_FILENO))
		return ig_error("record writes a file; add -o FILE");
	return 0;
}

static int observe_one(struct ig_observation *o, FILE *out)
{
	const struct ig_options *options = o->options;
	const struct ig_report report = { &o->run, &o->result,
					  options->verbose };

	if (ig_observe_workload(o) ||
	    options->command->write(out, options, &report))
		return IG_EXIT_FAILED;
	return ig_exit_code(o->result.verdict, ig_workload_failed(&o->work));
}

/* What is to be run, before anything is. */
static int prepare(struct ig_observation *o, struct ig_suite *suite)
{
	const struct ig_options *options = o->options;

	if (check_command(options))
		return -1;
	if (options->suite)
		return ig_suite_read(suite, options->suite);
	return ig_workload_prepare(&o->work, options,
				   options->command->is_record ||
					   options->format != IG_FORMAT_TEXT);
}

int ig_cmd_audit(const struct ig_options *options)
{
	const struct ig_command *command = options->command;
	struct ig_session session;
	struct ig_observation o = { .options = options,
				    .session = &session,
				    .step_us = STEP_US };
	struct ig_suite suite = {};
	int code = IG_EXIT_FAILED;
	bool started = false;
	FILE *out = NULL;

	if (!prepare(&o, &suite))
		out = ig_output_open(options, command->is_record);
	if (out)
		started =
			!ig_session_start(&session, options, command->modules);
	if (started)
		code = suite.n ? ig_suite_run(options, &session, &suite, out) :
				 observe_one(&o, out);
	if (out && ig_output_close(out, options))
		code = IG_EXIT_FAILED;
	ig_observation_free(&o);
	ig_suite_free(&suite);
	if (started)
		ig_session_leave(&session, options->wait);
	return code;
}
