// SPDX-License-Identifier: GPL-2.0
/* Groups that are still attached to a domain whose owner is gone. */
#include "refs/refs.h"

static bool any_driver(const struct ig_group_state *group)
{
	size_t i;

	for (i = 0; i < group->ndevices; i++)
		if (group->devices[i].driver)
			return true;
	return false;
}

/* Who attached and went away without detaching, NULL for nobody. */
static const struct ig_attach_count *
gone_attacher(const struct ig_run *run, const struct ig_group_state *group)
{
	const struct ig_attach_count *gone = NULL;
	uint64_t attaches = 0, detaches = 0;
	size_t i;

	for (i = 0; i < run->nattaches; i++) {
		const struct ig_attach_count *a = &run->attaches[i];

		if (!ig_is_of(group, a->group, a->gen))
			continue;
		attaches += a->attaches;
		detaches += a->detaches;
		if (!a->module_alive && a->attaches > a->detaches)
			gone = a;
	}
	return attaches > detaches ? gone : NULL;
}

void ig_find_attached(struct ig_refs_judging *audit, const struct ig_view *view)
{
	const struct ig_group_state *group = view->after;
	const struct ig_attach_count *a;
	struct ig_finding *f;
	char who[IG_GROUP_NAME_LEN];

	if (!group->foreign_domain ||
	    (view->before && view->before->foreign_domain) ||
	    (group->owned && group->owner_cnt) || any_driver(group))
		return;
	a = gone_attacher(audit->run, group);
	if (!a)
		return;
	f = ig_add_finding(audit->found, IG_RULE_ATTACH_UNBALANCED, group->id);
	if (!f)
		return;
	f->trace = a->trace;
	ig_add_devices(audit->found, f, group);
	ig_message(
		audit->found, &f->message,
		"%s: still attached to the domain of %s, which is not loaded any more: %llu attached, %llu detached",
		ig_group_name(who, group->id, group), a->symbol,
		(unsigned long long)a->attaches,
		(unsigned long long)a->detaches);
}
