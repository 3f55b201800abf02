// SPDX-License-Identifier: GPL-2.0
/*
 * Who may hold a reference for long and be right, by what the kernel shows of
 * it.  What a driver or a function is called decides nothing.
 */
#include <string.h>

#include "refs/refs.h"

/**
 * struct holder_look - where a holder is looked for
 * @run: the run
 * @pairing: what is open at the call sites, NULL when they say nothing yet
 * @was: the group before the run, NULL when it was not there
 * @before: the holdings then, NULL like @was and when @group is @was
 * @group: the group
 * @held: what has been found, in the order of the table
 * @kind: the index of what is looked for
 */
struct holder_look {
	const struct ig_run *run;
	const struct ig_pairing *pairing;
	const struct ig_group_state *was;
	const struct ig_holding *before;
	const struct ig_group_state *group;
	struct ig_holding *held;
	unsigned int kind;
};

static struct ig_holding *holding(const struct holder_look *look)
{
	return &look->held[look->kind];
}

static bool is_old_record(const struct holder_look *look)
{
	return !look->run->before.holders_read;
}

static bool begins(const char *s, const char *with)
{
	return !strncmp(s, with, strlen(with));
}

/* In the module, or built in and called module_... */
static bool is_code_of(const char *symbol, const char *module)
{
	if (!symbol)
		return false;
	if (!*ig_module_of(symbol))
		return begins(symbol, module);
	return ig_is_in_module(symbol, module);
}

static bool is_before(const struct holder_look *look)
{
	return look->group == look->was;
}

/* Gets of a site that are those of holders found already. */
static long taken_at(const struct holder_look *look, size_t site)
{
	long n = 0;
	unsigned int i;
	size_t j;

	for (i = 0; i <= look->kind; i++)
		for (j = 0; j < look->held[i].nfrom; j++)
			if (look->held[i].from[j].site == site)
				n += look->held[i].from[j].count;
	return n;
}

/* Gets of a site that are open, less those. */
static long open_at(const struct holder_look *look, size_t site)
{
	long n = look->pairing->gets[site] - taken_at(look, site);

	return n > 0 ? n : 0;
}

/* Gets of a site that no put of the same task answered, less those. */
static long kept_at(const struct holder_look *look, size_t site)
{
	const struct ig_total *c = &look->run->sites[site].counts;
	long n = c->gets - c->answered - taken_at(look, site);

	return n > 0 ? n : 0;
}

static void take_from(const struct holder_look *look, size_t site, long count)
{
	struct ig_holding *h = holding(look);

	if (count <= 0 || h->nfrom == IG_HOLDER_SITES)
		return;
	h->from[h->nfrom].site = site;
	h->from[h->nfrom++].count = count;
}

/* Puts that answer no get of the run, of a module or of what is built in. */
static long dropped_by(const struct holder_look *look, const char *module)
{
	size_t n, i;
	const size_t *sites =
		ig_sites_of(look->run, look->pairing, look->group, &n);
	long dropped = 0;

	for (i = 0; look->pairing && i < n; i++) {
		const char *symbol = look->run->sites[sites[i]].symbol;

		if (module ? is_code_of(symbol, module) :
			     symbol && !*ig_module_of(symbol))
			dropped += look->pairing->puts[sites[i]];
	}
	return dropped;
}

/*
 * Which get was this holder's: so that no other holder has the same one, and
 * for its stack.  That there is a holder is known by then.  If its code dropped
 * one that it had before, it has taken this one anew.
 */
static void take_one_of(const struct holder_look *look, const char *module)
{
	struct ig_holding *h = holding(look);
	size_t n, i;
	const size_t *sites =
		ig_sites_of(look->run, look->pairing, look->group, &n);

	for (i = 0; i < n && !h->nfrom; i++)
		if (open_at(look, sites[i]) &&
		    is_code_of(look->run->sites[sites[i]].symbol, module))
			take_from(look, sites[i], 1);
	if (h->nfrom)
		h->anew = dropped_by(look, module);
}

static const struct ig_device *bound_to(const struct holder_look *look,
					const char *part)
{
	size_t i;

	for (i = 0; i < look->group->ndevices; i++) {
		const struct ig_device *d = &look->group->devices[i];

		if (d->driver && strstr(d->driver, part))
			return d;
	}
	return NULL;
}

static void look_for_vfio(const struct holder_look *look)
{
	struct ig_holding *h = holding(look);

	if (is_old_record(look)) {
		h->device = bound_to(look, "vfio");
		h->wants = !!h->device;
	} else {
		h->wants = look->group->vfio_group;
	}
	/* Bound again, it has another one, which is no driver's of before. */
	if (h->wants)
		take_one_of(look, "vfio");
}

static void look_for_iommufd(const struct holder_look *look)
{
	const struct ig_group_state *group = look->group;
	struct ig_holding *h = holding(look);

	if (!group->owned || !group->owner_cnt)
		return;
	if (!is_old_record(look) && !group->iommufd_owner)
		return;
	if (!is_before(look))
		take_one_of(look, "iommufd");
	h->wants = group->iommufd_owner || h->nfrom;
}

/* Its devices tell; when none is left, it is what it was. */
static void look_for_singleton(const struct holder_look *look)
{
	const struct ig_group_state *group = look->group;
	struct ig_holding *h = holding(look);

	if (!is_before(look))
		take_one_of(look, "generic_single_device_group");
	h->wants = group->singleton || h->nfrom ||
		   (!group->ndev && look->before &&
		    look->before[look->kind].alive);
}

/* amdxdna, as old records do not tell what a driver's module is. */
static void look_for_old_driver(const struct holder_look *look)
{
	struct ig_holding *h = holding(look);

	h->device = bound_to(look, "amdxdna");
	if (!h->device || strcmp(h->device->driver, "amdxdna") != 0) {
		h->device = NULL;
		return;
	}
	h->wants = 1;
	if (!is_before(look))
		take_one_of(look, "amdxdna");
}

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
			   const struct ig_trace *trace,
			   const struct ig_device **first)
{
	long n = 0;
	size_t i;

	for (i = 0; in && i < in->ndevices; i++) {
		const struct ig_device *d = &in->devices[i];

		if (!probed_by(trace, d) || same_binding(not_in, d))
			continue;
		if (!n++ && first)
			*first = d;
	}
	return n;
}

/*
 * Before the run: a driver that takes a reference in its probe did so as well
 * when it was bound before.  Of interest if that binding has gone since: then
 * its reference has to be gone, too.
 */
static void look_for_old_bindings(const struct holder_look *look)
{
	const struct ig_group_state *after =
		ig_find_group(&look->run->after, look->group);
	struct ig_holding *h = holding(look);
	size_t n, i;
	const size_t *sites =
		ig_sites_of(look->run, look->pairing, look->group, &n);

	for (i = 0; after && i < n; i++) {
		const struct ig_site_count *s = &look->run->sites[sites[i]];

		if (kept_at(look, sites[i]))
			h->wants += count_bindings(look->group, after,
						   ig_trace_of(s), &h->device);
	}
}

/*
 * One reference for each time that the driver has been bound in the run, and is
 * still.  An open get may have been taken for the answer to a put of what was
 * bound before: then the two count for each other.
 */
static void look_for_driver(const struct holder_look *look)
{
	struct ig_holding *h = holding(look);
	long old = look->before ? look->before[look->kind].alive : 0;
	size_t n, i;
	const size_t *sites =
		ig_sites_of(look->run, look->pairing, look->group, &n);

	for (i = 0; i < n; i++) {
		const struct ig_trace *trace =
			ig_trace_of(&look->run->sites[sites[i]]);
		long open = open_at(look, sites[i]);
		long answered = kept_at(look, sites[i]) - open;
		long bound = count_bindings(look->group, look->was, trace,
					    &h->device);
		long more = answered < old ? answered : old;

		if (more > 0)
			old -= more;
		else
			more = 0;
		if (bound > open + more)
			bound = open + more;
		h->wants += bound;
		take_from(look, sites[i], bound < open ? bound : open);
	}
	if (h->nfrom)
		h->anew = dropped_by(look, h->device->driver_module);
}

static void look_for_drivers(const struct holder_look *look)
{
	if (is_old_record(look))
		look_for_old_driver(look);
	else if (is_before(look))
		look_for_old_bindings(look);
	else
		look_for_driver(look);
}

/**
 * struct holder_kind - one kind of holder
 * @name: how it is called in reports
 * @evidence: what the kernel shows, in words
 * @look: sets wants, device and from of the holding
 * @by_gets: how many it wants is known by the open gets alone
 */
static const struct holder_kind {
	const char *name;
	const char *evidence;
	void (*look)(const struct holder_look *look);
	bool by_gets;
} kinds[IG_HOLDER_KINDS] = {
	{ "vfio", "VFIO has a group for it in /sys/class/vfio", look_for_vfio,
	  false },
	{ "iommufd", "its DMA owner is an iommufd context", look_for_iommufd,
	  false },
	{ "singleton_group", "it is the one group of its IOMMU",
	  look_for_singleton, false },
	{ "driver", NULL, look_for_drivers, true },
};

const char *ig_holder_name(unsigned int holder)
{
	return kinds[holder].name;
}

const char *ig_holder_evidence(unsigned int holder)
{
	return kinds[holder].evidence;
}

/*
 * A holder that was there before already and had no reference then does not get
 * one by staying: what is new belongs to somebody else, unless a call site of
 * the holder took it.
 */
static bool had_none(const struct holder_look *look)
{
	const struct ig_holding *was =
		look->before ? &look->before[look->kind] : NULL;

	return was && was->wants && !was->alive && !holding(look)->nfrom;
}

static long look_at_all(struct holder_look *look)
{
	long there = ig_external(look->group), sum = 0;

	memset(look->held, 0, IG_HOLDER_KINDS * sizeof(*look->held));
	for (look->kind = 0; look->kind < IG_HOLDER_KINDS; look->kind++) {
		struct ig_holding *now = holding(look);

		kinds[look->kind].look(look);
		if (!kinds[look->kind].by_gets && had_none(look))
			now->wants = 0;
		now->alive = there - sum;
		if (now->alive > now->wants)
			now->alive = now->wants;
		if (now->alive < 0)
			now->alive = 0;
		sum += now->alive;
	}
	return sum;
}

long ig_holders_before(const struct ig_run *run,
		       const struct ig_pairing *pairing,
		       const struct ig_group_state *group,
		       struct ig_holding *held)
{
	struct holder_look look = {
		.run = run,
		.pairing = pairing,
		.was = group,
		.group = group,
		.held = held,
	};

	return look_at_all(&look);
}

long ig_holders(const struct ig_run *run, const struct ig_pairing *pairing,
		const struct ig_holding *before,
		const struct ig_group_state *group, struct ig_holding *held)
{
	struct holder_look look = {
		.run = run,
		.pairing = pairing,
		.was = ig_find_group(&run->before, group),
		.before = before,
		.group = group,
		.held = held,
	};

	return look_at_all(&look);
}
