// SPDX-License-Identifier: GPL-2.0
/*
 * Who may hold a reference for long and be right, by what the kernel shows of
 * it.  What a driver or a function is called decides nothing.
 */
#include <string.h>

#include "refs/holder_look.h"

static struct ig_holding *holding(const struct ig_holder_look *look)
{
	return &look->held[look->kind];
}

static bool is_old_record(const struct ig_holder_look *look)
{
	return !look->run->before.holders_read;
}

static bool is_before(const struct ig_holder_look *look)
{
	return look->group == look->was;
}

/*
 * Which get was this holder's: so that no other holder has the same one, and
 * for its stack.  That there is a holder is known by then.  If its code dropped
 * one that it had before, it has taken this one anew.
 */
static void take_one_of(const struct ig_holder_look *look, const char *module)
{
	struct ig_holding *h = holding(look);
	size_t n, i;
	const size_t *sites =
		ig_sites_of(look->run, look->pairing, look->group, &n);

	for (i = 0; i < n && !h->nfrom; i++)
		if (ig_open_at(look, sites[i]) &&
		    ig_is_code_of(look->run->sites[sites[i]].symbol, module))
			ig_take_from(look, sites[i], 1);
	if (h->nfrom)
		h->anew = ig_dropped_by(look, module);
}

static bool bound_to(const struct ig_holder_look *look, const char *part)
{
	size_t i;

	for (i = 0; i < look->group->ndevices; i++) {
		const struct ig_device *d = &look->group->devices[i];

		if (!d->driver || !strstr(d->driver, part))
			continue;
		holding(look)->bound = ig_bound_of(d);
		return true;
	}
	return false;
}

static void look_for_vfio(const struct ig_holder_look *look)
{
	struct ig_holding *h = holding(look);

	if (is_old_record(look)) {
		h->wants = bound_to(look, "vfio");
	} else {
		h->wants = look->group->vfio_group;
	}
	/* Bound again, it has another one, which is no driver's of before. */
	if (h->wants)
		take_one_of(look, "vfio");
}

static void look_for_iommufd(const struct ig_holder_look *look)
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
static void look_for_singleton(const struct ig_holder_look *look)
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
static void look_for_old_driver(const struct ig_holder_look *look)
{
	struct ig_holding *h = holding(look);

	if (!bound_to(look, "amdxdna") ||
	    strcmp(h->bound.driver, "amdxdna") != 0) {
		h->bound = (struct ig_bound){ 0 };
		return;
	}
	h->wants = 1;
	if (!is_before(look))
		take_one_of(look, "amdxdna");
}

static void look_for_drivers(const struct ig_holder_look *look)
{
	if (is_old_record(look))
		look_for_old_driver(look);
	else if (is_before(look))
		ig_look_for_old_bindings(look);
	else
		ig_look_for_driver(look);
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
	void (*look)(const struct ig_holder_look *look);
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
static bool had_none(const struct ig_holder_look *look)
{
	const struct ig_holding *was =
		look->before ? &look->before[look->kind] : NULL;

	return was && was->wants && !was->alive && !holding(look)->nfrom;
}

static long look_at_all(struct ig_holder_look *look)
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
	struct ig_holder_look look = {
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
	struct ig_holder_look look = {
		.run = run,
		.pairing = pairing,
		.was = ig_find_group(&run->before, group),
		.before = before,
		.group = group,
		.held = held,
	};

	return look_at_all(&look);
}
