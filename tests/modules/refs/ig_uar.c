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
#include <linux/err.h>
#include <linux/iommu.h>

#include "ig_module.h"

static ig_site void ig_uar_put(struct iommu_group *group)
{
	iommu_group_put(group);
}

static ig_site void ig_uar_release(struct iommu_group *group)
{
	iommu_group_put(group);
}

static int ig_uar_run(void)
{
	struct iommu_group *group = iommu_group_alloc();

	if (IS_ERR(group))
		return PTR_ERR(group);
	ig_uar_release(group);
	ig_uar_put(group);
	return 0;
}

ig_module(ig_uar, ig_uar_run(), ig_nothing());
MODULE_DESCRIPTION("IOMMU group reference test: put after release");
