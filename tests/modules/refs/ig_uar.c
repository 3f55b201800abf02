// SPDX-License-Identifier: GPL-2.0
/*
 * ig_uar - use a group after its release
 *
 * What it does wrong: ig_uar_put() drops a reference to a group that the put
 * before it has released.  The group never had a device.
 *
 * How it heals: not at all.  The kernel warns about the reference count and
 * its memory may be damaged; load this in a guest that is thrown away.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>

#include "ig_common.h"

static ig_site void ig_uar_put(struct iommu_group *group)
{
	iommu_group_put(group);
}

static ig_site void ig_uar_release(struct iommu_group *group)
{
	iommu_group_put(group);
}

static int __init ig_uar_init(void)
{
	struct iommu_group *group = iommu_group_alloc();

	if (IS_ERR(group))
		return PTR_ERR(group);
	ig_uar_release(group);
	ig_uar_put(group);
	return 0;
}
module_init(ig_uar_init);

static void __exit ig_uar_exit(void)
{
}
module_exit(ig_uar_exit);

MODULE_DESCRIPTION("IOMMU group reference test: put after release");
MODULE_LICENSE("GPL");
