// SPDX-License-Identifier: GPL-2.0
/*
 * ig_attachcrowd - more tasks that attach at a time than can be timed
 *
 * What it does on insmod: 300 kernel threads call iommu_attach_group() for the
 * group of device=, in ig_attachcrowd_attach(), while the group lock is held.  The
 * group is attached already, so each of them fails.
 *
 * What it does wrong: nothing.  A program that times fewer has to say so.
 */
#include <linux/delay.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "ig_domain.h"
#include "ig_thread.h"

/* attach has room for 256. */
#define IG_CROWD	300

static struct iommu_group *ig_group;
static struct iommu_domain *ig_domain;
static struct task_struct **ig_crowd;
static DECLARE_COMPLETION(ig_ready);

static ig_site int ig_attachcrowd_attach(void *data)
{
	complete(&ig_ready);
	return iommu_attach_group(ig_domain, ig_group);
}

/* Called with the group lock, for which all of them wait. */
static int ig_gather(struct device *dev, void *data)
{
	int i;

	for (i = 0; i < IG_CROWD; i++) {
		ig_crowd[i] = ig_thread_start(ig_attachcrowd_attach, NULL,
					      &ig_ready, KBUILD_MODNAME);
		if (IS_ERR(ig_crowd[i]))
			return PTR_ERR(ig_crowd[i]);
	}
	/* so that the last ones wait, too */
	msleep(100);
	return 1; /* one device is enough */
}

/* 0 if all of them found the group attached. */
static int ig_disperse(void)
{
	int i, ret = 0;

	for (i = 0; i < IG_CROWD && !IS_ERR_OR_NULL(ig_crowd[i]); i++)
		if (ig_thread_end(ig_crowd[i]) != -EBUSY)
			ret = -EIO;
	return ret;
}

static int ig_with_domain_attached(void)
{
	int ret, gathered;

	ret = iommu_attach_group(ig_domain, ig_group);
	if (ret)
		return ret;
	gathered = iommu_group_for_each_dev(ig_group, NULL, ig_gather);
	ret = ig_disperse();
	iommu_detach_group(ig_domain, ig_group);
	return gathered < 0 ? gathered : ret;
}

static int ig_with_domain(struct device *dev)
{
	int ret;

	ig_domain = ig_domain_alloc(dev);
	if (IS_ERR(ig_domain))
		return PTR_ERR(ig_domain);

	ret = ig_with_domain_attached();
	iommu_domain_free(ig_domain);
	return ret;
}

static int ig_attachcrowd_run(struct device *dev)
{
	int ret = -ENOMEM;

	ig_group = iommu_group_get(dev);
	if (!ig_group)
		return -ENODEV;

	ig_crowd = kvcalloc(IG_CROWD, sizeof(*ig_crowd), GFP_KERNEL);
	if (ig_crowd)
		ret = ig_with_domain(dev);
	kvfree(ig_crowd);
	iommu_group_put(ig_group);
	return ret;
}

ig_module(ig_attachcrowd, ig_with_device(ig_attachcrowd_run), ig_nothing());
MODULE_DESCRIPTION("IOMMU group attach test: more tasks than can be timed");
