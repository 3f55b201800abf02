// SPDX-License-Identifier: GPL-2.0
/* From what was observed to a verdict; see analysis.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "model/judge.h"

static void look_at(struct ig_judge *judge, const struct ig_group_state *after,
		    struct ig_view *view)
{
	const struct ig_run *run = judge->run;
	long was = 0, is;

	memset(view, 0, sizeof(*view));
	view->after = after;
	view->before = ig_find_group(&run->before, after);
	if (view->before) {
		was = ig_external(view->before);
		was -= ig_holders(run, NULL, NULL, view->before, view->was);
	}
	is = ig_external(after);
	is -= ig_holders(run, &judge->pairing, view->before ? view->was : NULL,
			 after, view->is);
	view->grown = is - was;
}

static void say_held(struct ig_judge *judge, struct ig_held *h,
		     const struct ig_holding *now)
{
	const struct ig_run *run = judge->run;

	if (now->device)
		ig_say(judge, &h->message,
		       "group %u: %ld %s held by %s: %s is bound to %s",
		       h->group, h->count, ig_refs(h->count), h->holder,
		       now->device->name, now->device->driver);
	else
		ig_say(judge, &h->message,
		       "group %u: %ld %s held by %s, taken by %s", h->group,
		       h->count, ig_refs(h->count), h->holder,
		       run->sites[now->site - 1].symbol);
}

/* List what living holders have, and take it off what is suspect. */
static void account_holders(struct ig_judge *judge, const struct ig_view *view)
{
	unsigned int i;

	for (i = 0; i < IG_HOLDERS; i++) {
		const struct ig_holding *now = &view->is[i];
		struct ig_held *h;

		if (!now->alive)
			continue;
		h = ig_add_held(judge, view->after->id, ig_holder_name(i),
				now->alive);
		if (!h)
			return;
		if (now->site) {
			const struct ig_site_count *s =
				&judge->run->sites[now->site - 1];

			h->trace = s->high ?: s->first;
		}
		say_held(judge, h, now);
		/* One that it had before was not taken in this run. */
		if (now->site)
			judge->pairing.gets[now->site - 1] -=
				now->alive - view->was[i].alive;
	}
}

/*
 * A holder is there as before, its reference is not: somebody dropped what
 * was not his.  Which one is anonymous, so nobody can be accused.
 */
static void check_holders(struct ig_judge *judge, const struct ig_view *view)
{
	unsigned int i;

	for (i = 0; i < IG_HOLDERS; i++) {
		const struct ig_holding *now = &view->is[i];
		bool had = view->was[i].alive || now->site;

		if (!now->wants || now->alive || !had)
			continue;
		ig_add_loss(
			judge, "holders_uncovered",
			"a holder is alive and its reference is gone: somebody dropped one that was not his",
			1);
		ig_add_note(
			judge, view->after->id,
			"group %u: %s is there and should have a reference; %ld are left beside those of %d devices",
			view->after->id, ig_holder_name(i),
			ig_external(view->after), view->after->ndev);
	}
}

static long traced_balance(const struct ig_judge *judge,
			   const struct ig_group_state *group)
{
	size_t n, i;
	const size_t *sites =
		ig_sites_of(judge->run, &judge->pairing, group, &n);
	long sum = 0;

	for (i = 0; i < n; i++) {
		const struct ig_total *c = &judge->run->sites[sites[i]].counts;

		sum += (long)(c->gets - c->puts);
	}
	return sum;
}

static void compare_traced(struct ig_judge *judge, const struct ig_view *view)
{
	const struct ig_group_state *a = view->after, *b = view->before;
	long off;

	if (judge->run->exact) {
		/* What the first reading was off by is no news. */
		off = a->off - (b ? b->off : 0);
		if (!off)
			return;
		ig_add_loss(judge, "count_disagrees",
			    "references moved that no tracepoint told of",
			    labs(off));
		ig_add_note(
			judge, a->id,
			"group %u: it has %d references, the events add up to %d",
			a->id, a->kref, a->kref - (int)off);
		return;
	}
	/* A device that comes or goes moves references in inlined calls. */
	if (!b || a->ndev != b->ndev)
		return;
	off = ig_external(a) - ig_external(b) - traced_balance(judge, a);
	if (off)
		ig_add_note(judge, a->id,
			    "group %u: %ld %s moved without a traced call",
			    a->id, labs(off), ig_refs(labs(off)));
}

static void check_reading(struct ig_judge *judge, const struct ig_view *view)
{
	const struct ig_group_state *a = view->after, *b = view->before;

	if (!a->stable || (b && !b->stable)) {
		ig_add_loss(
			judge, "snapshot_unstable",
			"a group's count and devices never held still while they were read; look again when it is quiet",
			1);
		ig_add_note(
			judge, a->id,
			"group %u: not judged by its count, which did not hold still: %d references, %d devices",
			a->id, a->kref, a->ndev);
	}
	if (a->ndev < 0 || (size_t)a->ndev != a->ndevices) {
		ig_add_loss(
			judge, "sysfs_disagrees",
			"sysfs lists other devices than the kernel's group does",
			1);
		ig_add_note(
			judge, a->id,
			"group %u: %zu devices in sysfs, %d in the kernel's list",
			a->id, a->ndevices, a->ndev);
	}
}

static void note_predating(struct ig_judge *judge, const struct ig_view *view)
{
	long n = -view->grown;

	if (n <= 0 || ig_external(view->after) < 0)
		return;
	ig_add_note(judge, view->after->id,
		    "group %u: %ld %s from before the run %s dropped during it",
		    view->after->id, n, ig_refs(n), n == 1 ? "was" : "were");
}

static void judge_group(struct ig_judge *judge,
			const struct ig_group_state *after)
{
	struct ig_view view;

	look_at(judge, after, &view);
	check_reading(judge, &view);
	account_holders(judge, &view);
	/* A zombie leaks too, and says more. */
	ig_find_zombie(judge, &view);
	ig_find_leak(judge, &view);
	ig_find_underflow(judge, &view);
	ig_find_attached(judge, &view);
	ig_find_ghosts(judge, &view);
	if (!after->stable || (view.before && !view.before->stable))
		return;
	check_holders(judge, &view);
	compare_traced(judge, &view);
	note_predating(judge, &view);
}

static void account_losses(struct ig_judge *judge)
{
	const struct ig_run *run = judge->run;
	size_t i;

	for (i = 0; i < run->nlosses; i++)
		ig_add_loss(judge, run->losses[i].key, run->losses[i].reason,
			    run->losses[i].count);
	ig_add_loss(judge, "snapshot_unreadable",
		    "a group was there but could not be read",
		    (uint64_t)run->before.unreadable + run->after.unreadable);
}

static enum ig_verdict verdict_of(const struct ig_result *result)
{
	if (result->nfindings)
		return IG_FINDINGS;
	return result->nlosses ? IG_INCONCLUSIVE : IG_CLEAN;
}

int ig_analyse(const struct ig_run *run, struct ig_result *result)
{
	struct ig_judge judge = { .run = run, .result = result };
	size_t i;

	memset(result, 0, sizeof(*result));
	if (ig_pair(run, &judge.pairing))
		return -ENOMEM;
	account_losses(&judge);
	ig_find_violations(&judge);
	if (!run->locks_only)
		ig_find_notifiers(&judge);
	ig_find_locks(&judge);
	for (i = 0; i < run->after.ngroups && !run->locks_only; i++)
		judge_group(&judge, &run->after.groups[i]);
	ig_pairing_free(&judge.pairing);
	if (judge.failed) {
		ig_result_free(result);
		return -ENOMEM;
	}
	result->verdict = verdict_of(result);
	return 0;
}

int ig_exit_code(enum ig_verdict verdict, bool workload_failed)
{
	switch (verdict) {
	case IG_FINDINGS:
		return 2;
	case IG_INCONCLUSIVE:
		return 3;
	case IG_CLEAN:
		break;
	}
	return workload_failed ? 4 : 0;
}
