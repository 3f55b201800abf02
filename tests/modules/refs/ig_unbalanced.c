// SPDX-License-Identifier: GPL-2.0
/*
 * ig_unbalanced - a device that is added to a group twice, and removed twice
 *
 * The device is the module's own and has no IOMMU.  The link "iommu_group" in sysfs
 * is all that keeps a device from being added twice, so the module removes it first.
 *
 * What it does, by mode=:
 *   once    ig_unbalanced_add() adds the device to a group; rmmod removes it
 *   two     rounds= times, ig_unbalanced_add() adds it to a second group as well,
 *           and ig_unbalanced_remove() removes it from both
 *   listed  adds it to one group twice, and removes it once
 * Writing "again" to /sys/module/ig_unbalanced/parameters/run adds it to its group
 * once more.
 *
 * What it does wrong: mode=two and mode=listed add a device that is in a group;
 * mode=two removes one that is in none any more; mode=listed leaves it in the list
 * after its removal.  References are balanced.
 *
 * How it heals: rmmod removes the device as often as it is still listed.
 */
#include <linux/err.h>
#include <linux/iommu.h>
#include <linux/platform_device.h>
#include <linux/sysfs.h>

#include "ig_modes.h"

MODULE_PARM_DESC(mode, "once (default), two or listed");

static unsigned int rounds = 1;
module_param(rounds, uint, 0444);
MODULE_PARM_DESC(rounds, "mode=two: how often (default 1)");

static struct platform_device *ig_pdev;
static struct iommu_group *ig_first;
static unsigned int ig_listed;

static ig_site int ig_unbalanced_add(struct iommu_group *group)
{
	sysfs_remove_link(&ig_pdev->dev.kobj, "iommu_group");
	return iommu_group_add_device(group, &ig_pdev->dev);
}

static ig_site void ig_unbalanced_remove(struct iommu_group *group)
{
	/* a device knows its latest group only, and none after a removal */
	ig_pdev->dev.iommu_group = group;
	iommu_group_remove_device(&ig_pdev->dev);
}

static int ig_add_to_first(void)
{
	int ret = ig_unbalanced_add(ig_first);

	ig_listed += !ret;
	return ret;
}

static void ig_remove_from_first(void)
{
	for (; ig_listed; ig_listed--)
		ig_unbalanced_remove(ig_first);
}

static int ig_add_to_both(struct iommu_group *second)
{
	int ret = ig_add_to_first();

	if (ret)
		return ret;
	ret = ig_unbalanced_add(second);
	if (!ret)
		ig_unbalanced_remove(second);
	ig_remove_from_first();
	return ret;
}

static int ig_two(void)
{
	struct iommu_group *second = iommu_group_alloc();
	unsigned int i;
	int ret = 0;

	if (IS_ERR(second))
		return PTR_ERR(second);
	for (i = 0; i < rounds && !ret; i++)
		ret = ig_add_to_both(second);
	iommu_group_put(second);
	return ret;
}

static int ig_listed_twice(void)
{
	int ret = ig_add_to_first() ?: ig_add_to_first();

	if (ret)
		return ret;
	ig_unbalanced_remove(ig_first);
	ig_listed--;
	return 0;
}

static const struct ig_mode ig_modes[] = {
	{ "once", ig_add_to_first },
	{ "two", ig_two },
	{ "listed", ig_listed_twice },
	{ }
};

static int ig_again(const char *val, const struct kernel_param *kp)
{
	if (!ig_listed || !sysfs_streq(val, "again"))
		return -EINVAL;
	return ig_add_to_first();
}

static const struct kernel_param_ops ig_again_ops = { .set = ig_again };
module_param_cb(run, &ig_again_ops, NULL, 0200);
MODULE_PARM_DESC(run, "again, to add the device once more");

static int ig_with_group(void)
{
	int ret;

	ig_first = iommu_group_alloc();
	if (IS_ERR(ig_first))
		return PTR_ERR(ig_first);

	ret = ig_mode_run(ig_modes);
	if (ret)
		ig_remove_from_first();
	/* from here on the group lives as long as the device is in it */
	iommu_group_put(ig_first);
	return ret;
}

static int ig_unbalanced_run(void)
{
	int ret;

	ig_pdev = platform_device_register_simple(KBUILD_MODNAME,
						  PLATFORM_DEVID_NONE, NULL, 0);
	if (IS_ERR(ig_pdev))
		return PTR_ERR(ig_pdev);

	ret = ig_with_group();
	if (ret)
		platform_device_unregister(ig_pdev);
	return ret;
}

static void ig_unbalanced_end(void)
{
	ig_remove_from_first();
	platform_device_unregister(ig_pdev);
}

ig_module(ig_unbalanced, ig_unbalanced_run(), ig_unbalanced_end());
MODULE_DESCRIPTION("IOMMU group test: a device that is in a group twice");
