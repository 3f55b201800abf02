// SPDX-License-Identifier: GPL-2.0
/*
 * Who may hold a reference for long and be right: known by the driver that a
 * device of the group is bound to, or by the call site that took it.
 */
#include <string.h>

#include "refs/refs.h"

/**
 * struct ref_owner - one kind of holder; each holds one reference a group
 * @name: how it is called in reports
 * @driver: bound to a device of the group, NULL: known by its call site only
 * @anywhere: @driver may be a part of the driver's name
 * @module: module of its call sites, a part of the name
 * @function: or how the function begins that has the call site
 * @owner: holds only while the group has a DMA owner
 */
static const struct ref_owner {
	const char *name;
	const char *driver;
	bool anywhere;
	const char *module;
	const char *function;
	bool owner;
} holders[IG_REF_OWNERS] = {
	{ "vfio", "vfio", true, "vfio", "vfio_", false },
	{ "iommufd", NULL, false, "iommufd", "iommufd_", true },
	{ "singleton_group", NULL, false, NULL, "generic_single_device_group",
	  false },
	{ "amdxdna", "amdxdna", false, "amdxdna", "amdxdna_", false },
};

const char *ig_holder_name(unsigned int holder)
{
	return holders[holder].name;
}

static bool begins(const char *s, const char *with)
{
	return !strncmp(s, with, strlen(with));
}

static const struct ig_device *bound_device(const struct ref_owner *h,
					    const struct ig_group_state *group)
{
	size_t i;

	for (i = 0; h->driver && i < group->ndevices; i++) {
		const char *driver = group->devices[i].driver;

		if (!driver)
			continue;
		if (h->anywhere ? !!strstr(driver, h->driver) :
				  !strcmp(driver, h->driver))
			return &group->devices[i];
	}
	return NULL;
}

static bool is_site_of(const struct ref_owner *h, const char *symbol)
{
	const char *module = symbol ? strrchr(symbol, '[') : NULL;

	if (!symbol)
		return false;
	if (module)
		return h->module && strstr(module, h->module);
	return begins(symbol, h->function);
}

/* The holder's call site with a get outstanding on this group. */
static size_t outstanding_site(const struct ref_owner *h,
			       const struct ig_run *run,
			       const struct ig_pairing *pairing,
			       const struct ig_group_state *group)
{
	size_t n, i;
	const size_t *sites = ig_sites_of(run, pairing, group, &n);

	for (i = 0; i < n; i++)
		if (pairing->gets[sites[i]] &&
		    is_site_of(h, run->sites[sites[i]].symbol))
			return sites[i] + 1;
	return 0;
}

/*
 * A driver that was bound before already and had no reference then does not
 * get one by staying bound: what is new belongs to somebody else, unless a
 * call site of the holder took it.
 */
static bool holds(const struct ref_owner *h, const struct ig_holding *before,
		  const struct ig_group_state *group,
		  const struct ig_holding *now)
{
	if (h->owner && (!group->owned || !group->owner_cnt))
		return false;
	if (!h->driver)
		return now->site;
	if (!now->device)
		return false;
	if (before && before->device && !before->alive)
		return now->site;
	return true;
}

long ig_holders(const struct ig_run *run, const struct ig_pairing *pairing,
		const struct ig_holding *before,
		const struct ig_group_state *group, struct ig_holding *held)
{
	long there = ig_external(group), sum = 0;
	unsigned int i;

	for (i = 0; i < IG_REF_OWNERS; i++) {
		struct ig_holding *now = &held[i];

		memset(now, 0, sizeof(*now));
		now->device = bound_device(&holders[i], group);
		now->site = outstanding_site(&holders[i], run, pairing, group);
		now->wants = holds(&holders[i], before ? &before[i] : NULL,
				   group, now);
		now->alive = now->wants && sum < there;
		sum += now->alive;
	}
	return sum;
}
