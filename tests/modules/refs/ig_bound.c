// SPDX-License-Identifier: GPL-2.0
/*
 * ig_bound - a PCI driver that holds references of the group while it is bound
 *
 * What is right: ig_bound_probe() takes take= references on the group of its
 * device, and ig_bound_remove() gives them back.
 *
 * What it does wrong if told: ig_bound_remove() forgets lose= of them.
 *
 * How it heals: with heal=1 rmmod gives back what was forgotten.
 */
#include <linux/iommu.h>
#include <linux/minmax.h>
#include <linux/pci.h>

#include "ig_module.h"

static unsigned int take = 1;
module_param(take, uint, 0644);
MODULE_PARM_DESC(take, "references that the probe takes, 1 or 2 (default 1)");

static unsigned int lose;
module_param(lose, uint, 0644);
MODULE_PARM_DESC(lose, "references that each remove forgets (default 0)");

static bool heal;
module_param(heal, bool, 0644);
MODULE_PARM_DESC(heal, "give lost references back on rmmod (default N)");

/* All that it is bound to is in one group. */
static struct iommu_group *ig_bound_group;
static unsigned int ig_bound_lost;

static ig_site struct iommu_group *ig_bound_first(struct device *dev)
{
	return iommu_group_get(dev);
}

/* Another way, or the compiler would make one function of the two. */
static ig_site void ig_bound_second(struct iommu_group *group)
{
	iommu_group_ref_get(group);
}

static int ig_bound_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	ig_bound_group = ig_bound_first(&pdev->dev);
	if (!ig_bound_group)
		return -ENODEV;
	if (take > 1)
		ig_bound_second(ig_bound_group);
	return 0;
}

static void ig_bound_remove(struct pci_dev *pdev)
{
	unsigned int lost = min(lose, take), i;

	for (i = lost; i < take; i++)
		iommu_group_put(ig_bound_group);
	ig_bound_lost += lost;
}

static struct pci_driver ig_bound_driver = {
	.name = "ig_bound",
	.probe = ig_bound_probe,
	.remove = ig_bound_remove,
};

static void ig_bound_end(void)
{
	pci_unregister_driver(&ig_bound_driver);
	for (; heal && ig_bound_lost; ig_bound_lost--)
		iommu_group_put(ig_bound_group);
}

ig_module(ig_bound, pci_register_driver(&ig_bound_driver), ig_bound_end());
MODULE_DESCRIPTION("IOMMU group reference test: a driver that holds references");
