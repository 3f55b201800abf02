// SPDX-License-Identifier: GPL-2.0
/*
 * ig_leak_rare - a leak once in a thousand calls, among balanced traffic
 *
 * What it does wrong: each of rounds= rounds gets and puts the group of device=
 * from ig_rare_query(), ig_rare_attachish() with ig_rare_detachish(),
 * ig_rare_walk() and ig_rare_refresh(). All are balanced, except that one in
 * every= calls of ig_rare_refresh() forgets to put.
 *
 * How it heals: with heal=1 ig_heal() gives the references back on rmmod.
 * By default they stay leaked until the next boot.
 */
#include "ig_leaks.h"

static unsigned int rounds = 5000;
module_param(rounds, uint, 0444);
MODULE_PARM_DESC(rounds, "rounds of traffic (default 5000)");

static unsigned int every = 1000;
module_param(every, uint, 0444);
MODULE_PARM_DESC(every, "one in this many calls of ig_rare_refresh() leaks (default 1000, 0 for none)");

static unsigned int ig_rare_refreshes;

static ig_site int ig_rare_query(struct device *dev)
{
	struct iommu_group *group;
	int id;

	group = iommu_group_get(dev);
	if (!group)
		return -ENODEV;

	id = iommu_group_id(group);
	iommu_group_put(group);
	return id < 0 ? id : 0;
}

static ig_site struct iommu_group *ig_rare_attachish(struct device *dev)
{
	struct iommu_group *group;

	group = iommu_group_get(dev);
	if (!group)
		return NULL;

	/* nested: the outer reference outlives the inner one */
	if (ig_rare_query(dev)) {
		iommu_group_put(group);
		return NULL;
	}

	return group;
}

static ig_site void ig_rare_detachish(struct iommu_group *group)
{
	iommu_group_put(group);
}

static int ig_rare_count(struct device *dev, void *data)
{
	(*(unsigned int *)data)++;
	return 0;
}

static ig_site int ig_rare_walk(struct device *dev)
{
	struct iommu_group *group;
	unsigned int devices = 0;
	int ret;

	group = iommu_group_get(dev);
	if (!group)
		return -ENODEV;

	ret = iommu_group_for_each_dev(group, &devices, ig_rare_count);
	iommu_group_put(group);
	return ret;
}

static ig_site int ig_rare_refresh(struct device *dev)
{
	struct iommu_group *group;

	group = iommu_group_get(dev);
	if (!group)
		return -ENODEV;

	ig_rare_refreshes++;
	if (every && ig_rare_refreshes % every == 0) {
		ig_leak(group);
		return 0;
	}

	iommu_group_put(group);
	return 0;
}

static int ig_rare_round(struct device *dev, unsigned int round)
{
	struct iommu_group *group;
	int ret;

	ret = ig_rare_query(dev);
	if (ret)
		return ret;

	group = ig_rare_attachish(dev);
	if (!group)
		return -ENODEV;

	ret = ig_rare_refresh(dev);
	if (!ret)
		ret = ig_rare_walk(dev);

	ig_rare_detachish(group);
	return ret;
}

static int ig_rare_run(struct device *dev)
{
	int ret = ig_leak_rounds(dev, rounds, ig_rare_round);

	if (!ret)
		pr_info("%u of %u refreshes leaked\n", ig_leaked,
			ig_rare_refreshes);
	return ret;
}

ig_module(ig_rare, ig_with_device(ig_rare_run), ig_heal_if_told());
MODULE_DESCRIPTION("IOMMU group reference test: leak once in a thousand calls");
