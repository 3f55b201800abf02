// SPDX-License-Identifier: GPL-2.0
/* check --suite: one load, many workloads, a verdict for each. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "audit/observe.h"
#include "audit/report.h"
#include "audit/suite.h"
#include "audit/suite_command.h"
#include "audit/verdict.h"
#include "base/error.h"
#include "commands.h"
#include "probe/restart.h"

/** STEP_US - pause between two looks; there is one after each workload */
#define STEP_US 50000

/** struct suite_run - a suite under way */
struct suite_run {
	const struct ig_options *options;
	struct ig_session *session;
	const struct ig_suite *suite;
	struct ig_observation *observations; /* one for each */
	struct ig_suite_entry *entries;
	struct ig_processes left; /* what still runs of those that have ended */
	bool stopped; /* a signal has ended it */
};

/* Keep those that still run; all are children, so no number is used again. */
static void drop_ended(struct ig_processes *left)
{
	size_t i, n = 0;

	for (i = 0; i < left->n; i++)
		if (left->list[i].pid && !kill(left->list[i].pid, 0))
			left->list[n++] = left->list[i];
	left->n = n;
}

static int add_left(struct ig_processes *left,
		    const struct ig_processes *running)
{
	size_t i;

	for (i = 0; i < running->n; i++)
		if (ig_processes_add(left, &running->list[i]))
			return ig_error("out of memory");
	return 0;
}

static int add_loss(struct ig_run *run, enum ig_run_loss which, uint64_t count,
		    char *detail)
{
	struct ig_loss_count *loss =
		ig_one_more(&run->losses, &run->nlosses, sizeof(*loss));

	if (!loss)
		return ig_error("out of memory");
	*loss = (struct ig_loss_count){ which, count, detail };
	return 0;
}

/* The user has ended the suite before this one: nothing is known of it. */
static int leave_out(struct ig_observation *o)
{
	if (ig_observation_describe(o) ||
	    add_loss(&o->run, IG_LOSS_NOT_RUN, 1, NULL))
		return -1;
	return ig_analyse(&o->run, &o->result) ? ig_error("out of memory") : 0;
}

/* Its own workload, and its own options, which have that. */
static int run_one(struct suite_run *s, size_t i)
{
	struct ig_observation *o = &s->observations[i];
	char *argv[] = { "/bin/sh", "-c", s->suite->items[i].command, NULL };
	struct ig_options options = *s->options;

	options.workload = argv;
	o->options = &options;
	o->session = s->session;
	o->step_us = STEP_US;
	if (s->stopped)
		return leave_out(o);
	if (ig_workload_prepare(&o->work, &options,
				options.format != IG_FORMAT_TEXT))
		return -1;
	if (i && ig_session_restart(s->session))
		return -1;
	drop_ended(&s->left);
	o->older = &s->left;
	if (ig_observe_workload(o) || add_left(&s->left, &o->work.running))
		return -1;
	s->stopped = o->work.interrupted || ig_workload_told_to_end(&o->work);
	return 0;
}

static int run_all(struct suite_run *s)
{
	size_t i;

	for (i = 0; i < s->suite->n; i++) {
		struct ig_observation *o = &s->observations[i];

		if (run_one(s, i))
			return -1;
		o->options = s->options;
		s->entries[i] = (struct ig_suite_entry){
			.name = s->suite->items[i].name,
			.report = { &o->run, &o->result, s->options->verbose },
		};
	}
	return 0;
}

/* From the best to the worst. */
static int rank(int code)
{
	static const int order[] = { IG_EXIT_CLEAN, IG_EXIT_WORKLOAD,
				     IG_EXIT_INCONCLUSIVE, IG_EXIT_FINDINGS };
	int i = 0;

	while (order[i] != code)
		i++;
	return i;
}

static int worst(const struct suite_run *s)
{
	int code = IG_EXIT_CLEAN, next;
	size_t i;

	for (i = 0; i < s->suite->n; i++) {
		const struct ig_observation *o = &s->observations[i];

		next = ig_exit_code(o->result.verdict,
				    ig_run_workload_failed(&o->run));
		if (rank(next) > rank(code))
			code = next;
	}
	return code;
}

static int run_and_report(struct suite_run *s, FILE *out)
{
	int err;

	if (run_all(s))
		return IG_EXIT_FAILED;
	err = ig_suite_write(out, s->options->format, s->entries, s->suite->n);
	if (!err)
		return worst(s);
	ig_error("cannot write the report: %s", strerror(-err));
	return IG_EXIT_FAILED;
}

int ig_suite_run(const struct ig_options *options, struct ig_session *session,
		 const struct ig_suite *suite, FILE *out)
{
	struct suite_run s = { .options = options,
			       .session = session,
			       .suite = suite };
	int code = IG_EXIT_FAILED;
	size_t i;

	s.observations = calloc(suite->n, sizeof(*s.observations));
	s.entries = calloc(suite->n, sizeof(*s.entries));
	if (s.observations && s.entries)
		code = run_and_report(&s, out);
	else
		ig_error("out of memory");
	for (i = 0; s.observations && i < suite->n; i++)
		ig_observation_free(&s.observations[i]);
	free(s.observations);
	free(s.entries);
	ig_processes_free(&s.left);
	return code;
}
