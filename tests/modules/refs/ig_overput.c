// SPDX-License-Identifier: GPL-2.0
/*
 * ig_overput - one put too many
 *
 * What it does wrong: ig_overput_put() puts a reference on the group of device=
 * that it never took, count= times. On a group of N devices the count is then
 * below N. Nothing is freed as long as one reference is left; a count= that
 * would take the last one is refused, unless force=1: then the group is freed
 * under its devices, and what happens is undefined.
 *
 * How it heals: ig_overput_heal() takes the missing references again on rmmod,
 * unless heal=0 or force=1. Keep the group's devices plugged in until then.
 */
#include "ig_device.h"

static unsigned int count = 1;
module_param(count, uint, 0444);
MODULE_PARM_DESC(count, "puts too many (default 1)");

static bool force;
module_param(force, bool, 0444);
MODULE_PARM_DESC(force, "put even the last reference of the group (default N)");

static bool heal = true;
module_param(heal, bool, 0644);
MODULE_PARM_DESC(heal, "take the missing references again on rmmod (default Y)");

static struct device *ig_overput_dev;

static int ig_overput_count(struct device *dev, void *data)
{
	(*(unsigned int *)data)++;
	return 0;
}

/* Balanced: the devices' own references keep the returned group alive. */
static ig_site struct iommu_group *ig_overput_lookup(struct device *dev,
						     unsigned int *devices)
{
	struct iommu_group *group;

	group = iommu_group_get(dev);
	if (!group)
		return NULL;

	*devices = 0;
	iommu_group_for_each_dev(group, devices, ig_overput_count);
	iommu_group_put(group);
	return group;
}

static ig_site void ig_overput_put(struct iommu_group *group)
{
	/* the reference belongs to somebody else */
	iommu_group_put(group);
}

static ig_site void ig_overput_heal(struct device *dev)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		if (!iommu_group_get(dev)) {
			pr_err("%s left its group: nothing to heal\n", device);
			return;
		}
	}
}

static int ig_overput_run(struct device *dev)
{
	struct iommu_group *group;
	unsigned int devices;
	unsigned int i;
	int id;

	group = ig_overput_lookup(dev, &devices);
	if (!group) {
		pr_err("%s left its group\n", device);
		return -ENODEV;
	}

	id = iommu_group_id(group);
	if (devices <= count && !force) {
		pr_err("group %d has %u device(s): %u put(s) too many could free it, refused without force=1\n",
		       id, devices, count);
		return -EINVAL;
	}

	for (i = 0; i < count; i++)
		ig_overput_put(group);

	ig_overput_dev = get_device(dev);
	pr_info("put %u reference(s) too many on group %d of %u devices\n",
		count, id, devices);
	return 0;
}

static void ig_overput_end(void)
{
	if (heal && !force)
		ig_overput_heal(ig_overput_dev);
	put_device(ig_overput_dev);
}

ig_module(ig_overput, ig_with_device(ig_overput_run), ig_overput_end());
MODULE_DESCRIPTION("IOMMU group reference test: one put too many");
