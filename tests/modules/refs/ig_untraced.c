// SPDX-License-Identifier: GPL-2.0
/*
 * ig_untraced - drop a reference in a way that no probe sees
 *
 * What it does wrong: it takes a reference on the group of device= with
 * iommu_group_get() and drops it with kobject_put() on the kobject that counts them,
 * which only the IOMMU core may do.  References are balanced, events are not.
 */
#include <linux/kobject.h>

#include "ig_device.h"

/* How struct iommu_group begins in drivers/iommu/iommu.c, from 6.1 to 7.3. */
struct ig_group_head {
	struct kobject kobj;
	struct kobject *devices_kobj;
};

static ig_site int ig_untraced_put(struct device *dev)
{
	struct iommu_group *group = iommu_group_get(dev);

	if (!group)
		return -ENODEV;
	kobject_put(((struct ig_group_head *)group)->devices_kobj);
	return 0;
}

ig_module(ig_untraced, ig_with_device(ig_untraced_put), ig_nothing());
MODULE_DESCRIPTION("IOMMU group reference test: a put that is not traced");
