// SPDX-License-Identifier: GPL-2.0
/*
 * Drivers as holders: what a driver took in its probe is its own for as long as
 * the device stays bound to it.
 */
#include <string.h>

#include "refs/holder_look.h"

static const struct ig_device *same_binding(const struct ig_group_state *group,
					    const struct ig_device *device)
{
	size_t i;

	for (i = 0; group && i < group->ndevices; i++)
		if (group->devices[i].binding == device->binding &&
		    !strcmp(group->devices[i].name, device->name))
			return &group->devices[i];
	return NULL;
}

/* The get was made in the probe of this device's driver, or of one like it. */
static bool probed_by(const struct ig_trace *trace,
		      const struct ig_device *device)
{
	return device->binding && ig_is_in_probe(trace, device->driver_module);
}

/* Bindings of the driver in one snapshot that are not in the other. */
static long count_bindings(const struct ig_group_state *in,
			   const struct ig_group_state *not_in,
			   const struct ig_trace *trace, struct ig_bound *first)
{
	long n = 0;
	size_t i;

	for (i = 0; in && i < in->ndevices; i++) {
		const struct ig_device *d = &in->devices[i];

		if (!probed_by(trace, d) || same_binding(not_in, d))
			continue;
		if (!n++)
			*first = ig_bound_of(d);
	}
	return n;
}

/*
 * Before the run: a driver that takes a reference in its probe did so as well
 * when it was bound before.  Of interest if that binding has gone since: then
 * its reference has to be gone, too.
 */
void ig_look_for_old_bindings(const struct ig_holder_look *look)
{
	const struct ig_group_state *after =
		ig_find_group(&look->run->after, look->group);
	struct ig_holding *h = &look->held[look->kind];
	size_t n, i;
	const size_t *sites =
		ig_sites_of(look->run, look->pairing, look->group, &n);

	for (i = 0; after && i < n; i++) {
		const struct ig_site_count *s = &look->run->sites[sites[i]];

		if (ig_kept_at(look, sites[i]))
			h->wants += count_bindings(look->group, after,
						   ig_trace_of(s), &h->bound);
	}
}

/*
 * Bindings of the run that the get can be of: to devices of the group, or to
 * one below them.  Of which driver of a module the probe was is not known, so
 * it is those of the driver that has most.
 */
static long bound_by(const struct ig_holder_look *look,
		     const struct ig_trace *trace)
{
	struct ig_bound own = { 0 }, below = { 0 };
	long n = count_bindings(look->group, look->was, trace, &own);
	long more = ig_bound_below(look->run, look->group, trace, &below);

	if (n || more)
		look->held[look->kind].bound = n >= more ? own : below;
	return n >= more ? n : more;
}

/*
 * One reference for each time that the driver has been bound in the run, and is
 * still.  An open get may have been taken for the answer to a put of what was
 * bound before: then the two count for each other.
 */
void ig_look_for_driver(const struct ig_holder_look *look)
{
	struct ig_holding *h = &look->held[look->kind];
	long old = look->before ? look->before[look->kind].alive : 0;
	size_t n, i;
	const size_t *sites =
		ig_sites_of(look->run, look->pairing, look->group, &n);

	for (i = 0; i < n; i++) {
		const struct ig_trace *trace =
			ig_trace_of(&look->run->sites[sites[i]]);
		long open = ig_open_at(look, sites[i]);
		long answered = ig_kept_at(look, sites[i]) - open;
		long bound = bound_by(look, trace);
		long more = answered < old ? answered : old;

		if (more > 0)
			old -= more;
		else
			more = 0;
		if (bound > open + more)
			bound = open + more;
		h->wants += bound;
		ig_take_from(look, sites[i], bound < open ? bound : open);
	}
	if (h->nfrom)
		h->anew = ig_dropped_by(look, h->bound.module);
}
