// SPDX-License-Identifier: GPL-2.0
/* hang: which group locks are stuck now. */
#include <stdlib.h>
#include <string.h>

#include "audit/report.h"
#include "audit/verdict.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/kernel.h"
#include "base/output.h"
#include "commands.h"
#include "stuck/collect.h"

/** LEAST_WAIT, MOST_WAIT - seconds between the looks that have to agree; the
 * latter where a wait may end */
#define LEAST_WAIT 1.0
#define MOST_WAIT 2.0

static int describe(struct ig_run *run)
{
	run->command = strdup("hang");
	run->kernel = strdup(ig_kernel_release());
	run->backend = strdup("iterator");
	run->iommu = strdup(ig_kernel_iommu("/sys"));
	run->audited = IG_AUDIT_STUCK;
	run->after.holders_read = true;
	if (run->command && run->kernel && run->backend && run->iommu)
		return 0;
	return ig_error("out of memory");
}

/* The locks of other groups are locks like any other, then. */
static int only_group(struct ig_run *run, int group)
{
	size_t i, n = 0;

	for (i = 0; i < run->waits.nlocks; i++)
		if (run->waits.locks[i].group != group)
			run->waits.locks[i].group = -1;
	for (i = 0; i < run->after.ngroups; i++)
		if (run->after.groups[i].id == (unsigned int)group)
			run->after.groups[n++] = run->after.groups[i];
		else
			ig_group_state_clear(&run->after.groups[i]);
	run->after.ngroups = n;
	return n || run->nlosses ?
		       0 :
		       ig_error("no group %d; see iommu-group list", group);
}

static int add_no_groups(struct ig_run *run)
{
	struct ig_loss_count *loss;

	if (run->after.ngroups || run->nlosses)
		return 0;
	loss = ig_one_more(&run->losses, &run->nlosses, sizeof(*loss));
	if (!loss)
		return ig_error("out of memory");
	*loss = (struct ig_loss_count){ .loss = IG_LOSS_NO_GROUPS, .count = 1 };
	return 0;
}

static int observe(const struct ig_options *options, struct ig_run *run)
{
	struct ig_symbols symbols;
	const struct ig_observer observer = {
		.symbols = &symbols,
		.options = options,
		.least = LEAST_WAIT,
		.most = MOST_WAIT,
	};
	uint64_t began = ig_now_ns();
	int err;

	if (ig_kernel_check() || ig_symbols_load(&symbols))
		return -1;
	err = ig_stuck_look(&observer, run);
	run->duration_ns = ig_now_ns() - began;
	ig_symbols_free(&symbols);
	if (err)
		return ig_error("out of memory");
	if (options->group >= 0)
		return only_group(run, options->group);
	return add_no_groups(run);
}

static int report(const struct ig_options *options, struct ig_run *run,
		  FILE *out)
{
	struct ig_result result = {};
	const struct ig_report document = { run, &result, options->verbose };
	int code = IG_EXIT_FAILED, err;

	if (ig_analyse(run, &result)) {
		ig_error("out of memory");
		return code;
	}
	err = ig_report_write(out, options->format, &document);
	if (err)
		ig_error("cannot write the report: %s", strerror(-err));
	else
		code = ig_exit_code(result.verdict, false);
	ig_result_free(&result);
	return code;
}

int ig_cmd_hang(const struct ig_options *options)
{
	struct ig_run run = {};
	int code = IG_EXIT_FAILED;
	FILE *out = ig_output_open(options, false);

	if (!out)
		return IG_EXIT_FAILED;
	if (!describe(&run) && !observe(options, &run))
		code = report(options, &run, out);
	ig_run_free(&run);
	if (ig_output_close(out, options))
		return IG_EXIT_FAILED;
	return code;
}
