// SPDX-License-Identifier: GPL-2.0
/* What is wrong with the locks, as findings. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "locks/classes.h"
#include "locks/nesting.h"
#include "locks/print.h"

static const char *text(const char *s)
{
	return s ?: "?";
}

/* Locks are not told which generation of a group they are of. */
static const struct ig_group_state *state_of(const struct ig_snapshot *snapshot,
					     unsigned int group)
{
	size_t i;

	for (i = 0; i < snapshot->ngroups; i++)
		if (snapshot->groups[i].id == group)
			return &snapshot->groups[i];
	return NULL;
}

static const struct ig_group_state *group_of(const struct ig_findings *found,
					     unsigned int group)
{
	return state_of(&found->run->after, group) ?:
		       state_of(&found->run->before, group);
}

static const char *lock_group_name(const struct ig_findings *found, char *buf,
				   unsigned int group)
{
	if (group != IG_NO_GROUP)
		return ig_group_name(buf, group, group_of(found, group));
	snprintf(buf, IG_GROUP_NAME_LEN, "a group");
	return buf;
}

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

/* Whether it is one at all hangs on what is not known. */
static void note_doubt(struct ig_findings *found, enum ig_lock_doubt doubt,
		       const char *class)
{
	if (doubt == IG_DOUBT_OLDER) {
		ig_add_loss(found, IG_LOSS_CLASS_UNPROVEN, 1);
		ig_add_note(
			found, IG_NO_GROUP,
			"%s: in a circle with group->mutex only if its locks are of one class; they are older than the run, and none was seen on both sides",
			class);
		return;
	}
	ig_add_loss(found, IG_LOSS_INSTANCES_DIFFER, 1);
	ig_add_note(
		found, IG_NO_GROUP,
		"%s: in a circle with group->mutex, but none of its locks was seen on both sides; mutex_lock_nested() and lockdep_set_class() may make that right, and cannot be seen",
		class);
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
		names[i] = order->classes[order->steps[cycle->steps[i]].from]
				   .name;
	if (doubt) {
		note_doubt(found, doubt, names[at]);
		f = ig_add_unproven(found, IG_RULE_LOCK_CYCLE, group);
	} else {
		f = ig_add_finding(found, IG_RULE_LOCK_CYCLE, group);
	}
	if (f && ig_set_circle(found, f, cycle->edges, names, cycle->nsteps)) {
		ig_add_devices(found, f, group_of(found, f->group));
		describe_cycle(found, f);
	}
	free(names);
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
}

static const char *innermost(const struct ig_seen_misuse *e)
{
	return e->trace && e->trace->nframes ? text(e->trace->frames[0]) : "?";
}

/* Of long holds the release tells nothing, who took the lock does. */
static bool same_again(const struct ig_lock_classes *classes,
		       const struct ig_seen_misuse *a,
		       const struct ig_seen_misuse *b)
{
	return a->kind == b->kind &&
	       ig_lock_class_of(classes, &a->lock) ==
		       ig_lock_class_of(classes, &b->lock) &&
	       ig_lock_group(classes, &a->lock) ==
		       ig_lock_group(classes, &b->lock) &&
	       !strcmp(text(a->lock.site), text(b->lock.site)) &&
	       (a->kind == IG_MISUSE_TOO_LONG ||
		!strcmp(innermost(a), innermost(b)));
}

/**
 * struct lock_misuse_group - an event with those like it
 * @e: the event, of long holds the longest
 * @times: how many
 * @task: "comm (pid 7)"
 */
struct lock_misuse_group {
	const struct ig_seen_misuse *e;
	uint64_t times;
	char task[48];
};

static const char *describe_span(char *buf, uint64_t ns)
{
	if (ns < 1000000000)
		snprintf(buf, IG_TIMES_LEN, "%.3f ms", ns / 1e6);
	else
		snprintf(buf, IG_TIMES_LEN, "%.3f s", ns / 1e9);
	return buf;
}

static const char *lock_name(const struct ig_seen_misuse *e)
{
	return e->lock.kind == IG_CLASS_DEVICE ? "the lock of a device" :
						 "the group lock";
}

static void describe_misuse(struct ig_findings *found, struct ig_finding *f,
			    const struct lock_misuse_group *misuse,
			    const char *who)
{
	const struct ig_seen_misuse *e = misuse->e;
	const char *site = text(e->lock.site);
	char times[IG_TIMES_LEN], span[IG_TIMES_LEN];
	const char *lock = lock_name(e);

	ig_times(times, misuse->times);
	switch (e->kind) {
	case IG_MISUSE_RECURSION:
		ig_message(
			found, &f->message,
			"%s: %s takes %s, which it holds already since %s, %s",
			who, misuse->task, lock, site, times);
		break;
	case IG_MISUSE_ON_EXIT:
		ig_message(found, &f->message,
			   "%s: %s ended with %s held since %s, %s", who,
			   misuse->task, lock, site, times);
		break;
	case IG_MISUSE_TO_USER:
		ig_message(
			found, &f->message,
			"%s: %s returned to user space with %s held since %s, %s",
			who, misuse->task, lock, site, times);
		break;
	case IG_MISUSE_TOO_LONG:
		ig_message(found, &f->message,
			   "%s: %s held %s for %s%s, taken by %s, %s", who,
			   misuse->task, lock, describe_span(span, e->ns),
			   misuse->times > 1 ? " at the longest" : "", site,
			   times);
		break;
	}
}

static const enum ig_rule rules[] = {
	[IG_MISUSE_RECURSION] = IG_RULE_LOCK_RECURSION,
	[IG_MISUSE_ON_EXIT] = IG_RULE_HELD_ON_EXIT,
	[IG_MISUSE_TO_USER] = IG_RULE_HELD_ON_EXIT,
	[IG_MISUSE_TOO_LONG] = IG_RULE_HELD_TOO_LONG,
};

static void report_misuse(struct ig_findings *found,
			  const struct ig_lock_classes *classes,
			  const struct lock_misuse_group *misuse)
{
	const struct ig_lock *lock = &misuse->e->lock;
	unsigned int group = known(ig_lock_group(classes, lock));
	struct ig_finding *f;
	char who[IG_GROUP_NAME_LEN];

	/* Only of recursion; a hang too, but none that is about groups. */
	if (!ig_is_group_lock(classes, lock) && lock->kind != IG_CLASS_DEVICE) {
		ig_add_note(
			found, group,
			"%s takes %s, which it holds already since %s; it is no lock of a group or a device",
			misuse->task, lock->name ?: "a lock", text(lock->site));
		return;
	}
	f = ig_add_finding(found, rules[misuse->e->kind], group);
	if (!f)
		return;
	f->count = misuse->times;
	f->trace = misuse->e->trace;
	ig_add_devices(found, f, group_of(found, group));
	describe_misuse(found, f, misuse, lock_group_name(found, who, group));
}

static void find_misuses(struct ig_findings *found,
			 const struct ig_lock_classes *classes)
{
	const struct ig_lock_run *locks = &found->run->locks;
	size_t i, j;

	for (i = 0; i < locks->nmisuses; i++) {
		struct lock_misuse_group misuse = { .e = &locks->misuses[i] };
		const struct ig_trace *trace;

		for (j = 0; j < locks->nmisuses; j++) {
			const struct ig_seen_misuse *e = &locks->misuses[j];

			if (!same_again(classes, &locks->misuses[i], e))
				continue;
			if (j < i)
				break;
			misuse.times++;
			if (e->ns > misuse.e->ns)
				misuse.e = e;
		}
		if (j < locks->nmisuses)
			continue;
		trace = misuse.e->trace;
		if (trace)
			snprintf(misuse.task, sizeof(misuse.task),
				 "%.16s (pid %u)", trace->comm, trace->pid);
		else
			strcpy(misuse.task, "a task");
		report_misuse(found, classes, &misuse);
	}
}

static void judge(struct ig_findings *found)
{
	const struct ig_lock_run *locks = &found->run->locks;
	struct ig_lock_classes classes;

	if (locks->skipped)
		ig_add_note(
			found, IG_NO_GROUP,
			"the kernel skipped lock probes %" PRIu64
			" times, none for a task near a group lock: a circle of three locks or more could hide there",
			locks->skipped);
	if (!locks->nedges && !locks->nmisuses)
		return;
	if (ig_lock_classes(locks, &classes)) {
		found->failed = true;
		return;
	}
	find_cycles(found, &classes);
	ig_find_nesting(found, &classes);
	find_misuses(found, &classes);
	ig_lock_classes_free(&classes);
}

const struct ig_audit ig_locks_audit = {
	.bit = IG_AUDIT_LOCKS,
	.judge = judge,
	.print = ig_locks_print,
};
