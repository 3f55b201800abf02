// SPDX-License-Identifier: GPL-2.0
/*
 * ig_leak - a leak on the success path
 *
 * What it does wrong: ig_leak_success() takes a reference on the group of
 * device= and returns 0 without giving it back, count= times.
 *
 * How it heals: with heal=1 ig_leak_heal() gives all of them back on rmmod.
 * By default they stay leaked until the next boot.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>

#include "ig_common.h"

static char *device;
module_param(device, charp, 0444);
MODULE_PARM_DESC(device, "PCI function whose group is leaked, such as 0000:02:00.0");

static unsigned int count = 1;
module_param(count, uint, 0444);
MODULE_PARM_DESC(count, "references to leak (default 1)");

static bool heal;
module_param(heal, bool, 0644);
MODULE_PARM_DESC(heal, "give the references back on rmmod (default N)");

static struct iommu_group *ig_leak_group;
static unsigned int ig_leak_held;

static ig_site int ig_leak_success(struct device *dev)
{
	struct iommu_group *group;

	group = iommu_group_get(dev);
	if (!group)
		return -ENODEV;

	/* iommu_group_put() is missing here */
	ig_leak_group = group;
	ig_leak_held++;
	return 0;
}

static ig_site void ig_leak_heal(void)
{
	for (; ig_leak_held; ig_leak_held--)
		iommu_group_put(ig_leak_group);
}

static int __init ig_leak_init(void)
{
	struct device *dev;
	int ret = 0;
	unsigned int i;

	dev = ig_device_get(device);
	if (IS_ERR(dev))
		return PTR_ERR(dev);

	for (i = 0; i < count && !ret; i++)
		ret = ig_leak_success(dev);
	put_device(dev);
	if (ret) {
		pr_err("%s left its group after %u references\n", device,
		       ig_leak_held);
		ig_leak_heal();
		return ret;
	}

	pr_info("leaked %u references on the group of %s\n", ig_leak_held,
		device);
	return 0;
}
module_init(ig_leak_init);

static void __exit ig_leak_exit(void)
{
	if (heal)
		ig_leak_heal();
}
module_exit(ig_leak_exit);

MODULE_DESCRIPTION("IOMMU group reference test: leak on the success path");
MODULE_LICENSE("GPL");
