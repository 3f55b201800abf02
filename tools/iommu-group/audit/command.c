// SPDX-License-Identifier: GPL-2.0
/* refs, locks, check and record: observe, settle, judge, report. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "commands.h"
#include "base/error.h"
#include "base/kernel.h"
#include "refs/collect.h"
#include "base/output.h"
#include "audit/record/record.h"
#include "audit/settle.h"
#include "audit/verdict.h"
#include "audit/write.h"
#include "refs/refs.h"
#include "base/workload.h"

/** SETTLE_STEP_US - pause between two looks while releases settle */
#define SETTLE_STEP_US 100000
/** BASELINE_LOOKS, BASELINE_STEP_US - further looks at the start, and pauses */
#define BASELINE_LOOKS 3
#define BASELINE_STEP_US 20000

/* One look: the groups, what was recorded about them, the verdict on it. */
static int look(struct ig_watch *watch, struct ig_run *run,
		struct ig_result *result, bool first)
{
	struct ig_snapshot next = {};
	int err = 0;

	if (ig_snapshot_take(watch, first ? &run->after : &next))
		return -1;
	ig_run_clear_observed(run);
	ig_result_free(result);
	if (ig_observe(watch, run))
		err = -1;
	else if (ig_pair(run, &result->pairing))
		err = ig_error("out of memory");
	if (!err && !first)
		ig_snapshot_settle(run, &result->pairing, &run->after, &next);
	ig_snapshot_free(&next);
	if (!err && ig_analyse(run, result))
		err = ig_error("out of memory");
	return err;
}

/*
 * Releases can be under way when the workload has ended: work queues, RCU,
 * CONFIG_DEBUG_KOBJECT_RELEASE.  So anything but clean is looked at again,
 * for a bounded time, and only what persists is judged.
 */
static int settle(struct ig_watch *watch, const struct ig_options *options,
		  struct ig_run *run, struct ig_result *result)
{
	uint64_t end = ig_now_ns() + (uint64_t)(options->settle * 1e9);

	if (look(watch, run, result, true))
		return -1;
	while (result->verdict != IG_CLEAN && ig_now_ns() < end) {
		usleep(SETTLE_STEP_US);
		if (look(watch, run, result, false))
			return -1;
	}
	return 0;
}

static bool has_external(const struct ig_snapshot *snapshot)
{
	size_t i;

	for (i = 0; i < snapshot->ngroups; i++)
		if (ig_external(&snapshot->groups[i]) ||
		    !snapshot->groups[i].stable)
			return true;
	return false;
}

/*
 * A reference in transit at the start would hide a leak at the end.  So where
 * there are any that no device holds, the calmest of a few readings counts.
 * The second is always taken: see ig_baseline_settle().
 */
static int take_baseline(struct ig_watch *watch, struct ig_run *run)
{
	struct ig_snapshot next;
	int i;

	if (ig_snapshot_take(watch, &run->before))
		return -1;
	for (i = 0; i < BASELINE_LOOKS && (!i || has_external(&run->before));
	     i++) {
		usleep(BASELINE_STEP_US);
		if (ig_snapshot_take(watch, &next))
			return -1;
		ig_baseline_settle(run, &next);
		ig_snapshot_free(&next);
	}
	return 0;
}

/* Whoever closes the file says what went wrong with it. */
static int write_record(FILE *out, const struct ig_options *options,
			const struct ig_report *report)
{
	int err;

	/* Up to here what was recorded before has been kept. */
	if (options->output && ftruncate(fileno(out), 0) && errno != EINVAL)
		return ig_error("cannot write %s: %m", options->output);
	err = ig_record_write(out, report->run);
	if (err == -ENOMEM)
		return ig_error("out of memory");
	if (err || fflush(out))
		return -1;
	fprintf(stderr,
		"iommu-group: %s; recorded%s%s for iommu-group report\n",
		ig_verdict_name(report->result->verdict),
		options->output ? " in " : "", options->output ?: "");
	return 0;
}

static int write_run(FILE *out, const struct ig_options *options,
		     const struct ig_report *report)
{
	return options->record ? write_record(out, options, report) :
				 ig_verdict_write(out, options, report);
}

/* What the run is; what was observed in it comes later. */
static int describe_run(struct ig_run *run, const struct ig_watch *watch,
			const struct ig_options *options, const char *command)
{
	run->command = strdup(command);
	run->kernel = strdup(ig_kernel_release());
	run->backend = strdup(ig_backend_name(watch->probes.backend));
	run->iommu = strdup(ig_kernel_iommu());
	if (!options->locks_only)
		run->audited |= IG_AUDIT_REFS;
	if (watch->probes.locks)
		run->audited |= IG_AUDIT_LOCKS;
	if (options->held_too_long > 0)
		run->audited |= IG_AUDIT_LONG_HOLDS;
	if (!run->command || !run->kernel || !run->backend || !run->iommu)
		return ig_error("out of memory");
	return 0;
}

static int check_groups(const struct ig_options *options,
			const struct ig_run *run)
{
	if (run->before.ngroups)
		return 0;
	if (options->group >= 0)
		return ig_error("no group %d; see iommu-group list",
				options->group);
	ig_warn("no IOMMU group on this machine yet; boot with an IOMMU enabled");
	return 0;
}

static int run_workload(struct ig_workload *work, struct ig_run *run)
{
	int err = ig_workload_run(work);

	run->has_workload = work->argv;
	run->workload_status = work->status;
	return err;
}

static int observe_workload(struct ig_watch *watch, struct ig_workload *work,
			    const struct ig_options *options,
			    const char *command, FILE *out)
{
	struct ig_run run = {};
	struct ig_result result = {};
	const struct ig_report report = { &run, &result, options->verbose };
	uint64_t started = ig_now_ns();
	int code = IG_EXIT_FAILED;

	if (!describe_run(&run, watch, options, command) &&
	    !take_baseline(watch, &run) && !check_groups(options, &run) &&
	    !run_workload(work, &run) &&
	    !settle(watch, options, &run, &result)) {
		run.duration_ns = ig_now_ns() - started;
		if (!write_run(out, options, &report))
			code = ig_exit_code(result.verdict,
					    ig_workload_failed(work));
	}
	ig_result_free(&result);
	ig_run_free(&run);
	return code;
}

static int audit(const struct ig_options *options, const char *command)
{
	struct ig_workload work;
	struct ig_watch watch;
	int code;
	FILE *out;

	if (ig_workload_prepare(&work, options))
		return IG_EXIT_FAILED;
	out = ig_output_open(options);
	if (!out)
		return IG_EXIT_FAILED;
	if (ig_watch_start(&watch, options, IG_FOR_AUDIT)) {
		ig_output_close(out, options);
		return IG_EXIT_FAILED;
	}
	if (options->locks && !watch.probes.locks) {
		if (options->locks_only) {
			ig_watch_stop(&watch);
			ig_output_close(out, options);
			ig_error("locks needs fentry, which this kernel lacks");
			return IG_EXIT_FAILED;
		}
		ig_warn("the order of locks is not audited: that needs fentry");
	}
	code = observe_workload(&watch, &work, options, command, out);
	ig_watch_stop(&watch);
	if (ig_output_close(out, options))
		return IG_EXIT_FAILED;
	return code;
}

int ig_cmd_locks(const struct ig_options *options)
{
	struct ig_options with_locks = *options;

	if (options->backend == IG_BACKEND_KPROBE)
		return ig_error(
			       "locks needs fentry; leave out --backend kprobe"),
		       IG_EXIT_FAILED;
	if (ig_order_is_text(options))
		return IG_EXIT_FAILED;
	with_locks.locks = true;
	with_locks.locks_only = true;
	return audit(&with_locks, "locks");
}

int ig_cmd_refs(const struct ig_options *options)
{
	return audit(options, "refs");
}

static int audit_all(const struct ig_options *options, const char *command)
{
	struct ig_options with_locks = *options;

	if (!options->workload && options->duration <= 0) {
		ig_error(
			"%s needs a workload or --duration; see iommu-group --help",
			command);
		return IG_EXIT_FAILED;
	}
	with_locks.locks = true;
	return audit(&with_locks, "check");
}

int ig_cmd_check(const struct ig_options *options)
{
	return audit_all(options, "check");
}

int ig_cmd_record(const struct ig_options *options)
{
	struct ig_options recording = *options;

	if (!options->output && isatty(STDOUT_FILENO)) {
		ig_error("record writes a file; add -o FILE");
		return IG_EXIT_FAILED;
	}
	recording.record = true;
	return audit_all(&recording, "record");
}
