// SPDX-License-Identifier: GPL-2.0
/* What the probes caught in the act, as findings. */
#include <stdio.h>
#include <string.h>

#include "model/judge.h"

/** TIMES - room for say_times() */
#define TIMES 32

/**
 * struct kind - how a kind of violation is reported
 * @rule: the finding's rule
 * @family: kinds of one family are the same thing done again
 * @what: what was done
 */
static const struct kind {
	const char *rule;
	int family;
	const char *what;
} kinds[IG_VIOL_MAX] = {
	[IG_VIOL_PUT_BELOW_DEVICES] = { "ref-underflow", 1,
					"dropped a reference that a device owns" },
	[IG_VIOL_PUT_BELOW_ZERO] = { "ref-underflow", 1,
				     "dropped a reference of a count that was zero" },
	[IG_VIOL_RELEASED_WITH_DEVICES] = { "ref-underflow", 2,
					    "released with devices in it" },
	[IG_VIOL_USE_AFTER_RELEASE] = { "use-after-release", 3,
					"used the group after its release" },
	[IG_VIOL_ADDED_TWICE] = { "device-unbalanced", 4,
				  "added while it was in a group" },
	[IG_VIOL_REMOVED_UNKNOWN] = { "device-unbalanced", 5,
				      "removed without having been added" },
	[IG_VIOL_STILL_LISTED] = { "device-unbalanced", 6,
				   "still in the list after its removal" },
	[IG_VIOL_UNREGISTERED_UNKNOWN] = { "notifier-unbalanced", 7,
					   "unregistered a notifier that is not registered" },
	[IG_VIOL_RELEASED_WITH_NOTIFIER] = { "notifier-unbalanced", 8,
					     "released with a notifier registered" },
	[IG_VIOL_NOTIFIED_LOCKED] = { "held-across-notifier", 9,
				      "called the notifiers with the group lock held" },
};

static const struct kind *kind_of(const struct ig_seen_violation *v)
{
	if (v->raw.kind >= IG_VIOL_MAX || !kinds[v->raw.kind].rule)
		return NULL;
	return &kinds[v->raw.kind];
}

static bool same_again(const struct ig_seen_violation *a,
		       const struct ig_seen_violation *b)
{
	return a->raw.group == b->raw.group && a->raw.gen == b->raw.gen &&
	       a->raw.ip == b->raw.ip && kind_of(a) && kind_of(b) &&
	       kind_of(a)->family == kind_of(b)->family;
}

bool ig_has_underflow(const struct ig_run *run,
		      const struct ig_group_state *group)
{
	size_t i;

	for (i = 0; i < run->nviolations; i++) {
		const struct ig_seen_violation *v = &run->violations[i];
		const struct kind *k = kind_of(v);

		if (k && !strcmp(k->rule, "ref-underflow") &&
		    ig_is_of(group, v->raw.group, v->raw.gen))
			return true;
	}
	return false;
}

static const struct ig_group_state *state_of(const struct ig_snapshot *snapshot,
					     const struct ig_violation *raw)
{
	size_t i;

	for (i = 0; i < snapshot->ngroups; i++)
		if (ig_is_of(&snapshot->groups[i], raw->group, raw->gen))
			return &snapshot->groups[i];
	return NULL;
}

static const char *culprit(const struct ig_seen_violation *v)
{
	if (v->trace && v->trace->nframes && v->trace->frames[0])
		return v->trace->frames[0];
	return "a caller without a stack";
}

static bool is_of_device(const struct kind *kind)
{
	return !strcmp(kind->rule, "device-unbalanced");
}

static void say_times(char *buf, long n)
{
	snprintf(buf, TIMES, n == 1 ? "once" : "%ld times", n);
}

static void say_device(struct ig_judge *judge, struct ig_finding *f,
		       const struct ig_seen_violation *v)
{
	const struct ig_violation *raw = &v->raw;
	char times[TIMES];

	say_times(times, f->count);
	ig_say(judge, &f->message,
	       "group %u: device %.64s %s, %s, by %s (%.16s, pid %u)",
	       raw->group, raw->device[0] ? raw->device : "without a name",
	       kind_of(v)->what, times, culprit(v), raw->comm, raw->pid);
}

static void say_references(struct ig_judge *judge, struct ig_finding *f,
			   const struct ig_seen_violation *v, const char *who)
{
	const struct ig_violation *raw = &v->raw;
	char times[TIMES];

	say_times(times, f->count);
	if (raw->kind == IG_VIOL_RELEASED_WITH_DEVICES)
		ig_say(judge, &f->message,
		       "%s: released with %d device%s still in it, by %s (%.16s, pid %u)",
		       who, raw->ndev, raw->ndev == 1 ? "" : "s", culprit(v),
		       raw->comm, raw->pid);
	else if (raw->kind == IG_VIOL_USE_AFTER_RELEASE ||
		 kind_of(v)->family >= 7)
		ig_say(judge, &f->message, "%s: %s %s (%.16s, pid %u), %s", who,
		       culprit(v), kind_of(v)->what, raw->comm, raw->pid,
		       times);
	else
		ig_say(judge, &f->message,
		       "%s: %s %s (%.16s, pid %u), %s; the first time with a count of %d and a device list of %d",
		       who, culprit(v), kind_of(v)->what, raw->comm, raw->pid,
		       times, raw->kref, raw->ndev);
}

static void add_finding(struct ig_judge *judge,
			const struct ig_seen_violation *v, size_t first)
{
	const struct ig_run *run = judge->run;
	const struct ig_group_state *group;
	struct ig_finding *f;
	char who[IG_WORDS];
	size_t i;

	f = ig_add_finding(judge, kind_of(v)->rule, v->raw.group);
	if (!f)
		return;
	f->trace = v->trace;
	group = state_of(&run->after, &v->raw) ?:
						 state_of(&run->before, &v->raw);
	if (!v->raw.device[0])
		ig_add_devices(judge, f, group);
	for (i = first; i < run->nviolations; i++) {
		if (!same_again(v, &run->violations[i]))
			continue;
		f->count++;
		if (v->raw.device[0] && run->violations[i].raw.device[0])
			ig_add_device(judge, f, run->violations[i].raw.device);
	}
	if (!is_of_device(kind_of(v)))
		say_references(judge, f, v,
			       ig_group_words(who, v->raw.group, group));
	else
		say_device(judge, f, v);
}

static bool has_loss(const struct ig_run *run, const char *key)
{
	size_t i;

	for (i = 0; i < run->nlosses; i++)
		if (run->losses[i].count && !strcmp(run->losses[i].key, key))
			return true;
	return false;
}

/*
 * "Removed without being added" and the like are only as good as the record of
 * what came before.  With a hole in it they may be wrong; the loss that made
 * the hole keeps the verdict from being clean.
 */
static bool is_certain(const struct ig_run *run,
		       const struct ig_seen_violation *v)
{
	switch (v->raw.kind) {
	case IG_VIOL_ADDED_TWICE:
	case IG_VIOL_REMOVED_UNKNOWN:
	case IG_VIOL_USE_AFTER_RELEASE:
		return !has_loss(run, "device_map_full") &&
		       !has_loss(run, "group_map_full") &&
		       !has_loss(run, "programs_missed") &&
		       !has_loss(run, "probes_missing");
	default:
		return true;
	}
}

void ig_find_violations(struct ig_judge *judge)
{
	const struct ig_run *run = judge->run;
	size_t i, j;

	for (i = 0; i < run->nviolations; i++) {
		const struct ig_seen_violation *v = &run->violations[i];

		/* One that nobody knows here must not vanish. */
		if (!kind_of(v)) {
			ig_add_loss(
				judge, "unknown_violation",
				"a probe reported what this version does not know; use matching versions",
				1);
			continue;
		}
		if (!is_certain(run, v))
			continue;
		for (j = 0; j < i; j++)
			if (same_again(v, &run->violations[j]))
				break;
		if (j == i)
			add_finding(judge, v, i);
	}
}
