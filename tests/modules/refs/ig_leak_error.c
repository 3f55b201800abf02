// SPDX-License-Identifier: GPL-2.0
/*
 * ig_leak_error - a leak on an error path
 *
 * What it does wrong: ig_leak_probe_error() takes a reference on the group of
 * device= and validates the device. When that fails, as it does in the last
 * fail= of rounds= calls, it returns the error without giving the reference
 * back. Its success path is balanced. The module loads all the same.
 *
 * How it heals: with heal=1 ig_leak_error_heal() gives all of them back on
 * rmmod. By default they stay leaked until the next boot.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/sched.h>

#include "ig_common.h"

static char *device;
module_param(device, charp, 0444);
MODULE_PARM_DESC(device, "PCI function whose group is leaked, such as 0000:02:00.0");

static unsigned int rounds = 100;
module_param(rounds, uint, 0444);
MODULE_PARM_DESC(rounds, "calls in all (default 100)");

static unsigned int fail = 1;
module_param(fail, uint, 0444);
MODULE_PARM_DESC(fail, "calls that fail, and leak (default 1, at most rounds)");

static bool heal;
module_param(heal, bool, 0644);
MODULE_PARM_DESC(heal, "give the references back on rmmod (default N)");

static struct iommu_group *ig_leak_error_group;
static unsigned int ig_leak_error_held;

static ig_site int ig_leak_error_validate(struct iommu_group *group, bool broken)
{
	if (broken || iommu_group_id(group) < 0)
		return -ENOMEM;
	return 0;
}

static ig_site int ig_leak_probe_error(struct device *dev, bool broken)
{
	struct iommu_group *group;
	int ret;

	group = iommu_group_get(dev);
	if (!group)
		return -ENODEV;

	ret = ig_leak_error_validate(group, broken);
	if (ret) {
		/* iommu_group_put() is missing here */
		ig_leak_error_group = group;
		ig_leak_error_held++;
		return ret;
	}

	iommu_group_put(group);
	return 0;
}

static ig_site void ig_leak_error_heal(void)
{
	for (; ig_leak_error_held; ig_leak_error_held--)
		iommu_group_put(ig_leak_error_group);
}

static int __init ig_leak_error_init(void)
{
	struct device *dev;
	unsigned int i;
	int ret;

	if (fail > rounds) {
		pr_err("fail=%u is more than rounds=%u\n", fail, rounds);
		return -EINVAL;
	}

	dev = ig_device_get(device);
	if (IS_ERR(dev))
		return PTR_ERR(dev);

	for (i = 0; i < rounds; i++) {
		ret = ig_leak_probe_error(dev, i >= rounds - fail);
		if (ret == -ENODEV) {
			pr_err("%s left its group\n", device);
			put_device(dev);
			ig_leak_error_heal();
			return ret;
		}
		cond_resched();
	}
	put_device(dev);

	pr_info("%u of %u calls failed and leaked\n", ig_leak_error_held, rounds);
	return 0;
}
module_init(ig_leak_error_init);

static void __exit ig_leak_error_exit(void)
{
	if (heal)
		ig_leak_error_heal();
}
module_exit(ig_leak_error_exit);

MODULE_DESCRIPTION("IOMMU group reference test: leak on an error path");
MODULE_LICENSE("GPL");
