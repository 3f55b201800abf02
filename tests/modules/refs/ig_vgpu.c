// SPDX-License-Identifier: GPL-2.0
/*
 * ig_vgpu - a platform device that its driver registers with VFIO
 *
 * Nothing is wrong: VFIO holds a reference of the device's group, and so does the
 * driver with hold=1, until rmmod.
 */
#include <linux/err.h>
#include <linux/platform_device.h>

#include "ig_emulated.h"

static struct platform_device *ig_vgpu_device;

static int ig_vgpu_probe(struct platform_device *pdev)
{
	return ig_emulated_register(&pdev->dev);
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0)
static void ig_vgpu_remove(struct platform_device *pdev)
{
	ig_emulated_unregister(&pdev->dev);
}
#else
static int ig_vgpu_remove(struct platform_device *pdev)
{
	ig_emulated_unregister(&pdev->dev);
	return 0;
}
#endif

static struct platform_driver ig_vgpu_driver = {
	.driver = { .name = "ig_vgpu" },
	.probe = ig_vgpu_probe,
	.remove = ig_vgpu_remove,
};

static int ig_vgpu_run(void)
{
	int ret = platform_driver_register(&ig_vgpu_driver);

	if (ret)
		return ret;
	ig_vgpu_device = platform_device_register_simple("ig_vgpu", -1, NULL, 0);
	if (IS_ERR(ig_vgpu_device)) {
		platform_driver_unregister(&ig_vgpu_driver);
		return PTR_ERR(ig_vgpu_device);
	}
	return 0;
}

static void ig_vgpu_end(void)
{
	platform_device_unregister(ig_vgpu_device);
	platform_driver_unregister(&ig_vgpu_driver);
}

ig_module(ig_vgpu, ig_vgpu_run(), ig_vgpu_end());
MODULE_DESCRIPTION("IOMMU group reference test: a platform device with VFIO");
