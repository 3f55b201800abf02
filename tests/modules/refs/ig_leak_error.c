// SPDX-License-Identifier: GPL-2.0
/*
 * ig_leak_error - a leak on an error path
 *
 * What it does wrong: ig_leak_probe_error() takes a reference on the group of
 * device= and validates the device. When that fails, as it does in the last
 * fail= of rounds= calls, it returns the error without giving the reference
 * back. Its success path is balanced. The module loads all the same.
 *
 * How it heals: with heal=1 ig_heal() gives all of them back on rmmod. By
 * default they stay leaked until the next boot.
 */
#include "ig_leaks.h"

static unsigned int rounds = 100;
module_param(rounds, uint, 0444);
MODULE_PARM_DESC(rounds, "calls in all (default 100)");

static unsigned int fail = 1;
module_param(fail, uint, 0444);
MODULE_PARM_DESC(fail, "calls that fail, and leak (default 1, at most rounds)");

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
		ig_leak(group);
		return ret;
	}

	iommu_group_put(group);
	return 0;
}

static int ig_leak_error_round(struct device *dev, unsigned int round)
{
	int ret = ig_leak_probe_error(dev, round >= rounds - fail);

	return ret == -ENODEV ? ret : 0;
}

static int ig_leak_error_run(struct device *dev)
{
	int ret;

	if (fail > rounds) {
		pr_err("fail=%u is more than rounds=%u\n", fail, rounds);
		return -EINVAL;
	}

	ret = ig_leak_rounds(dev, rounds, ig_leak_error_round);
	if (!ret)
		pr_info("%u of %u calls failed and leaked\n", ig_leaked, rounds);
	return ret;
}

ig_module(ig_leak_error, ig_with_device(ig_leak_error_run), ig_heal_if_told());
MODULE_DESCRIPTION("IOMMU group reference test: leak on an error path");
