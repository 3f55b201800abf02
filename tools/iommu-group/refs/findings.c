// SPDX-License-Identifier: GPL-2.0
/* What the counts of a group, before and after, say about it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "refs/refs.h"

static struct ig_suspect make_suspect(const struct ig_refs_judging *audit,
				      size_t site, uint64_t outstanding)
{
	const struct ig_site_count *s = &audit->run->sites[site];

	return (struct ig_suspect){
		.site = s,
		.gets = s->counts.gets,
		.puts = s->counts.puts,
		.outstanding = outstanding,
		.partner = audit->pairing->partner[site],
		.trace = ig_trace_of(s),
	};
}

/*
 * A site with more open gets than references are missing has had puts that
 * were not seen (inlined ones, of the kernel itself), so it explains less than
 * a site whose figure fits.
 */
static bool likelier(const struct ig_suspect *a, const struct ig_suspect *b,
		     uint64_t wanted)
{
	bool a_fits = a->outstanding <= wanted;
	bool b_fits = b->outstanding <= wanted;

	if (a_fits != b_fits)
		return a_fits;
	if (a_fits)
		return a->outstanding > b->outstanding;
	return a->outstanding < b->outstanding;
}

/* Insertion sort: at most IG_SITES of them, and stable. */
static void rank(struct ig_finding *f, uint64_t wanted)
{
	size_t i, j;

	for (i = 1; i < f->nsuspects; i++) {
		struct ig_suspect s = f->suspects[i];

		for (j = i; j && likelier(&s, &f->suspects[j - 1], wanted); j--)
			f->suspects[j] = f->suspects[j - 1];
		f->suspects[j] = s;
	}
}

/** PATH_FRAMES - frames of a stack that tell call paths apart for a reader */
#define PATH_FRAMES 4

static bool same_function(const char *a, const char *b)
{
	size_t n = strcspn(a ?: "", "+");

	return n == strcspn(b ?: "", "+") && !strncmp(a ?: "", b ?: "", n);
}

/* One function may call from several places: to a reader that is one path. */
static bool same_path(const struct ig_site_count *a,
		      const struct ig_site_count *b)
{
	size_t i;

	if (a->ip != b->ip || !a->first || !b->first)
		return false;
	for (i = 0; i < PATH_FRAMES; i++) {
		if (i >= a->first->nframes || i >= b->first->nframes)
			return a->first->nframes == b->first->nframes;
		if (!same_function(a->first->frames[i], b->first->frames[i]))
			return false;
	}
	return true;
}

static void add_or_merge(struct ig_refs_judging *audit, struct ig_finding *f,
			 const struct ig_suspect *s)
{
	size_t i;

	for (i = 0; i < f->nsuspects; i++) {
		struct ig_suspect *other = &f->suspects[i];

		if (!same_path(other->site, s->site))
			continue;
		other->outstanding += s->outstanding;
		other->gets += s->gets;
		other->puts += s->puts;
		return;
	}
	ig_add_suspect(audit->found, f, s);
}

/* Sites of the group with something open; returns how much in all. */
static uint64_t suspect_open(struct ig_refs_judging *audit,
			     struct ig_finding *f,
			     const struct ig_group_state *group,
			     const uint64_t *open, uint64_t wanted)
{
	size_t n, i;
	const size_t *sites =
		ig_sites_of(audit->run, audit->pairing, group, &n);
	uint64_t sum = 0;

	for (i = 0; i < n; i++) {
		struct ig_suspect s;

		if (!open[sites[i]])
			continue;
		s = make_suspect(audit, sites[i], open[sites[i]]);
		add_or_merge(audit, f, &s);
		sum += s.outstanding;
	}
	rank(f, wanted);
	return sum;
}

/* Not all is explained: whoever took the count to a new high may know more. */
static void suspect_high(struct ig_refs_judging *audit, struct ig_finding *f,
			 const struct ig_group_state *group)
{
	size_t n, i;
	const size_t *sites =
		ig_sites_of(audit->run, audit->pairing, group, &n);

	for (i = 0; i < n; i++) {
		struct ig_suspect s = make_suspect(audit, sites[i], 0);

		if (audit->open[sites[i]] || !s.site->high)
			continue;
		ig_add_suspect(audit->found, f, &s);
	}
}

static uint64_t sum_open(const struct ig_refs_judging *audit,
			 const struct ig_group_state *group,
			 const uint64_t *open)
{
	size_t n, i;
	const size_t *sites =
		ig_sites_of(audit->run, audit->pairing, group, &n);
	uint64_t sum = 0;

	for (i = 0; i < n; i++)
		sum += open[sites[i]];
	return sum;
}

static void describe_leak(struct ig_refs_judging *audit, struct ig_finding *f,
			  const char *who)
{
	const struct ig_suspect *s = f->suspects;
	char part[48] = "", rest[64] = "";
	long n = f->count;

	if (!f->nsuspects || !s->outstanding) {
		ig_message(audit->found, &f->message,
			   "%s: %ld %s leaked, taken by no traced call", who, n,
			   ig_refs(n));
		return;
	}
	if (s->outstanding < (uint64_t)n)
		snprintf(part, sizeof(part), "%llu of them ",
			 (unsigned long long)s->outstanding);
	else if (n > 1)
		strcpy(part, "all ");
	if (f->unattributed)
		snprintf(rest, sizeof(rest), "; %ld by no traced call",
			 f->unattributed);
	ig_message(
		audit->found, &f->message,
		"%s: %ld %s leaked, %staken by %s (took %llu, dropped %llu)%s",
		who, n, ig_refs(n), part, s->site->symbol,
		(unsigned long long)s->gets,
		(unsigned long long)(s->gets - s->outstanding), rest);
}

/*
 * A group that is new and was read once may have been in the making: then it
 * has references of the IOMMU core's own, which are not traced.
 */
static bool maybe_unfinished(const struct ig_refs_judging *audit,
			     const struct ig_view *view)
{
	return !view->before && view->after->looks == 1 &&
	       view->grown > (long)sum_open(audit, view->after, audit->open);
}

/*
 * With groups that could not be read before, a group may only look new: then
 * no more is certain than what was seen being taken.
 */
static long certain_growth(const struct ig_refs_judging *audit,
			   const struct ig_view *view)
{
	uint64_t seen;

	if (!view->after->stable || (view->before && !view->before->stable))
		return 0;
	if (!maybe_unfinished(audit, view) &&
	    (view->before || !audit->run->before.unreadable))
		return view->grown;
	seen = sum_open(audit, view->after, audit->open);
	return (uint64_t)view->grown < seen ? view->grown : (long)seen;
}

static void say_unfinished(struct ig_refs_judging *audit,
			   const struct ig_view *view)
{
	const struct ig_group_state *group = view->after;

	if (!group->stable || !maybe_unfinished(audit, view))
		return;
	ig_add_loss(audit->found, IG_LOSS_SNAPSHOT_UNSTABLE, 1);
	ig_add_note(
		audit->found, group->id,
		"group %u: not judged by its count, as it was read only once and may have been in the making: %d references, %d devices",
		group->id, group->kref, group->ndev);
}

void ig_find_leak(struct ig_refs_judging *audit, const struct ig_view *view)
{
	const struct ig_group_state *group = view->after;
	struct ig_finding *f;
	char who[IG_GROUP_NAME_LEN];
	uint64_t open;
	long grown;

	grown = view->grown > 0 ? certain_growth(audit, view) : 0;
	if (view->after->stable && (!view->before || view->before->stable))
		grown += ig_newer_leaks(audit, view);
	say_unfinished(audit, view);
	if (grown <= 0 || ig_is_in_flight(audit, view))
		return;
	f = ig_add_finding(audit->found, IG_RULE_REF_LEAK, group->id);
	if (!f)
		return;
	f->count = grown;
	open = suspect_open(audit, f, group, audit->open, grown);
	if (open < (uint64_t)grown) {
		f->unattributed = grown - open;
		suspect_high(audit, f, group);
	}
	ig_add_devices(audit->found, f, group);
	describe_leak(audit, f, ig_group_name(who, group->id, group));
}

static bool is_zombie(const struct ig_group_state *group)
{
	return group && !group->ndev && group->kref > 0;
}

void ig_find_zombie(struct ig_refs_judging *audit, const struct ig_view *view)
{
	const struct ig_group_state *group = view->after;
	struct ig_finding *f;
	char who[IG_GROUP_NAME_LEN];
	long held = 0, left;
	unsigned int i;

	for (i = 0; i < IG_HOLDER_KINDS; i++)
		held += view->is[i].alive;
	left = ig_external(group) - held;
	if (!is_zombie(group) || !group->stable || left <= 0)
		return;
	if (is_zombie(view->before) ||
	    (!view->before && audit->run->before.unreadable)) {
		ig_add_note(
			audit->found, group->id,
			"group %u: has no device and %ld %s; so it was before the run",
			group->id, left, ig_refs(left));
		return;
	}
	if (view->grown <= 0 && !ig_newer_leaks(audit, view)) {
		ig_add_note(
			audit->found, group->id,
			"group %u: no device is left in it, and %ld %s from before the run keep%s it alive",
			group->id, left, ig_refs(left), left == 1 ? "s" : "");
		return;
	}
	if (maybe_unfinished(audit, view))
		return;
	f = ig_add_finding(audit->found, IG_RULE_ZOMBIE_GROUP, group->id);
	if (!f)
		return;
	f->count = left;
	suspect_open(audit, f, group, audit->open, left);
	/* It has no devices any more; those that it had tell which it was. */
	ig_add_devices(audit->found, f, view->before);
	ig_group_name(who, group->id, view->before);
	ig_message(audit->found, &f->message,
		   "%s: no device is left in it, and %ld %s keep%s it alive",
		   who, left, ig_refs(left), left == 1 ? "s" : "");
}

void ig_find_underflow(struct ig_refs_judging *audit,
		       const struct ig_view *view)
{
	const struct ig_group_state *group = view->after;
	long missing = -ig_external(group);
	struct ig_finding *f;
	char who[IG_GROUP_NAME_LEN];

	if (missing <= 0 || !group->stable ||
	    ig_has_underflow(audit->run, group))
		return;
	/* It was so before: then this run did not do it. */
	if (view->before && -ig_external(view->before) >= missing) {
		ig_add_note(
			audit->found, group->id,
			"group %u: %ld %s short of its devices; so it was before the run",
			group->id, missing, ig_refs(missing));
		return;
	}
	f = ig_add_finding(audit->found, IG_RULE_REF_UNDERFLOW, group->id);
	if (!f)
		return;
	f->count = missing;
	suspect_open(audit, f, group, audit->pairing->puts, missing);
	ig_add_devices(audit->found, f, group);
	ig_group_name(who, group->id, group);
	if (f->nsuspects)
		ig_message(
			audit->found, &f->message,
			"%s: %d %s for %d devices, %ld too few; %s dropped %llu that it was not seen to take",
			who, group->kref, ig_refs(group->kref), group->ndev,
			missing, f->suspects->site->symbol,
			(unsigned long long)f->suspects->outstanding);
	else
		ig_message(
			audit->found, &f->message,
			"%s: %d %s for %d devices, %ld too few; no call that was traced dropped them",
			who, group->kref, ig_refs(group->kref), group->ndev,
			missing);
}
