// SPDX-License-Identifier: GPL-2.0
/*
 * ig_helper - all references go through one helper, and one of its users leaks
 *
 * What it does: ig_helper_right() takes and drops references by way of
 * ig_helper_get() and ig_helper_put(), as many drivers do with a function of
 * their own.
 *
 * What it does wrong: ig_helper_wrong() takes two by the same helper and keeps
 * them. With mode=one the helper is what calls iommu_group_get(); with mode=two
 * there is another one in between; with mode=rare the right user has gone by the
 * helper many times before; with mode=right nothing leaks.
 *
 * How it heals: with heal=1 ig_heal() gives them back on rmmod.
 */
#include "ig_leaks.h"
#include "ig_modes.h"

MODULE_PARM_DESC(mode, "one (default), two, rare or right");

/** IG_DEEP - references that the right user has at a time */
#define IG_DEEP 6

static ig_site struct iommu_group *ig_helper_get(struct device *dev)
{
	struct iommu_group *group = iommu_group_get(dev);

	barrier();
	return group;
}

static ig_site void ig_helper_put(struct iommu_group *group)
{
	iommu_group_put(group);
	barrier();
}

static ig_site struct iommu_group *ig_helper_outer_get(struct device *dev)
{
	struct iommu_group *group = ig_helper_get(dev);

	barrier();
	return group;
}

static struct iommu_group *(*ig_helper_take)(struct device *dev);

static ig_site int ig_helper_right(struct device *dev)
{
	struct iommu_group *group[IG_DEEP];
	int i, ret = 0;

	for (i = 0; i < IG_DEEP; i++) {
		group[i] = ig_helper_take(dev);
		if (!group[i])
			ret = -ENODEV;
	}
	for (i = 0; i < IG_DEEP; i++)
		if (group[i])
			ig_helper_put(group[i]);
	return ret;
}

static ig_site int ig_helper_wrong(struct device *dev)
{
	struct iommu_group *group = ig_helper_take(dev);

	if (!group)
		return -ENODEV;
	ig_leak(group);
	return 0;
}

static int ig_helper_all(struct device *dev)
{
	return ig_helper_right(dev) ?: ig_helper_wrong(dev) ?:
	       ig_helper_wrong(dev) ?: ig_helper_right(dev);
}

static int ig_helper_one(void)
{
	ig_helper_take = ig_helper_get;
	return ig_with_device(ig_helper_all);
}

static int ig_helper_two(void)
{
	ig_helper_take = ig_helper_outer_get;
	return ig_with_device(ig_helper_all);
}

static int ig_helper_often(struct device *dev, unsigned int round)
{
	return ig_helper_right(dev);
}

static int ig_helper_late(struct device *dev)
{
	return ig_rounds(dev, 40, ig_helper_often) ?: ig_helper_wrong(dev) ?:
	       ig_helper_wrong(dev) ?: ig_helper_right(dev);
}

static int ig_helper_rare(void)
{
	ig_helper_take = ig_helper_get;
	return ig_with_device(ig_helper_late);
}

static int ig_helper_none(void)
{
	ig_helper_take = ig_helper_get;
	return ig_with_device(ig_helper_right);
}

static const struct ig_mode ig_helper_modes[] = {
	{ "one", ig_helper_one, ig_heal_if_told },
	{ "two", ig_helper_two, ig_heal_if_told },
	{ "rare", ig_helper_rare, ig_heal_if_told },
	{ "right", ig_helper_none, NULL },
	{}
};

ig_module(ig_helper, ig_mode_run(ig_helper_modes), ig_mode_heal());
MODULE_DESCRIPTION("IOMMU group reference test: a helper that takes all references");
