// SPDX-License-Identifier: GPL-2.0
/*
 * ig_balanced - looks like a leak or a double put, and is right
 *
 * What it does: rounds= rounds of references on the group of device=, taken and
 * dropped from many sites: nested, dropped in the order they were taken in and
 * in the reverse one, taken in one function and dropped in another, handed on
 * by iommu_group_ref_get(), dropped on an error path. With hold=1
 * ig_balanced_hold() keeps one more reference while the module is loaded:
 * held by somebody who is alive, no leak.
 *
 * What it does wrong: nothing. ig_balanced_unhold() drops what is held on
 * rmmod.
 */
#include <linux/kernel.h>

#include "ig_device.h"

static unsigned int rounds = 1000;
module_param(rounds, uint, 0444);
MODULE_PARM_DESC(rounds, "rounds of traffic (default 1000)");

static bool hold;
module_param(hold, bool, 0444);
MODULE_PARM_DESC(hold, "keep a reference while loaded (default N)");

static struct iommu_group *ig_balanced_held;

static ig_site int ig_balanced_simple(struct device *dev)
{
	struct iommu_group *group;

	group = iommu_group_get(dev);
	if (!group)
		return -ENODEV;

	iommu_group_put(group);
	return 0;
}

static ig_site int ig_balanced_nested(struct device *dev, unsigned int depth)
{
	struct iommu_group *group;
	int ret = 0;

	group = iommu_group_get(dev);
	if (!group)
		return -ENODEV;

	if (depth > 1)
		ret = ig_balanced_nested(dev, depth - 1);

	iommu_group_put(group);
	return ret;
}

static ig_site struct iommu_group *ig_balanced_take(struct device *dev)
{
	return iommu_group_get(dev);
}

static ig_site struct iommu_group *ig_balanced_share(struct iommu_group *group)
{
	return iommu_group_ref_get(group);
}

static ig_site void ig_balanced_drop(struct iommu_group *group)
{
	iommu_group_put(group);
}

/* Takes one reference, shares three, and drops them in the given order. */
static ig_site int ig_balanced_order(struct device *dev, bool reverse)
{
	struct iommu_group *group[4];
	int n = ARRAY_SIZE(group);
	int i;

	group[0] = ig_balanced_take(dev);
	if (!group[0])
		return -ENODEV;

	for (i = 1; i < n; i++)
		group[i] = ig_balanced_share(group[0]);
	for (i = 0; i < n; i++)
		ig_balanced_drop(group[reverse ? n - 1 - i : i]);

	return 0;
}

/* Two references, and two labels to leave by. */
static ig_site int ig_balanced_error(struct device *dev, unsigned int step)
{
	struct iommu_group *outer, *inner;
	int ret = 0;

	outer = iommu_group_get(dev);
	if (!outer)
		return -ENODEV;

	if (step == 0) {
		ret = -EBUSY;
		goto put_outer;
	}

	inner = iommu_group_ref_get(outer);
	if (step == 1) {
		ret = -ENOMEM;
		goto put_inner;
	}

put_inner:
	iommu_group_put(inner);
put_outer:
	iommu_group_put(outer);
	return ret;
}

static ig_site struct iommu_group *ig_balanced_hold(struct device *dev)
{
	return iommu_group_get(dev);
}

static ig_site void ig_balanced_unhold(void)
{
	if (ig_balanced_held)
		iommu_group_put(ig_balanced_held);
}

static int ig_balanced_round(struct device *dev, unsigned int round)
{
	int ret;

	ret = ig_balanced_simple(dev);
	if (ret)
		return ret;

	ret = ig_balanced_nested(dev, 1 + round % 8);
	if (ret)
		return ret;

	ret = ig_balanced_order(dev, round % 2);
	if (ret)
		return ret;

	/* the errors are part of the traffic */
	ret = ig_balanced_error(dev, round % 3);
	return ret == -ENODEV ? ret : 0;
}

static int ig_balanced_run(struct device *dev)
{
	int ret = ig_rounds(dev, rounds, ig_balanced_round);

	if (ret)
		return ret;

	if (hold) {
		ig_balanced_held = ig_balanced_hold(dev);
		if (!ig_balanced_held)
			return -ENODEV;
	}
	pr_info("%u rounds, %d reference(s) held\n", rounds, hold);
	return 0;
}

ig_module(ig_balanced, ig_with_device(ig_balanced_run), ig_balanced_unhold());
MODULE_DESCRIPTION("IOMMU group reference test: balanced traffic");
