// SPDX-License-Identifier: GPL-2.0
/* Notifiers of groups that were registered and left so. */
#include <stdlib.h>
#include <string.h>

#include "model/judge.h"

static const struct ig_group_state *group_of(const struct ig_snapshot *snapshot,
					     const struct ig_notifier_left *n)
{
	size_t i;

	for (i = 0; i < snapshot->ngroups; i++)
		if (ig_is_of(&snapshot->groups[i], n->group, n->gen))
			return &snapshot->groups[i];
	return NULL;
}

static bool same_again(const struct ig_notifier_left *a,
		       const struct ig_notifier_left *b)
{
	return a->group == b->group && a->gen == b->gen &&
	       !strcmp(a->symbol ?: "", b->symbol ?: "") &&
	       !strcmp(a->callback ?: "", b->callback ?: "");
}

static bool is_repeat(const struct ig_run *run, size_t at)
{
	size_t i;

	for (i = 0; i < at; i++)
		if (same_again(&run->notifiers[i], &run->notifiers[at]))
			return true;
	return false;
}

static void report(struct ig_judge *judge, size_t at)
{
	const struct ig_run *run = judge->run;
	const struct ig_notifier_left *n = &run->notifiers[at];
	const struct ig_group_state *group = group_of(&run->after, n);
	struct ig_finding *f =
		ig_add_finding(judge, "notifier-unbalanced", n->group);
	char who[IG_WORDS];
	size_t i;

	if (!f)
		return;
	for (i = at; i < run->nnotifiers; i++)
		f->count += same_again(n, &run->notifiers[i]);
	f->trace = n->trace;
	ig_add_devices(judge, f, group);
	ig_say(judge, &f->message,
	       "%s: %s, registered by %s, was never unregistered%s",
	       ig_group_words(who, n->group, group), n->callback, n->symbol,
	       group ? "" : ", and the group is gone");
}

void ig_find_notifiers(struct ig_judge *judge)
{
	size_t i;

	for (i = 0; i < judge->run->nnotifiers; i++)
		if (!is_repeat(judge->run, i))
			report(judge, i);
}
