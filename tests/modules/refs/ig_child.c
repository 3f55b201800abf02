// SPDX-License-Identifier: GPL-2.0
/*
 * ig_child - devices below a PCI function, whose driver holds its group
 *
 * What is right: the driver of each child takes a reference of the group of the
 * PCI function device= in its probe and gives it back when it is unbound.  The
 * children are in no group.
 *
 * What it does wrong if told: the probe takes lose= more, for ever.
 *
 * How it heals: with heal=1 rmmod gives those back.
 */
#include <linux/err.h>
#include <linux/platform_device.h>
#include <linux/version.h>

#include "ig_device.h"

static unsigned int children = 2;
module_param(children, uint, 0444);
MODULE_PARM_DESC(children, "how many devices, 1 to 4 (default 2)");

static unsigned int lose;
module_param(lose, uint, 0644);
MODULE_PARM_DESC(lose, "references that each probe loses (default 0)");

static bool heal;
module_param(heal, bool, 0644);
MODULE_PARM_DESC(heal, "give lost references back on rmmod (default N)");

static struct platform_device *ig_children[4];
static struct device *ig_parent;
static struct iommu_group *ig_child_group;
static unsigned int ig_child_lost;

static ig_site struct iommu_group *ig_child_get(struct device *dev)
{
	return iommu_group_get(dev);
}

static ig_site void ig_child_lose(struct iommu_group *group)
{
	unsigned int i;

	for (i = 0; i < lose; i++)
		iommu_group_ref_get(group);
	ig_child_lost += lose;
}

static int ig_child_probe(struct platform_device *pdev)
{
	ig_child_group = ig_child_get(pdev->dev.parent);
	if (!ig_child_group)
		return -ENODEV;
	ig_child_lose(ig_child_group);
	return 0;
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0)
static void ig_child_remove(struct platform_device *pdev)
{
	iommu_group_put(ig_child_group);
}
#else
static int ig_child_remove(struct platform_device *pdev)
{
	iommu_group_put(ig_child_group);
	return 0;
}
#endif

static struct platform_driver ig_child_driver = {
	.driver = { .name = "ig_child" },
	.probe = ig_child_probe,
	.remove = ig_child_remove,
};

static void ig_child_end(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ig_children) && ig_children[i]; i++)
		platform_device_unregister(ig_children[i]);
	platform_driver_unregister(&ig_child_driver);
	for (; heal && ig_child_lost; ig_child_lost--)
		iommu_group_put(ig_child_group);
	put_device(ig_parent);
}

static int ig_child_make(unsigned int i)
{
	const struct platform_device_info info = {
		.parent = ig_parent,
		.name = "ig_child",
		.id = i,
	};
	struct platform_device *pdev = platform_device_register_full(&info);

	if (IS_ERR(pdev))
		return PTR_ERR(pdev);
	ig_children[i] = pdev;
	return 0;
}

static int ig_child_run(void)
{
	unsigned int i;
	int ret;

	ig_parent = ig_device_get(device);
	if (IS_ERR(ig_parent))
		return PTR_ERR(ig_parent);
	ret = platform_driver_register(&ig_child_driver);
	if (ret) {
		put_device(ig_parent);
		return ret;
	}
	for (i = 0; !ret && i < children && i < ARRAY_SIZE(ig_children); i++)
		ret = ig_child_make(i);
	if (ret)
		ig_child_end();
	return ret;
}

ig_module(ig_child, ig_child_run(), ig_child_end());
MODULE_DESCRIPTION("IOMMU group reference test: drivers below a device hold its group");
