// SPDX-License-Identifier: GPL-2.0
/* report: the verdict on a run that record has saved. */
#include <errno.h>
#include <string.h>

#include "commands.h"
#include "base/error.h"
#include "base/output.h"
#include "audit/record/record.h"
#include "audit/verdict.h"
#include "audit/write.h"

static int read_record(const char *path, struct ig_run *run)
{
	struct ig_record_error error = {};
	FILE *in = fopen(path, "re");
	int err;

	if (!in)
		return ig_error("cannot read %s: %m", path);
	err = ig_record_read(in, run, &error);
	fclose(in);
	if (err)
		return ig_error("cannot read %s: %s", path,
				err == -EINVAL ? error.why : strerror(-err));
	return 0;
}

static int report_on(const struct ig_options *options, const struct ig_run *run)
{
	struct ig_result result = {};
	const struct ig_report report = { run, &result, options->verbose };
	int code = IG_EXIT_FAILED;
	FILE *out;

	if (ig_analyse(run, &result)) {
		ig_error("out of memory");
		return IG_EXIT_FAILED;
	}
	if ((options->order || options->dot) &&
	    !(run->audited & IG_AUDIT_LOCKS))
		ig_warn("locks were not audited in this run: there is no order to show");
	out = ig_output_open(options, false);
	if (out) {
		if (!ig_verdict_write(out, options, &report))
			code = ig_exit_code(result.verdict,
					    ig_run_workload_failed(run));
		if (ig_output_close(out, options))
			code = IG_EXIT_FAILED;
	}
	ig_result_free(&result);
	return code;
}

static int check_options(const struct ig_options *options)
{
	if (!options->file)
		return ig_error(
			"report needs a file that record has written; see iommu-group --help");
	if (options->duration > 0 || options->group >= 0 ||
	    options->backend != IG_BACKEND_AUTO || options->held_too_long > 0)
		return ig_error(
			"-d, -g, --backend and --held-too-long are for record; leave them out");
	return 0;
}

int ig_cmd_report(const struct ig_options *options)
{
	struct ig_run run = {};
	int code = IG_EXIT_FAILED;

	if (check_options(options))
		return IG_EXIT_FAILED;
	if (!read_record(options->file, &run))
		code = report_on(options, &run);
	ig_run_free(&run);
	return code;
}
