// SPDX-License-Identifier: GPL-2.0
/*
 * ig_leak - a leak on the success path
 *
 * What it does wrong: ig_leak_success() takes a reference on the group of
 * device= and returns 0 without giving it back, count= times.
 *
 * How it heals: with heal=1 ig_heal() gives all of them back on rmmod.
 * By default they stay leaked until the next boot.
 */
#include "ig_leaks.h"

static unsigned int count = 1;
module_param(count, uint, 0444);
MODULE_PARM_DESC(count, "references to leak (default 1)");

static ig_site int ig_leak_success(struct device *dev, unsigned int round)
{
	struct iommu_group *group;

	group = iommu_group_get(dev);
	if (!group)
		return -ENODEV;

	ig_leak(group);
	return 0;
}

static int ig_leak_run(struct device *dev)
{
	int ret = ig_leak_rounds(dev, count, ig_leak_success);

	if (!ret)
		pr_info("leaked %u references on the group of %s\n", ig_leaked,
			device);
	return ret;
}

ig_module(ig_leak, ig_with_device(ig_leak_run), ig_heal_if_told());
MODULE_DESCRIPTION("IOMMU group reference test: leak on the success path");
