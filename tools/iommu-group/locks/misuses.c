// SPDX-License-Identifier: GPL-2.0
/* What a task does wrong with a lock by itself. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "locks/misuses.h"

/** PREFIX_LEN - room for the group that a message begins with */
#define PREFIX_LEN (IG_GROUP_NAME_LEN + 2)

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

const struct ig_group_state *ig_group_of_lock(const struct ig_findings *found,
					      unsigned int group)
{
	return state_of(&found->run->after, group) ?:
		       state_of(&found->run->before, group);
}

static const char *lock_group_name(const struct ig_findings *found, char *buf,
				   unsigned int group)
{
	if (group != IG_NO_GROUP)
		return ig_group_name(buf, group,
				     ig_group_of_lock(found, group));
	snprintf(buf, IG_GROUP_NAME_LEN, "a group");
	return buf;
}

static const char *innermost(const struct ig_seen_misuse *e)
{
	return e->trace && e->trace->nframes ? text(e->trace->frames[0]) : "?";
}

/* What was not seen is told of each task by itself. */
static bool tells_task_apart(const struct ig_seen_misuse *e)
{
	return e->kind == IG_MISUSE_MISSED || e->kind == IG_MISUSE_OLDER;
}

static bool same_task(const struct ig_seen_misuse *a,
		      const struct ig_seen_misuse *b)
{
	return a->trace && b->trace ? a->trace->pid == b->trace->pid :
				      a->trace == b->trace;
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
	       (!tells_task_apart(a) || same_task(a, b)) &&
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

/* What it is, "a lock taken by f" where it has no name. */
static const char *lock_name(const struct ig_lock_classes *classes,
			     const struct ig_lock *lock)
{
	if (ig_is_group_lock(classes, lock))
		return "the group lock";
	return lock->kind == IG_CLASS_DEVICE ? "the lock of a device" :
	       lock->name		     ?:
					       "a lock";
}

static void describe_misuse(struct ig_findings *found, struct ig_finding *f,
			    const struct lock_misuse_group *misuse,
			    const char *lock, const char *who)
{
	const struct ig_seen_misuse *e = misuse->e;
	const char *site = text(e->lock.site);
	char times[IG_TIMES_LEN], span[IG_TIMES_LEN];

	ig_times(times, misuse->times);
	switch (e->kind) {
	case IG_MISUSE_RECURSION:
		ig_message(found, &f->message,
			   "%s%s takes %s, which it holds already since %s, %s",
			   who, misuse->task, lock, site, times);
		break;
	case IG_MISUSE_READ_AGAIN:
		ig_message(
			found, &f->message,
			"%s%s reads %s, which it reads already since %s, and waits for a writer in between, %s",
			who, misuse->task, lock, site, times);
		break;
	case IG_MISUSE_MISSED:
	case IG_MISUSE_OLDER:
		break;
	case IG_MISUSE_ON_EXIT:
		ig_message(found, &f->message,
			   "%s%s ended with %s held since %s, %s", who,
			   misuse->task, lock, site, times);
		break;
	case IG_MISUSE_TO_USER:
		ig_message(
			found, &f->message,
			"%s%s returned to user space with %s held since %s, %s",
			who, misuse->task, lock, site, times);
		break;
	case IG_MISUSE_TOO_LONG:
		ig_message(found, &f->message,
			   "%s%s held %s for %s%s, taken by %s, %s", who,
			   misuse->task, lock, describe_span(span, e->ns),
			   misuse->times > 1 ? " at the longest" : "", site,
			   times);
		break;
	}
}

static const enum ig_rule rules[] = {
	[IG_MISUSE_RECURSION] = IG_RULE_LOCK_RECURSION,
	[IG_MISUSE_READ_AGAIN] = IG_RULE_LOCK_RECURSION,
	[IG_MISUSE_ON_EXIT] = IG_RULE_HELD_ON_EXIT,
	[IG_MISUSE_TO_USER] = IG_RULE_HELD_ON_EXIT,
	[IG_MISUSE_TOO_LONG] = IG_RULE_HELD_TOO_LONG,
};

/*
 * A reader that reads again waits for itself when a writer comes in between.
 * Whether it still had the lock is not sure where the kernel skipped probes.
 */
static bool is_harmless(struct ig_findings *found,
			const struct ig_lock_classes *classes,
			const struct lock_misuse_group *misuse,
			const char *lock)
{
	const struct ig_seen_misuse *e = misuse->e;
	bool again = e->kind == IG_MISUSE_READ_AGAIN;
	bool written = ig_lock_is(classes, ig_lock_class_of(classes, &e->lock),
				  IG_USE_WRITTEN);

	if (again && !written) {
		ig_add_note(
			found, IG_NO_GROUP,
			"%s reads %s, which it reads already since %s; a writer would make that hang, and none was seen",
			misuse->task, lock, text(e->lock.site));
		return true;
	}
	if (!e->unsure || !found->run->locks.skipped)
		return false;
	ig_add_loss(found, IG_LOSS_LOCK_MISSED, 1);
	ig_add_note(
		found, IG_NO_GROUP,
		"%s takes %s, which it seems to read since %s; others read it too, and its release may have been missed",
		misuse->task, lock, text(e->lock.site));
	return true;
}

/* What a loss is about: it has counted this already. */
static bool is_miss(struct ig_findings *found,
		    const struct lock_misuse_group *misuse, const char *lock)
{
	const struct ig_seen_misuse *e = misuse->e;
	char times[IG_TIMES_LEN];

	ig_times(times, misuse->times);
	if (e->kind == IG_MISUSE_MISSED)
		ig_add_note(
			found, IG_NO_GROUP,
			"%s releases %s in %s, which it was not seen to take, %s",
			misuse->task, lock, text(e->lock.site), times);
	if (e->kind == IG_MISUSE_OLDER)
		ig_add_note(
			found, IG_NO_GROUP,
			"%s takes %s in %s, in a call from before the run; what it held by then is not known, %s",
			misuse->task, lock, text(e->lock.site), times);
	return tells_task_apart(e);
}

static const char *prefix(const struct ig_findings *found, char *buf,
			  unsigned int group, bool of_group)
{
	char name[IG_GROUP_NAME_LEN];

	snprintf(buf, PREFIX_LEN, "%s: ", lock_group_name(found, name, group));
	return of_group || group != IG_NO_GROUP ? buf : "";
}

static void report_misuse(struct ig_findings *found,
			  const struct ig_lock_classes *classes,
			  const struct lock_misuse_group *misuse)
{
	const struct ig_lock *lock = &misuse->e->lock;
	const char *name = lock_name(classes, lock);
	int id = ig_lock_group(classes, lock);
	unsigned int group = id < 0 ? IG_NO_GROUP : (unsigned int)id;
	struct ig_finding *f;
	char who[PREFIX_LEN];

	if (is_miss(found, misuse, name) ||
	    is_harmless(found, classes, misuse, name))
		return;
	f = ig_add_finding(found, rules[misuse->e->kind], group);
	if (!f)
		return;
	f->count = misuse->times;
	f->trace = misuse->e->trace;
	ig_add_devices(found, f, ig_group_of_lock(found, group));
	describe_misuse(
		found, f, misuse, name,
		prefix(found, who, group, ig_is_group_lock(classes, lock)));
}

void ig_find_misuses(struct ig_findings *found,
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
