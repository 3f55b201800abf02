// SPDX-License-Identifier: GPL-2.0
/*
 * ig_zombie - a group without a device that is still referenced
 *
 * What it does wrong: ig_zombie_alloc() allocates a group, count= times, never
 * adds a device to it and never gives back the reference that
 * iommu_group_alloc() returned. The ids of the groups can be read from
 * /sys/module/ig_zombie/parameters/ids.
 *
 * How it heals: with heal=1 ig_zombie_heal() gives the references back on
 * rmmod, which releases the groups. By default they stay until the next boot.
 */
#include <linux/err.h>
#include <linux/iommu.h>

#include "ig_module.h"

#define IG_ZOMBIES	64

static unsigned int count = 1;
module_param(count, uint, 0444);
MODULE_PARM_DESC(count, "groups to allocate (default 1, at most 64)");

static bool heal;
module_param(heal, bool, 0644);
MODULE_PARM_DESC(heal, "give the references back on rmmod (default N)");

static int ids[IG_ZOMBIES];
static int zombies;
module_param_array(ids, int, &zombies, 0444);
MODULE_PARM_DESC(ids, "ids of the groups (read only)");

static struct iommu_group *ig_zombie_groups[IG_ZOMBIES];

static ig_site struct iommu_group *ig_zombie_alloc(void)
{
	/* the caller never adds a device, and never puts */
	return iommu_group_alloc();
}

static ig_site void ig_zombie_heal(void)
{
	while (zombies)
		iommu_group_put(ig_zombie_groups[--zombies]);
}

static int ig_zombie_run(void)
{
	struct iommu_group *group;

	if (count > IG_ZOMBIES) {
		pr_err("count=%u is more than %u\n", count, IG_ZOMBIES);
		return -EINVAL;
	}

	for (zombies = 0; zombies < count; zombies++) {
		group = ig_zombie_alloc();
		if (IS_ERR(group)) {
			pr_err("no group allocated: %ld\n", PTR_ERR(group));
			ig_zombie_heal();
			return PTR_ERR(group);
		}
		ig_zombie_groups[zombies] = group;
		ids[zombies] = iommu_group_id(group);
		pr_info("group %d has no device\n", ids[zombies]);
	}

	return 0;
}

static void ig_zombie_end(void)
{
	if (heal)
		ig_zombie_heal();
}

ig_module(ig_zombie, ig_zombie_run(), ig_zombie_end());
MODULE_DESCRIPTION("IOMMU group reference test: a group without a device");
