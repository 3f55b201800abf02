// SPDX-License-Identifier: GPL-2.0
/* What is asked of each group, before and after the run. */
#include <stdlib.h>
#include <string.h>

#include "refs/refs.h"

static void build_view(struct ig_refs_judging *audit,
		       const struct ig_group_state *after, struct ig_view *view)
{
	const struct ig_run *run = audit->run;
	long was = 0, is;

	memset(view, 0, sizeof(*view));
	view->after = after;
	view->before = ig_find_group(&run->before, after);
	if (view->before) {
		was = ig_external(view->before);
		was -= ig_holders_before(run, audit->pairing, view->before,
					 view->was);
	}
	is = ig_external(after);
	is -= ig_holders(run, audit->pairing, view->before ? view->was : NULL,
			 after, view->is);
	view->grown = is - was;
	ig_count_newer(view);
}

static void describe_held(struct ig_refs_judging *audit, struct ig_held *h,
			  const struct ig_holding *now, const char *evidence)
{
	if (now->bound.device)
		ig_message(audit->found, &h->message,
			   "group %u: %ld %s held by %s: %s is bound to %s",
			   h->group, h->count, ig_refs(h->count), h->holder,
			   now->bound.device, now->bound.driver);
	else
		ig_message(audit->found, &h->message,
			   "group %u: %ld %s held by %s: %s", h->group,
			   h->count, ig_refs(h->count), h->holder, evidence);
}

/* What it had before was not taken in this run, unless it dropped that. */
static void take_off_open(struct ig_refs_judging *audit,
			  const struct ig_holding *was,
			  const struct ig_holding *now)
{
	long left = now->alive - was->alive + now->anew;
	size_t i;

	if (left > now->alive)
		left = now->alive;
	for (i = 0; i < now->nfrom && left > 0; i++) {
		uint64_t *open = &audit->open[now->from[i].site];
		long n = now->from[i].count < left ? now->from[i].count : left;

		*open -= (uint64_t)n < *open ? (uint64_t)n : *open;
		left -= n;
	}
}

/* List what living holders have, and take it off what is suspect. */
static void account_holders(struct ig_refs_judging *audit,
			    const struct ig_view *view)
{
	unsigned int i;

	for (i = 0; i < IG_HOLDER_KINDS; i++) {
		const struct ig_holding *now = &view->is[i];
		struct ig_held *h;

		if (!now->alive)
			continue;
		h = ig_add_held(audit->found, view->after->id,
				ig_holder_name(i), now->alive);
		if (!h)
			return;
		if (now->nfrom)
			h->trace = ig_trace_of(
				&audit->run->sites[now->from[0].site]);
		describe_held(audit, h, now, ig_holder_evidence(i));
		take_off_open(audit, &view->was[i], now);
	}
}

/*
 * A holder is there as before, its reference is not: somebody dropped what
 * was not his.  Which one is anonymous, so nobody can be accused.
 */
static void check_holders(struct ig_refs_judging *audit,
			  const struct ig_view *view)
{
	unsigned int i;

	for (i = 0; i < IG_HOLDER_KINDS; i++) {
		const struct ig_holding *now = &view->is[i];
		bool had = view->was[i].alive || now->nfrom;

		if (now->alive >= now->wants || !had)
			continue;
		ig_add_loss(audit->found, IG_LOSS_HOLDERS_UNCOVERED, 1);
		ig_add_note(
			audit->found, view->after->id,
			"group %u: %s is there and should have a reference; %ld are left beside those of %d devices",
			view->after->id, ig_holder_name(i),
			ig_external(view->after), view->after->ndev);
	}
}

static long traced_balance(const struct ig_refs_judging *audit,
			   const struct ig_group_state *group)
{
	size_t n, i;
	const size_t *sites =
		ig_sites_of(audit->run, audit->pairing, group, &n);
	long sum = 0;

	for (i = 0; i < n; i++) {
		const struct ig_total *c = &audit->run->sites[sites[i]].counts;

		sum += (long)(c->gets - c->puts);
	}
	return sum;
}

static void compare_traced(struct ig_refs_judging *audit,
			   const struct ig_view *view)
{
	const struct ig_group_state *a = view->after, *b = view->before;
	long off;

	if (audit->run->every_ref_traced) {
		/* What the first reading was off by is no news. */
		off = a->count_error - (b ? b->count_error : 0);
		if (!off)
			return;
		ig_add_loss(audit->found, IG_LOSS_COUNT_DISAGREES, labs(off));
		ig_add_note(
			audit->found, a->id,
			"group %u: it has %d references, the events add up to %d",
			a->id, a->kref, a->kref - (int)off);
		return;
	}
	/* A device that comes or goes moves references in inlined calls. */
	if (!b || a->ndev != b->ndev)
		return;
	off = ig_external(a) - ig_external(b) - traced_balance(audit, a);
	if (off)
		ig_add_note(audit->found, a->id,
			    "group %u: %ld %s moved without a traced call",
			    a->id, labs(off), ig_refs(labs(off)));
}

static void check_reading(struct ig_refs_judging *audit,
			  const struct ig_view *view)
{
	const struct ig_group_state *a = view->after, *b = view->before;

	if (!a->stable || (b && !b->stable)) {
		ig_add_loss(audit->found, IG_LOSS_SNAPSHOT_UNSTABLE, 1);
		ig_add_note(
			audit->found, a->id,
			"group %u: not judged by its count, which kept changing: %d references, %d devices",
			a->id, a->kref, a->ndev);
	}
	if (a->ndev < 0 || (size_t)a->ndev != a->ndevices) {
		ig_add_loss(audit->found, IG_LOSS_SYSFS_DISAGREES, 1);
		ig_add_note(
			audit->found, a->id,
			"group %u: %zu devices in sysfs, %d in the kernel's list",
			a->id, a->ndevices, a->ndev);
	}
}

static void judge_group(struct ig_refs_judging *audit,
			const struct ig_group_state *after)
{
	struct ig_view view;

	build_view(audit, after, &view);
	check_reading(audit, &view);
	account_holders(audit, &view);
	/* A zombie leaks too, and says more. */
	ig_find_zombie(audit, &view);
	ig_find_leak(audit, &view);
	ig_find_underflow(audit, &view);
	ig_find_attached(audit, &view);
	ig_find_removed_listed(audit->found, &view);
	if (!after->stable || (view.before && !view.before->stable))
		return;
	check_holders(audit, &view);
	compare_traced(audit, &view);
	ig_check_older(audit, &view);
}

static void judge(struct ig_findings *found)
{
	const struct ig_run *run = found->run;
	struct ig_refs_judging audit = {
		.found = found,
		.run = run,
		.pairing = &found->result->pairing,
	};
	size_t i;

	ig_find_notifiers(found);
	audit.open = calloc(run->nsites + 1, sizeof(*audit.open));
	if (!audit.open) {
		found->failed = true;
		return;
	}
	memcpy(audit.open, audit.pairing->gets,
	       run->nsites * sizeof(*audit.open));
	for (i = 0; i < run->after.ngroups; i++)
		judge_group(&audit, &run->after.groups[i]);
	free(audit.open);
}

const struct ig_audit ig_refs_audit = {
	.bit = IG_AUDIT_REFS,
	.judge = judge,
};
