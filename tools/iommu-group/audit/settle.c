// SPDX-License-Identifier: GPL-2.0
/* Which of several readings of a group counts. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "audit/settle.h"
#include "refs/refs.h"

/** struct reading_quality - how far a reading is from a group at rest; less is
 * better */
struct reading_quality {
	bool unstable;
	bool disagrees; /* sysfs or the events tell otherwise */
	long references; /* off from devices and living holders */
};

static struct reading_quality quality_of(const struct ig_run *run,
					 const struct ig_pairing *pairing,
					 const struct ig_group_state *group)
{
	const struct ig_group_state *was = ig_find_group(&run->before, group);
	struct ig_holding before[IG_HOLDER_KINDS], held[IG_HOLDER_KINDS];
	long alive;

	if (was)
		ig_holders_before(run, pairing, was, before);
	alive = ig_holders(run, pairing, was ? before : NULL, group, held);
	return (struct reading_quality){
		.unstable = !group->stable,
		.disagrees = group->ndev < 0 ||
			     (size_t)group->ndev != group->ndevices ||
			     group->count_error != (was ? was->count_error : 0),
		.references = labs(ig_external(group) - alive),
	};
}

static bool calmer(const struct reading_quality *a,
		   const struct reading_quality *b)
{
	if (a->unstable != b->unstable)
		return b->unstable;
	if (a->disagrees != b->disagrees)
		return b->disagrees;
	return a->references < b->references;
}

static int by_id(const void *key, const void *group)
{
	unsigned int id = *(const unsigned int *)key;
	unsigned int other = ((const struct ig_rest_group *)group)->id;

	return (id > other) - (id < other);
}

static struct ig_rest_group *rest_of(const struct ig_rest *rest,
				     unsigned int id, unsigned int gen)
{
	struct ig_rest_group *found = NULL;

	if (rest && rest->ngroups)
		found = bsearch(&id, rest->groups, rest->ngroups,
				sizeof(*rest->groups), by_id);
	return found && found->gen == gen ? found : NULL;
}

static void add_events(struct ig_rest *rest, unsigned int id, unsigned int gen,
		       const struct ig_rest_group *more)
{
	struct ig_rest_group *to[] = { &rest->all, rest_of(rest, id, gen) };
	size_t i;

	for (i = 0; i < 2 && to[i]; i++) {
		to[i]->gets += more->gets;
		to[i]->puts += more->puts;
		to[i]->others += more->others;
	}
}

/* All of these numbers only ever rise, so equal sums are equal numbers. */
static void sum_events(struct ig_rest *rest, const struct ig_run *run)
{
	struct ig_rest_group more;
	size_t i;

	for (i = 0; i < run->nsites; i++) {
		more = (struct ig_rest_group){
			.gets = run->sites[i].counts.gets,
			.puts = run->sites[i].counts.puts,
		};
		add_events(rest, run->sites[i].group, run->sites[i].gen, &more);
	}
	for (i = 0; i < run->ntotals; i++) {
		rest->all.gets += run->totals[i].counts.gets;
		rest->all.puts += run->totals[i].counts.puts;
	}
	more = (struct ig_rest_group){ .others = 1 };
	for (i = 0; i < run->nviolations; i++)
		add_events(rest, run->violations[i].raw.group,
			   run->violations[i].raw.gen, &more);
	for (i = 0; i < run->nattaches; i++) {
		more.others =
			run->attaches[i].attaches + run->attaches[i].detaches;
		add_events(rest, run->attaches[i].group, run->attaches[i].gen,
			   &more);
	}
}

int ig_rest_take(struct ig_rest *rest, const struct ig_run *run,
		 const struct ig_snapshot *snapshot)
{
	size_t i;

	memset(rest, 0, sizeof(*rest));
	rest->groups = calloc(snapshot->ngroups + 1, sizeof(*rest->groups));
	if (!rest->groups)
		return -ENOMEM;
	rest->ngroups = snapshot->ngroups;
	for (i = 0; i < snapshot->ngroups; i++)
		rest->groups[i] = (struct ig_rest_group){
			.id = snapshot->groups[i].id,
			.gen = snapshot->groups[i].gen,
			.kref = snapshot->groups[i].kref,
			.ndev = snapshot->groups[i].ndev,
			.stable = snapshot->groups[i].stable,
		};
	sum_events(rest, run);
	return 0;
}

/* As many gets as puts since, which is what others' lookups are. */
static bool balanced(const struct ig_rest_group *is,
		     const struct ig_rest_group *was)
{
	return is->gets - was->gets == is->puts - was->puts &&
	       is->others == was->others;
}

static bool agree(const struct ig_rest_group *is,
		  const struct ig_rest_group *was)
{
	return is->stable && was->stable && is->kref == was->kref &&
	       is->ndev == was->ndev && balanced(is, was);
}

size_t ig_rest_compare(struct ig_rest *rest, const struct ig_rest *earlier)
{
	size_t moved = 0, both = 0, i;

	for (i = 0; i < rest->ngroups; i++) {
		struct ig_rest_group *is = &rest->groups[i];
		const struct ig_rest_group *was =
			rest_of(earlier, is->id, is->gen);
		bool same = was && agree(is, was);

		both += !!was;
		moved += !same;
		is->at_rest = same && is->gets == was->gets;
	}
	moved += earlier->ngroups - both;
	return moved ?: !balanced(&rest->all, &earlier->all);
}

void ig_rest_free(struct ig_rest *rest)
{
	free(rest->groups);
	memset(rest, 0, sizeof(*rest));
}

static void swap_groups(struct ig_group_state *a, struct ig_group_state *b)
{
	struct ig_group_state swap = *a;

	*a = *b;
	*b = swap;
}

static void keep_calmer(const struct ig_run *run,
			const struct ig_pairing *pairing,
			struct ig_group_state *old, struct ig_group_state *new)
{
	struct reading_quality was = quality_of(run, pairing, old);
	struct reading_quality is = quality_of(run, pairing, new);

	if (old->looks && new->looks)
		old->looks = new->looks = old->looks + new->looks;

	/* The newer reading wins a tie: its drivers are those of today. */
	if (calmer(&was, &is))
		swap_groups(old, new);
}

void ig_snapshot_settle(const struct ig_run *run,
			const struct ig_pairing *pairing,
			struct ig_snapshot *best, struct ig_snapshot *next,
			const struct ig_rest *rest)
{
	struct ig_snapshot swap;
	size_t i;

	for (i = 0; i < next->ngroups; i++) {
		struct ig_group_state *new = &next->groups[i];
		const struct ig_group_state *old = ig_find_group(best, new);
		const struct ig_rest_group *is =
			rest_of(rest, new->id, new->gen);

		if (old && !(is && is->at_rest))
			keep_calmer(run, pairing,
				    &best->groups[old - best->groups], new);
	}
	/* What @next has not is gone; what it could not read is not known. */
	swap = *best;
	*best = *next;
	*next = swap;
}

void ig_baseline_settle(struct ig_run *run, struct ig_snapshot *next)
{
	size_t i;

	for (i = 0; i < next->ngroups; i++) {
		const struct ig_group_state *old =
			ig_find_group(&run->before, &next->groups[i]);

		if (old)
			run->before.groups[old - run->before.groups]
				.count_error = next->groups[i].count_error;
	}
	ig_snapshot_settle(run, NULL, &run->before, next, NULL);
}
