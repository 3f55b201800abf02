// SPDX-License-Identifier: GPL-2.0
/* Notifiers of groups that were registered and left so. */
#include <stdlib.h>
#include <string.h>

#include "refs/refs.h"

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

static void report(struct ig_findings *found, size_t at)
{
	const struct ig_run *run = found->run;
	const struct ig_notifier_left *n = &run->notifiers[at];
	const struct ig_group_state *group =
		ig_group_of_gen(&run->after, n->group, n->gen);
	struct ig_finding *f =
		ig_add_finding(found, IG_RULE_NOTIFIER_UNBALANCED, n->group);
	char who[IG_GROUP_NAME_LEN];
	size_t i;

	if (!f)
		return;
	for (i = at; i < run->nnotifiers; i++)
		f->count += same_again(n, &run->notifiers[i]);
	f->trace = n->trace;
	ig_add_devices(found, f, group);
	ig_message(found, &f->message,
		   "%s: %s, registered by %s, was never unregistered%s",
		   ig_group_name(who, n->group, group), n->callback, n->symbol,
		   group ? "" : ", and the group is gone");
}

void ig_find_notifiers(struct ig_findings *found)
{
	size_t i;

	for (i = 0; i < found->run->nnotifiers; i++)
		if (!is_repeat(found->run, i))
			report(found, i);
}
