// SPDX-License-Identifier: GPL-2.0
/*
 * ig_mdev - mediated devices, made and removed by sysfs
 *
 * Nothing is wrong: VFIO holds a reference of the group of each device, and so
 * does the driver with hold=1, until the device is removed.  They are made in
 * /sys/devices/ig_mdev/mdev_supported_types/TYPE/create.
 */
#include <linux/device.h>
#include <linux/mdev.h>

#include "ig_emulated.h"

static struct device *ig_mdev_root;
static struct mdev_parent ig_mdev_parent;

static struct mdev_type ig_mdev_type = {
	.sysfs_name = "one",
	.pretty_name = "one",
};

static struct mdev_type *ig_mdev_types[] = { &ig_mdev_type };

static int ig_mdev_probe(struct mdev_device *mdev)
{
	return ig_emulated_register(&mdev->dev);
}

static void ig_mdev_remove(struct mdev_device *mdev)
{
	ig_emulated_unregister(&mdev->dev);
}

static struct mdev_driver ig_mdev_driver = {
	.device_api = VFIO_DEVICE_API_PCI_STRING,
	.max_instances = 4,
	.driver = {
		.name = "ig_mdev",
		.owner = THIS_MODULE,
		.mod_name = KBUILD_MODNAME,
	},
	.probe = ig_mdev_probe,
	.remove = ig_mdev_remove,
};

static int ig_mdev_run(void)
{
	int ret = mdev_register_driver(&ig_mdev_driver);

	if (ret)
		return ret;
	ig_mdev_root = root_device_register("ig_mdev");
	if (IS_ERR(ig_mdev_root)) {
		mdev_unregister_driver(&ig_mdev_driver);
		return PTR_ERR(ig_mdev_root);
	}
	ret = mdev_register_parent(&ig_mdev_parent, ig_mdev_root,
				   &ig_mdev_driver, ig_mdev_types,
				   ARRAY_SIZE(ig_mdev_types));
	if (ret) {
		root_device_unregister(ig_mdev_root);
		mdev_unregister_driver(&ig_mdev_driver);
	}
	return ret;
}

static void ig_mdev_end(void)
{
	mdev_unregister_parent(&ig_mdev_parent);
	root_device_unregister(ig_mdev_root);
	mdev_unregister_driver(&ig_mdev_driver);
}

ig_module(ig_mdev, ig_mdev_run(), ig_mdev_end());
MODULE_DESCRIPTION("IOMMU group reference test: mediated devices");
