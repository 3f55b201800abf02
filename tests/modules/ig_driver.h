/* SPDX-License-Identifier: GPL-2.0 */
/* A driver whose attempts to bind are what the notifiers of a group hear of. */
#ifndef IG_DRIVER_H
#define IG_DRIVER_H

#include <linux/device.h>
#include <linux/pci.h>

#include "ig_module.h"

static int ig_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	return -ENODEV;
}

/* Binds to nothing, as it knows no device. */
static struct pci_driver ig_driver = {
	.name = KBUILD_MODNAME,
	.probe = ig_probe,
	/* or to bind would take the group lock, which the caller may hold */
	.driver_managed_dma = true,
};

/* While the driver is registered. */
static inline void ig_try_to_bind(struct device *dev)
{
	if (!device_driver_attach(&ig_driver.driver, dev))
		pr_err("bound to %s, which was not to be\n", dev_name(dev));
}

#endif /* IG_DRIVER_H */
