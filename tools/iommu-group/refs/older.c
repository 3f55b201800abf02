// SPDX-License-Identifier: GPL-2.0
/*
 * References from before the run, whose get nobody saw.  References are
 * anonymous, so a put may have dropped an older one while a newer one stays.
 * What is certain is the count: when it was at its lowest, all but so many of
 * the older ones were gone, and all above it now was taken since.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "refs/refs.h"

static long external_before(const struct ig_view *view)
{
	return view->before ? ig_external(view->before) : 0;
}

static long fewest(const struct ig_view *view)
{
	long least = external_before(view), now = ig_external(view->after);

	if (now < least)
		least = now;
	if (view->after->least_seen && view->after->least < least)
		least = view->after->least;
	return least < 0 ? 0 : least;
}

/* Holders that were there all along: they have not taken theirs again. */
static long continuous(const struct ig_view *view)
{
	long n = 0;
	unsigned int i;

	for (i = 0; i < IG_HOLDER_KINDS; i++)
		if (view->was[i].alive && view->is[i].alive &&
		    !view->is[i].nfrom)
			n += view->was[i].alive;
	return n;
}

static long living(const struct ig_view *view)
{
	long n = 0;
	unsigned int i;

	for (i = 0; i < IG_HOLDER_KINDS; i++)
		n += view->is[i].alive;
	return n;
}

void ig_count_newer(struct ig_view *view)
{
	long taken, grown = view->grown > 0 ? view->grown : 0;

	view->least = fewest(view);
	taken = ig_external(view->after) - view->least - living(view) +
		continuous(view);
	view->newer = taken > grown ? taken - grown : 0;
}

/** struct sites - the call sites of a group that something is open at */
struct sites {
	const struct ig_refs_judging *audit;
	const size_t *list;
	size_t n;
};

static struct sites sites_of(const struct ig_refs_judging *audit,
			     const struct ig_view *view)
{
	struct sites s = { .audit = audit };

	s.list = ig_sites_of(audit->run, audit->pairing, view->after, &s.n);
	return s;
}

static const struct ig_site_count *site_at(const struct sites *s, size_t i)
{
	return &s->audit->run->sites[s->list[i]];
}

static uint64_t open_puts(const struct sites *s, size_t i)
{
	return s->audit->pairing->puts[s->list[i]];
}

/* Frames of the driver core that unbind a device; drivers/base/dd.c. */
static bool is_unbinding(const struct ig_trace *trace)
{
	static const char *const names[] = { "device_release_driver",
					     "__device_release_driver",
					     "device_release_driver_internal",
					     "driver_detach",
					     "device_remove",
					     "device_del" };
	size_t i, k;

	for (i = 0; trace && i < trace->nframes; i++)
		for (k = 0; k < sizeof(names) / sizeof(names[0]); k++)
			if (trace->frames[i] &&
			    !strncmp(trace->frames[i], names[k],
				     strlen(names[k])) &&
			    trace->frames[i][strlen(names[k])] == '+')
				return true;
	return false;
}

static bool is_bound(const struct ig_group_state *group,
		     const struct ig_device *device)
{
	size_t i;

	for (i = 0; i < group->ndevices; i++)
		if (group->devices[i].binding == device->binding)
			return true;
	return false;
}

/* A driver whose code this is has let go of a device that it was bound to. */
static bool driver_let_go(const struct ig_view *view, const char *symbol)
{
	size_t i;

	for (i = 0; view->before && i < view->before->ndevices; i++) {
		const struct ig_device *d = &view->before->devices[i];

		if (d->binding && d->driver_module &&
		    ig_is_in_module(symbol, d->driver_module) &&
		    !is_bound(view->after, d))
			return true;
	}
	return false;
}

/* Who dropped it is gone, or let go of the device: then it was its own. */
static bool has_left(const struct ig_view *view,
		     const struct ig_site_count *site)
{
	return !site->module_alive || is_unbinding(site->first) ||
	       driver_let_go(view, site->symbol);
}

static long explained_drops(const struct sites *s, const struct ig_view *view)
{
	long n = 0;
	size_t i;

	for (i = 0; i < IG_HOLDER_KINDS; i++) {
		const struct ig_holding *was = &view->was[i];
		const struct ig_holding *is = &view->is[i];

		if (was->alive > is->alive)
			n += was->alive - is->alive;
		else if (is->nfrom)
			n += was->alive;
	}
	for (i = 0; i < s->n; i++)
		if (has_left(view, site_at(s, i)))
			n += open_puts(s, i);
	return n;
}

static void name_droppers(struct ig_refs_judging *audit, const struct sites *s,
			  const struct ig_view *view)
{
	bool named = false;
	size_t i;

	for (i = 0; i < s->n; i++) {
		if (!open_puts(s, i) || has_left(view, site_at(s, i)))
			continue;
		named = true;
		ig_add_note(audit->found, view->after->id,
			    "group %u: %s dropped %" PRIu64
			    " that nobody was seen to take in the run",
			    view->after->id, site_at(s, i)->symbol,
			    open_puts(s, i));
	}
	if (!named)
		ig_add_note(
			audit->found, view->after->id,
			"group %u: no traced call dropped references from before the run, and they are gone",
			view->after->id);
}

static void check_dropped(struct ig_refs_judging *audit, const struct sites *s,
			  const struct ig_view *view)
{
	long dropped = external_before(view) - view->least;
	long unexplained = dropped - explained_drops(s, view);

	if (dropped <= 0)
		return;
	ig_add_note(audit->found, view->after->id,
		    "group %u: %ld %s from before the run %s dropped during it",
		    view->after->id, dropped, ig_refs(dropped),
		    dropped == 1 ? "was" : "were");
	if (unexplained <= 0)
		return;
	ig_add_loss(audit->found, IG_LOSS_OLDER_DROPPED, unexplained);
	name_droppers(audit, s, view);
}

/** MANY - hand-overs for each older reference that show that they are ones */
#define MANY 8

/*
 * Gets that puts of other tasks answered, as far as can be told.  With older
 * references about, such a put may have dropped one of those instead.
 */
static void check_replaced(struct ig_refs_judging *audit, const struct sites *s,
			   const struct ig_view *view)
{
	long older = view->before ? external_before(view) : 0, n = 0;
	const struct ig_site_count *site = NULL;
	size_t i;

	for (i = 0; i < IG_HOLDER_KINDS; i++)
		older -= view->was[i].alive;
	older -= external_before(view) - view->least;
	if (older <= 0)
		return;
	for (i = 0; i < s->n; i++) {
		if (!audit->pairing->across[s->list[i]])
			continue;
		n += audit->pairing->across[s->list[i]];
		site = site_at(s, i);
	}
	/* So many move together that they are handed over. */
	if (!n || n >= MANY * older)
		return;
	ig_add_loss(audit->found, IG_LOSS_OLDER_REPLACED,
		    n < older ? n : older);
	ig_add_note(
		audit->found, view->after->id,
		"group %u: what %s took was dropped by another task, or that dropped one of %ld from before the run",
		view->after->id, site->symbol, older);
}

/* Taken by other code than dropped the older ones: then it is no replacement. */
static bool taken_by_others(const struct sites *s)
{
	bool taken = false;
	size_t i, k;

	for (i = 0; i < s->n; i++) {
		if (!s->audit->open[s->list[i]])
			continue;
		taken = true;
		for (k = 0; k < s->n; k++)
			if (open_puts(s, k) &&
			    !strcmp(ig_module_of(site_at(s, i)->symbol),
				    ig_module_of(site_at(s, k)->symbol)))
				return false;
	}
	return taken;
}

void ig_check_older(struct ig_refs_judging *audit, const struct ig_view *view)
{
	struct sites s = sites_of(audit, view);

	check_dropped(audit, &s, view);
	check_replaced(audit, &s, view);
	if (!view->newer || taken_by_others(&s))
		return;
	ig_add_loss(audit->found, IG_LOSS_OLDER_REPLACED, view->newer);
	ig_add_note(
		audit->found, view->after->id,
		"group %u: %ld %s taken in the run in place of %s from before it, and not dropped",
		view->after->id, view->newer,
		view->newer == 1 ? "reference was" : "references were",
		view->newer == 1 ? "one" : "as many");
}

long ig_newer_leaks(const struct ig_refs_judging *audit,
		    const struct ig_view *view)
{
	struct sites s = sites_of(audit, view);

	return view->newer && taken_by_others(&s) ? view->newer : 0;
}
