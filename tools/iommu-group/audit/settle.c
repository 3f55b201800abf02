// SPDX-License-Identifier: GPL-2.0
/* Which of several readings of a group counts. */
#include <stdlib.h>

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

static void keep_calmer(const struct ig_run *run,
			const struct ig_pairing *pairing,
			struct ig_group_state *old, struct ig_group_state *new)
{
	struct reading_quality was = quality_of(run, pairing, old);
	struct reading_quality is = quality_of(run, pairing, new);
	struct ig_group_state swap;

	if (old->looks && new->looks)
		old->looks = new->looks = old->looks + new->looks;

	/* The newer reading wins a tie: its drivers are those of today. */
	if (!calmer(&was, &is))
		return;
	swap = *old;
	*old = *new;
	*new = swap;
}

void ig_snapshot_settle(const struct ig_run *run,
			const struct ig_pairing *pairing,
			struct ig_snapshot *best, struct ig_snapshot *next)
{
	struct ig_snapshot swap;
	size_t i;

	for (i = 0; i < next->ngroups; i++) {
		struct ig_group_state *new = &next->groups[i];
		const struct ig_group_state *old = ig_find_group(best, new);

		if (old)
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
	ig_snapshot_settle(run, NULL, &run->before, next);
}
