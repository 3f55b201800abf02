// SPDX-License-Identifier: GPL-2.0
/* What is wrong with the locks, as findings. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "locks/classes.h"
#include "locks/graph.h"
#include "locks/misuses.h"
#include "locks/nesting.h"
#include "locks/print.h"

static unsigned int known(int group)
{
	return group < 0 ? IG_NO_GROUP : (unsigned int)group;
}

/* Of the group locks in a circle, one whose group is known. */
static unsigned int group_of_edges(const struct ig_lock_classes *classes,
				   const struct ig_lock_edge *const *edges,
				   size_t n)
{
	int group = -1;
	size_t i;

	for (i = 0; i < n && group < 0; i++) {
		if (ig_is_group_lock(classes, &edges[i]->from))
			group = ig_lock_group(classes, &edges[i]->from);
		if (group < 0 && ig_is_group_lock(classes, &edges[i]->to))
			group = ig_lock_group(classes, &edges[i]->to);
	}
	/* As a class they are one, so any other will do. */
	for (i = 0; i < classes->ngroups && group < 0; i++)
		group = classes->groups[i].group;
	return known(group);
}

/* From the group lock backwards: what it is taken under, and so on. */
static void describe_cycle(struct ig_findings *found, struct ig_finding *f)
{
	char *words = NULL;
	size_t size, i;
	FILE *out;

	out = open_memstream(&words, &size);
	if (!out) {
		found->failed = true;
		return;
	}
	for (i = f->nedges; i-- > 0;) {
		const char *taken = f->locks[(i + 1) % f->nedges];

		if (i == f->nedges - 1)
			fprintf(out, "%s is taken while %s is held", taken,
				f->locks[i]);
		else if (f->nedges == 2)
			fprintf(out, ", and the other way round");
		else
			fprintf(out, "%s%s while %s is held",
				i ? ", " : " and ", taken, f->locks[i]);
	}
	if (fclose(out))
		found->failed = true;
	f->message = words;
}

/** struct doubt - the loss for a circle that may be none, and a note */
struct doubt {
	enum ig_run_loss loss;
	const char *why;
};

static const struct doubt doubts[] = {
	[IG_DOUBT_OLDER] = { IG_LOSS_CLASS_UNPROVEN,
			     "only if its locks are of one class; they are older than the run, and none was seen on both sides" },
	[IG_DOUBT_INSTANCES] = { IG_LOSS_INSTANCES_DIFFER,
				 "but none of its locks was seen on both sides; mutex_lock_nested() and lockdep_set_class() may make that right, and cannot be seen" },
	[IG_DOUBT_HANDED_OVER] = { IG_LOSS_READER_HANDED_OVER,
				   "unless the reader who goes on with it had handed it over; some are released by another task than took them" },
};

/* Whether it is one at all hangs on what is not known. */
static void note_doubt(struct ig_findings *found, enum ig_lock_doubt doubt,
		       const char *class)
{
	ig_add_loss(found, doubts[doubt].loss, 1);
	ig_add_note(found, IG_NO_GROUP, "%s: in a circle with group->mutex %s",
		    class, doubts[doubt].why);
}

static void report_cycle(struct ig_findings *found,
			 const struct ig_lock_classes *classes,
			 const struct ig_lock_order *order,
			 const struct ig_lock_cycle *cycle)
{
	size_t at, i;
	enum ig_lock_doubt doubt =
		ig_lock_doubt(&found->run->locks, classes, cycle, &at);
	unsigned int group =
		group_of_edges(classes, cycle->edges, cycle->nsteps);
	const char **names = calloc(cycle->nsteps, sizeof(*names));
	struct ig_finding *f;

	if (!names) {
		found->failed = true;
		return;
	}
	for (i = 0; i < cycle->nsteps; i++)
		names[i] =
			order->classes[order->steps[cycle->steps[i]].from].name;
	if (doubt) {
		note_doubt(found, doubt, names[at]);
		f = ig_add_unproven(found, IG_RULE_LOCK_CYCLE, group);
	} else {
		f = ig_add_finding(found, IG_RULE_LOCK_CYCLE, group);
	}
	if (f && ig_set_circle(found, f, cycle->edges, names, cycle->nsteps)) {
		ig_add_devices(found, f, ig_group_of_lock(found, f->group));
		describe_cycle(found, f);
	}
	free(names);
}

static void note_readers(struct ig_findings *found,
			 const struct ig_lock_order *order)
{
	struct ig_lock_cycle *cycles;
	size_t n, i;

	if (ig_lock_reader_cycles(order, &cycles, &n)) {
		found->failed = true;
		return;
	}
	for (i = 0; i < n; i++)
		ig_add_note(
			found, IG_NO_GROUP,
			"%s: taken in a circle with group->mutex, for reading only; a writer would make that hang, and none was seen",
			ig_lock_read_only(order, &cycles[i]));
	ig_lock_cycles_free(cycles, n);
}

/*
 * One that is nowhere near the group lock hides no circle with it.  Neither does
 * one that is taken where only locks of one sort are: then it is of these.
 */
static void note_forgotten(struct ig_findings *found,
			   const struct ig_lock_order *order)
{
	struct ig_lock_graph graph;
	bool *in = NULL, *out = NULL;
	size_t i;

	if (ig_lock_graph(order, &graph)) {
		found->failed = true;
		return;
	}
	in = ig_lock_reach(&graph, IG_INWARDS);
	out = ig_lock_reach(&graph, IG_OUTWARDS);
	if (!in || !out)
		found->failed = true;
	for (i = 0; in && out && i < order->nclasses; i++) {
		if (!order->classes[i].forgotten ||
		    order->classes[i].kind != IG_CLASS_CALL_SITE ||
		    !(in[i] || out[i]))
			continue;
		ig_add_loss(found, IG_LOSS_CLASS_FORGOTTEN, 1);
		ig_add_note(
			found, IG_NO_GROUP,
			"%s: locks of it were initialised in the run, and where that was has been forgotten",
			order->classes[i].name);
	}
	free(in);
	free(out);
	ig_lock_graph_free(&graph);
}

static void find_cycles(struct ig_findings *found,
			const struct ig_lock_classes *classes)
{
	struct ig_result *r = found->result;
	size_t i;

	if (ig_lock_order(&found->run->locks, &r->order) ||
	    ig_lock_cycles(&r->order, &r->cycles, &r->ncycles)) {
		found->failed = true;
		return;
	}
	for (i = 0; i < r->ncycles; i++)
		report_cycle(found, classes, &r->order, &r->cycles[i]);
	note_readers(found, &r->order);
	note_forgotten(found, &r->order);
}

static bool missed_some(const struct ig_result *result)
{
	size_t i;

	for (i = 0; i < result->nlosses; i++)
		if (result->losses[i].loss == IG_LOSS_LOCK_MISSED)
			return true;
	return false;
}

static void note_skipped(struct ig_findings *found, uint64_t times)
{
	ig_add_note(
		found, IG_NO_GROUP,
		"the kernel skipped lock probes %" PRIu64 " times%s", times,
		missed_some(found->result) ?
			"" :
			", none for a task near a group lock: a circle of three locks or more could hide there");
}

static void judge(struct ig_findings *found)
{
	const struct ig_lock_run *locks = &found->run->locks;
	struct ig_lock_classes classes;

	if (locks->skipped)
		note_skipped(found, locks->skipped);
	if (!locks->nedges && !locks->nmisuses)
		return;
	if (ig_lock_classes(locks, &classes)) {
		found->failed = true;
		return;
	}
	find_cycles(found, &classes);
	ig_find_nesting(found, &classes);
	ig_find_misuses(found, &classes);
	ig_lock_classes_free(&classes);
}

const struct ig_audit ig_locks_audit = {
	.bit = IG_AUDIT_LOCKS,
	.judge = judge,
	.print = ig_locks_print,
};
