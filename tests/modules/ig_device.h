/* SPDX-License-Identifier: GPL-2.0 */
/* The parameter device=, and its group. */
#ifndef IG_DEVICE_H
#define IG_DEVICE_H

#include <linux/device.h>
#include <linux/err.h>
#include <linux/iommu.h>
#include <linux/pci.h>
#include <linux/sched.h>

#include "ig_module.h"

static char *device;
module_param(device, charp, 0444);
MODULE_PARM_DESC(device, "PCI function whose group is used, such as 0000:02:00.0");

/**
 * ig_device_get() - find a device that is in an IOMMU group
 * @name: address of a PCI function, such as "0000:02:00.0"
 *
 * Takes no reference on the device's group, so that it adds nothing to what a
 * test counts.
 *
 * Return: the device with a reference held, -EINVAL without a name, -ENODEV if
 * there is no such device or it is in no IOMMU group. Each is reported.
 */
static inline struct device *ig_device_get(const char *name)
{
	struct device *dev;

	if (!name || !*name) {
		pr_err("device= is missing, expected an address such as 0000:02:00.0\n");
		return ERR_PTR(-EINVAL);
	}

	dev = bus_find_device_by_name(&pci_bus_type, NULL, name);
	if (!dev) {
		pr_err("no PCI device %s\n", name);
		return ERR_PTR(-ENODEV);
	}

	if (!device_iommu_mapped(dev)) {
		pr_err("%s is in no IOMMU group\n", name);
		put_device(dev);
		return ERR_PTR(-ENODEV);
	}

	return dev;
}

/**
 * ig_group_get() - find the group of a device
 * @name: as of ig_device_get()
 *
 * Return: the group with a reference held, or why not, which is reported.
 */
static inline struct iommu_group *ig_group_get(const char *name)
{
	struct device *dev = ig_device_get(name);
	struct iommu_group *group;

	if (IS_ERR(dev))
		return ERR_CAST(dev);

	group = iommu_group_get(dev);
	put_device(dev);
	if (group)
		return group;
	pr_err("%s has left its IOMMU group\n", name);
	return ERR_PTR(-ENODEV);
}

/**
 * ig_with_device() - call a function with the device of device=
 * @run: the function; no reference on the group is held, and none on the device
 *	 once it has returned
 *
 * Return: what the function has returned, or why there is no device.
 */
static inline int ig_with_device(int (*run)(struct device *dev))
{
	struct device *dev = ig_device_get(device);
	int ret;

	if (IS_ERR(dev))
		return PTR_ERR(dev);

	ret = run(dev);
	put_device(dev);
	return ret;
}

/**
 * ig_rounds() - call a function again and again
 * @dev: the device to call it with
 * @rounds: how often
 * @one: the function, which is told the number of the round, from 0 on
 *
 * Return: 0, or the first error, which is reported and ends it.
 */
static inline int ig_rounds(struct device *dev, unsigned int rounds,
			    int (*one)(struct device *dev, unsigned int round))
{
	unsigned int round;
	int ret;

	for (round = 0; round < rounds; round++) {
		ret = one(dev, round);
		if (ret) {
			pr_err("%s: round %u failed: %d\n", dev_name(dev),
			       round, ret);
			return ret;
		}
		cond_resched();
	}
	return 0;
}

#endif /* IG_DEVICE_H */
