/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the test modules share: finding the device, and call sites that keep
 * their names.
 */
#ifndef IG_COMMON_H
#define IG_COMMON_H

#include <linux/device.h>
#include <linux/err.h>
#include <linux/iommu.h>
#include <linux/pci.h>

/*
 * A function that a stack trace has to name: neither inlined nor cloned, since
 * a clone is called name.isra.0 or name.constprop.0.  Sites are never __init,
 * or their names would be gone by the time that the audit asks for them.
 */
#define ig_site		noinline __noclone

/**
 * ig_device_get() - find the device of the module's device= parameter
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
 * ig_group_get() - find the group of the module's device= parameter
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

#endif /* IG_COMMON_H */
