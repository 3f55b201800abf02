// SPDX-License-Identifier: GPL-2.0
/* What the probes caught in the act, as findings. */
#include <stdio.h>
#include <string.h>

#include "refs/refs.h"

/**
 * struct kind - how a kind of violation is reported
 * @rule: the finding's rule
 * @family: kinds of one family are the same thing done again
 * @what: what was done
 */
static const struct kind {
	enum ig_rule rule;
	int family;

	const char *what;
} kinds[IG_VIOL_MAX] = {
	[IG_VIOL_PUT_BELOW_DEVICES] = { IG_RULE_REF_UNDERFLOW, 1,
					"dropped a reference that a device owns" },
	[IG_VIOL_PUT_BELOW_ZERO] = { IG_RULE_REF_UNDERFLOW, 1,
				     "dropped a reference of a count that was zero" },
	[IG_VIOL_RELEASED_WITH_DEVICES] = { IG_RULE_REF_UNDERFLOW, 2,
					    "released with devices in it" },
	[IG_VIOL_USE_AFTER_RELEASE] = { IG_RULE_USE_AFTER_RELEASE, 3,
					"used the group after its release" },
	[IG_VIOL_ADDED_TWICE] = { IG_RULE_DEVICE_UNBALANCED, 4,
				  "added while it was in a group" },
	[IG_VIOL_REMOVED_UNKNOWN] = { IG_RULE_DEVICE_UNBALANCED, 5,
				      "removed without having been added" },
	[IG_VIOL_STILL_LISTED] = { IG_RULE_DEVICE_UNBALANCED, 6,
				   "still in the list after its removal" },
	[IG_VIOL_UNREGISTERED_UNKNOWN] = { IG_RULE_NOTIFIER_UNBALANCED, 7,
					   "unregistered a notifier that is not registered" },
	[IG_VIOL_RELEASED_WITH_NOTIFIER] = { IG_RULE_NOTIFIER_UNBALANCED, 8,
					     "released with a notifier registered" },
	[IG_VIOL_NOTIFIED_LOCKED] = { IG_RULE_HELD_ACROSS_NOTIFIER, 9,
				      "called the notifiers with the group lock held" },
};

static const struct kind *kind_of(const struct ig_seen_violation *v)
{
	if (v->raw.kind >= IG_VIOL_MAX || !kinds[v->raw.kind].family)
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

		if (k && k->rule == IG_RULE_REF_UNDERFLOW &&
		    ig_is_of(group, v->raw.group, v->raw.gen))
			return true;
	}
	return false;
}

static const char *culprit(const struct ig_seen_violation *v)
{
	if (v->trace && v->trace->nframes && v->trace->frames[0])
		return v->trace->frames[0];
	return "a caller without a stack";
}

static bool is_of_device(const struct kind *kind)
{
	return kind->rule == IG_RULE_DEVICE_UNBALANCED;
}

static void describe_device(struct ig_findings *found, struct ig_finding *f,
			    const struct ig_seen_violation *v)
{
	const struct ig_violation *raw = &v->raw;
	char times[IG_TIMES_LEN];

	ig_times(times, f->count);
	ig_message(found, &f->message,
		   "group %u: device %.64s %s, %s, by %s (%.16s, pid %u)",
		   raw->group, raw->device[0] ? raw->device : "without a name",
		   kind_of(v)->what, times, culprit(v), raw->comm, raw->pid);
}

static void describe_references(struct ig_findings *found, struct ig_finding *f,
				const struct ig_seen_violation *v,
				const char *who)
{
	const struct ig_violation *raw = &v->raw;
	char times[IG_TIMES_LEN];

	ig_times(times, f->count);
	if (raw->kind == IG_VIOL_RELEASED_WITH_DEVICES)
		ig_message(
			found, &f->message,
			"%s: released with %d device%s still in it, by %s (%.16s, pid %u)",
			who, raw->ndev, raw->ndev == 1 ? "" : "s", culprit(v),
			raw->comm, raw->pid);
	else if (raw->kind == IG_VIOL_USE_AFTER_RELEASE ||
		 kind_of(v)->family >= 7)
		ig_message(found, &f->message, "%s: %s %s (%.16s, pid %u), %s",
			   who, culprit(v), kind_of(v)->what, raw->comm,
			   raw->pid, times);
	else
		ig_message(
			found, &f->message,
			"%s: %s %s (%.16s, pid %u), %s; the first time with a count of %d and a device list of %d",
			who, culprit(v), kind_of(v)->what, raw->comm, raw->pid,
			times, raw->kref, raw->ndev);
}

static void add_finding(struct ig_findings *found,
			const struct ig_seen_violation *v, size_t first)
{
	const struct ig_run *run = found->run;
	const struct ig_group_state *group;
	struct ig_finding *f;
	char who[IG_GROUP_NAME_LEN];
	size_t i;

	f = ig_add_finding(found, kind_of(v)->rule, v->raw.group);
	if (!f)
		return;
	f->trace = v->trace;
	group = ig_group_of_gen(&run->after, v->raw.group, v->raw.gen) ?:
			ig_group_of_gen(&run->before, v->raw.group, v->raw.gen);
	if (!v->raw.device[0])
		ig_add_devices(found, f, group);
	for (i = first; i < run->nviolations; i++) {
		if (!same_again(v, &run->violations[i]))
			continue;
		f->count++;
		if (v->raw.device[0] && run->violations[i].raw.device[0])
			ig_add_device(found, f, run->violations[i].raw.device);
	}
	if (!is_of_device(kind_of(v)))
		describe_references(found, f, v,
				    ig_group_name(who, v->raw.group, group));
	else
		describe_device(found, f, v);
}

static bool has_loss(const struct ig_run *run, unsigned int loss)
{
	size_t i;

	for (i = 0; i < run->nlosses; i++)
		if (run->losses[i].count && run->losses[i].loss == loss)
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
		return !has_loss(run, IG_LOSS_DEVICE_MAP) &&
		       !has_loss(run, IG_LOSS_GROUP_MAP) &&
		       !has_loss(run, IG_LOSS_PROGRAMS_MISSED) &&
		       !has_loss(run, IG_LOSS_PROBES_MISSING);
	default:
		return true;
	}
}

void ig_find_violations(struct ig_findings *found)
{
	const struct ig_run *run = found->run;
	size_t i, j;

	for (i = 0; i < run->nviolations; i++) {
		const struct ig_seen_violation *v = &run->violations[i];

		/* One that nobody knows here must not vanish. */
		if (!kind_of(v)) {
			ig_add_loss(found, IG_LOSS_UNKNOWN_VIOLATION, 1);
			continue;
		}
		if (!is_certain(run, v))
			continue;
		for (j = 0; j < i; j++)
			if (same_again(v, &run->violations[j]))
				break;
		if (j == i)
			add_finding(found, v, i);
	}
}

void ig_find_removed_listed(struct ig_findings *found,
			    const struct ig_view *view)
{
	const struct ig_group_state *group = view->after;
	struct ig_finding *f;
	char who[IG_GROUP_NAME_LEN];

	if (!group->removed_listed ||
	    (view->before && view->before->removed_listed))
		return;
	f = ig_add_finding(found, IG_RULE_DEVICE_UNBALANCED, group->id);
	if (!f)
		return;
	f->count = group->removed_listed;
	ig_add_devices(found, f, group);
	ig_message(found, &f->message,
		   "%s: %u of its devices still listed after removal",
		   ig_group_name(who, group->id, group), group->removed_listed);
}
