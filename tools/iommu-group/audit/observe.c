// SPDX-License-Identifier: GPL-2.0
/* One workload: observe, settle, judge. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "commands.h"
#include "base/error.h"
#include "base/kernel.h"
#include "audit/collect.h"
#include "audit/observe.h"
#include "base/rcu.h"
#include "probe/maps.h"
#include "audit/verdict.h"
#include "refs/refs.h"
#include "stuck/collect.h"

/** LEAST_LOOKS, RESTLESS_LOOKS - looks in any case, and while nothing but that
 * something moves is in the way of a clean verdict */
#define LEAST_LOOKS 2
#define RESTLESS_LOOKS 5
/** LEAST_WAIT - seconds that a task has to wait for a lock until it may hang */
#define LEAST_WAIT 1.0
/** BASELINE_LOOKS, BASELINE_STEP_US - further looks at the start, and pauses */
#define BASELINE_LOOKS 3
#define BASELINE_STEP_US 20000

/* What the kernel has put off runs before a look, and not after it. */
static void catch_up(struct ig_observation *a)
{
	/* Once is enough to wait for what hangs. */
	if (a->rcu_error != ETIMEDOUT)
		a->rcu_error = ig_rcu_barrier();
	ig_work_begun();
}

static int compare_looks(struct ig_observation *a,
			 const struct ig_snapshot *snapshot, bool first)
{
	struct ig_rest rest;

	if (ig_rest_take(&rest, &a->run, snapshot))
		return -1;
	/* A look by itself says nothing of what comes and goes. */
	a->moved = first ? 1 : ig_rest_compare(&rest, &a->rest);
	ig_rest_free(&a->rest);
	a->rest = rest;
	return 0;
}

static char *running_text(const struct ig_processes *running, const char *what)
{
	char *names = ig_processes_text(running), *text = NULL;

	if (names &&
	    asprintf(
		    &text,
		    "processes of %s: %s; wait for them in the workload, raise --settle, or give --leave-running",
		    what, names) < 0)
		text = NULL;
	free(names);
	return text;
}

static int add_loss(struct ig_run *run, enum ig_run_loss loss, uint64_t count,
		    char *detail)
{
	struct ig_loss_count *l =
		ig_one_more(&run->losses, &run->nlosses, sizeof(*l));

	if (!l) {
		free(detail);
		return -1;
	}
	*l = (struct ig_loss_count){ loss, count, detail };
	return 0;
}

static int add_running(struct ig_observation *a,
		       const struct ig_processes *running, const char *what)
{
	char *detail;

	if (!running || !running->n || a->options->leave_running)
		return 0;
	detail = running_text(running, what);
	return detail ? add_loss(&a->run, IG_LOSS_WORKLOAD_RUNNING, running->n,
				 detail) :
			-1;
}

/* Losses of the end of the run, which no program and no map tells of. */
static int add_losses(struct ig_observation *a)
{
	if (add_running(a, &a->work.running,
			"the workload still ran at the end") ||
	    add_running(a, a->older,
			"an earlier workload still ran when this one began"))
		return -1;
	/* Where no workload ends, others are not expected to pause. */
	if (a->work.argv &&
	    add_loss(&a->run, IG_LOSS_STILL_MOVING, a->moved, NULL))
		return -1;
	return add_loss(&a->run, IG_LOSS_RCU_UNSETTLED, !!a->rcu_error, NULL);
}

/* One look: the groups, what was recorded about them, the verdict on it. */
static int read_run(struct ig_observation *a, bool first)
{
	struct ig_run *run = &a->run;
	struct ig_result *result = &a->result;
	struct ig_snapshot next = {};
	int err = 0;

	catch_up(a);
	if (ig_snapshot_take(a->session, first ? &run->after : &next))
		return -1;
	ig_run_clear_observed(run);
	ig_result_free(result);
	if (ig_observe(a->session, a->options->command->modules, run))
		err = -1;
	else if (first ? ig_late_begin(&a->late, run) :
			 (ig_late_mark(&a->late, run), 0))
		err = ig_error("out of memory");
	else if (compare_looks(a, first ? &run->after : &next, first) ||
		 add_losses(a) || ig_pair(run, &result->pairing))
		err = ig_error("out of memory");
	if (!err && !first)
		ig_snapshot_settle(run, &result->pairing, &run->after, &next,
				   &a->rest);
	ig_snapshot_free(&next);
	if (!err && ig_analyse(run, result))
		err = ig_error("out of memory");
	return err;
}

static bool only_moves(const struct ig_result *result)
{
	return result->verdict == IG_INCONCLUSIVE && result->nlosses == 1 &&
	       result->losses[0].loss == IG_LOSS_STILL_MOVING;
}

static bool is_settled(const struct ig_observation *a, int looks, uint64_t end)
{
	if (looks < LEAST_LOOKS)
		return false;
	if (looks < RESTLESS_LOOKS && only_moves(&a->result))
		return false;
	return a->result.verdict == IG_CLEAN || ig_now_ns() >= end ||
	       ig_workload_told_to_end(&a->work);
}

/*
 * Releases can be under way when the workload has ended, and leaks as well:
 * work queues, RCU, CONFIG_DEBUG_KOBJECT_RELEASE.  So it takes two looks that
 * agree to be clean, and all else is looked at again, for a bounded time.
 */
static int settle(struct ig_observation *a)
{
	uint64_t end = ig_now_ns() + (uint64_t)(a->options->settle * 1e9);
	int looks;

	if (read_run(a, true))
		return -1;
	for (looks = 1; !is_settled(a, looks, end); looks++) {
		usleep(a->step_us);
		if (read_run(a, false))
			return -1;
	}
	return 0;
}

static bool is_told_to_end(void *data)
{
	return ig_workload_told_to_end(data);
}

/*
 * Last, for a task that waits for long is told from one that hangs by looking
 * again.
 */
static int look_for_hangs(struct ig_observation *a)
{
	const struct ig_observer observer = {
		.symbols = &a->session->symbols,
		.options = a->options,
		.session = a->session,
		.least = LEAST_WAIT,
		.most = a->options->settle,
		.cut_short = is_told_to_end,
		.data = &a->work,
	};
	size_t losses = a->run.nlosses;

	if (!(a->run.audited & IG_AUDIT_STUCK))
		return 0;
	if (ig_stuck_observe(&observer, &a->run))
		return ig_error("out of memory");
	if (!a->run.waits.nlocks && a->run.nlosses == losses)
		return 0;
	ig_result_free(&a->result);
	if (ig_analyse(&a->run, &a->result))
		return ig_error("out of memory");
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
static int take_baseline(struct ig_session *session, struct ig_run *run)
{
	struct ig_snapshot next;
	int i;

	if (ig_snapshot_take(session, &run->before))
		return -1;
	for (i = 0; i < BASELINE_LOOKS && (!i || has_external(&run->before));
	     i++) {
		usleep(BASELINE_STEP_US);
		if (ig_snapshot_take(session, &next))
			return -1;
		ig_baseline_settle(run, &next);
		ig_snapshot_free(&next);
	}
	return 0;
}

/* What the run is; what was observed in it comes later. */
static bool has_locks(const struct ig_command *command)
{
	const struct ig_module *const *m;

	for (m = command->modules; *m; m++)
		if ((*m)->audit->bit == IG_AUDIT_LOCKS)
			return true;
	return false;
}

int ig_observation_describe(struct ig_observation *a)
{
	const struct ig_module *const *m;
	struct ig_run *run = &a->run;

	/* A record is of what check does. */
	run->command = strdup(a->options->command->is_record ?
				      "check" :
				      a->options->command->name);
	run->kernel = strdup(ig_kernel_release());
	run->backend = strdup(ig_backend_name(a->session->probes.backend));
	run->iommu = strdup(ig_kernel_iommu("/sys"));
	if (!run->command || !run->kernel || !run->backend || !run->iommu)
		return ig_error("out of memory");
	for (m = a->options->command->modules; *m; m++)
		if (ig_probes_has(&a->session->probes, *m))
			run->audited |= (*m)->audit->bit;
		else
			ig_warn("%s is not audited: that needs fentry",
				(*m)->name);
	/* That needs no probes. */
	if (has_locks(a->options->command))
		run->audited |= IG_AUDIT_STUCK;
	if (a->options->held_too_long > 0)
		run->audited |= IG_AUDIT_LONG_HOLDS;
	return 0;
}

static int check_groups(const struct ig_observation *a)
{
	/* What could not be read is a loss. */
	if (a->run.before.ngroups || a->run.before.unreadable)
		return 0;
	if (a->options->group >= 0)
		return ig_error("no group %d; see iommu-group list",
				a->options->group);
	ig_warn("no IOMMU group on this machine yet; boot with an IOMMU enabled");
	return 0;
}

static void tick(void *data)
{
	struct ig_observation *a = data;

	ig_alive_tick(&a->session->alive);
	ig_bindings_read(&a->session->bindings);
}

static int run_workload(struct ig_observation *a)
{
	int err;

	a->work.tick = tick;
	a->work.data = a;
	err = ig_workload_run(&a->work);
	a->run.has_workload = a->work.argv;
	a->run.workload_status = a->work.status;
	if (!err && a->work.running.n && a->options->leave_running) {
		a->run.left_running = ig_processes_text(&a->work.running);
		if (!a->run.left_running)
			err = ig_error("out of memory");
	}
	return err;
}

int ig_observe_workload(struct ig_observation *a)
{
	uint64_t started = ig_now_ns();

	ig_bindings_forget(&a->session->bindings);
	ig_map_failures_forget();
	if (ig_observation_describe(a) || take_baseline(a->session, &a->run) ||
	    check_groups(a) || run_workload(a) || settle(a) ||
	    look_for_hangs(a))
		return -1;
	a->run.duration_ns = ig_now_ns() - started;
	return 0;
}

void ig_observation_free(struct ig_observation *a)
{
	ig_result_free(&a->result);
	ig_run_free(&a->run);
	ig_late_free(&a->late);
	ig_rest_free(&a->rest);
	ig_workload_free(&a->work);
}
