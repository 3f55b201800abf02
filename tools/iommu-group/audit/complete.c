// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>

#include "audit/complete.h"

/** NAMED - groups that the reason of a loss names; the others are counted */
#define NAMED 4

/** struct reason - the reason of a loss, which grows; NULL without memory */
struct reason {
	FILE *out;
	char *text;
	size_t size;
	uint64_t count;
};

static void begin(struct reason *r)
{
	*r = (struct reason){};
	r->out = open_memstream(&r->text, &r->size);
}

/* True when the next one is still to be named. */
static bool one_more_named(struct reason *r)
{
	if (++r->count > NAMED || !r->out)
		return false;
	if (r->count > 1)
		fputs("; ", r->out);
	return true;
}

static void end(struct ig_findings *found, struct reason *r, unsigned int loss,
		const char *advice)
{
	if (r->out) {
		if (r->count > NAMED)
			fprintf(r->out, "; and %zu more",
				(size_t)r->count - NAMED);
		fprintf(r->out, "; %s", advice);
		if (fclose(r->out))
			found->failed = true;
	} else {
		found->failed = true;
	}
	ig_add_loss_count(found, &(struct ig_loss_count){ .loss = loss,
							  .count = r->count,
							  .detail = r->text });
	free(r->text);
}

static void add_unread(struct reason *r, const struct ig_snapshot *snapshot,
		       const char *when)
{
	size_t i;

	for (i = 0; i < snapshot->nunread; i++) {
		const struct ig_unread *u = &snapshot->unread[i];

		if (!one_more_named(r))
			continue;
		if (u->group == IG_NO_GROUP)
			fprintf(r->out, "the list of groups, %s: %s", when,
				u->why);
		else
			fprintf(r->out, "group %u, %s: %s", u->group, when,
				u->why);
	}
	/* An old record has their number only. */
	if (!snapshot->nunread)
		r->count += snapshot->unreadable;
}

static void check_unread(struct ig_findings *found)
{
	const struct ig_run *run = found->run;
	struct reason r;

	if (!run->before.nunread && !run->after.nunread) {
		ig_add_loss(found, IG_LOSS_SNAPSHOT_UNREADABLE,
			    (uint64_t)run->before.unreadable +
				    run->after.unreadable);
		return;
	}
	begin(&r);
	add_unread(&r, &run->before, "before the run");
	add_unread(&r, &run->after, "after it");
	end(found, &r, IG_LOSS_SNAPSHOT_UNREADABLE,
	    "run as root, and see iommu-group list");
}

static bool is_unread(const struct ig_snapshot *snapshot, unsigned int id)
{
	size_t i;

	for (i = 0; i < snapshot->nunread; i++)
		if (snapshot->unread[i].group == id ||
		    snapshot->unread[i].group == IG_NO_GROUP)
			return true;
	return false;
}

static bool is_known(const struct ig_run *run, unsigned int id)
{
	size_t low = 0, high = run->nknown;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (run->known[middle].id == id)
			return true;
		if (run->known[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

static void add_lost(struct reason *r, const struct ig_run *run,
		     unsigned int id, unsigned int gen)
{
	char name[IG_GROUP_NAME_LEN];

	if (one_more_named(r))
		fputs(ig_group_name(name, id,
				    ig_group_of_gen(&run->before, id, gen)),
		      r->out);
}

/*
 * The kernel gives a number out again after the release of the group that had
 * it, so it is enough to look at the latest group of each number: of the one
 * before, the probes have counted a release that they missed.
 */
static void check_lost(struct ig_findings *found)
{
	const struct ig_run *run = found->run;
	struct reason r;
	size_t i;

	begin(&r);
	for (i = 0; i < run->nknown; i++) {
		const struct ig_known_group *k = &run->known[i];

		if (!k->released && !is_unread(&run->after, k->id) &&
		    !ig_group_of_gen(&run->after, k->id, k->gen))
			add_lost(&r, run, k->id, k->gen);
	}
	for (i = 0; i < run->before.ngroups; i++) {
		const struct ig_group_state *g = &run->before.groups[i];

		/* One that no map had room for is a loss already. */
		if (g->gen && !is_known(run, g->id) &&
		    !ig_find_group(&run->after, g))
			add_lost(&r, run, g->id, g->gen);
	}
	end(found, &r, IG_LOSS_GROUPS_UNACCOUNTED,
	    "not released, and not in sysfs any more: see what is mounted over /sys/kernel/iommu_groups");
}

void ig_check_complete(struct ig_findings *found)
{
	check_unread(found);
	/* Old records do not tell what was released. */
	if (found->run->nknown)
		check_lost(found);
}
