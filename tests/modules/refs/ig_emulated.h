/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A device that is registered with VFIO though no IOMMU is behind it, as vGPUs
 * are.  VFIO makes a group for it, and holds a reference of that.
 */
#ifndef IG_EMULATED_H
#define IG_EMULATED_H

#include <linux/iommu.h>
#include <linux/version.h>
#include <linux/vfio.h>

#include "ig_module.h"

static bool hold;
module_param(hold, bool, 0644);
MODULE_PARM_DESC(hold, "the driver holds a reference as well (default N)");

/**
 * struct ig_emulated - such a device
 * @vdev: what VFIO knows of it
 * @group: the group, when the driver holds a reference of it
 */
struct ig_emulated {
	struct vfio_device vdev;
	struct iommu_group *group;
};

static int ig_emulated_init(struct vfio_device *vdev)
{
	return 0;
}

static void ig_emulated_release(struct vfio_device *vdev)
{
}

static int ig_emulated_open(struct vfio_device *vdev)
{
	return 0;
}

static void ig_emulated_close(struct vfio_device *vdev)
{
}

static void ig_emulated_unmap(struct vfio_device *vdev, u64 iova, u64 length)
{
}

static const struct vfio_device_ops ig_emulated_ops = {
	.name = KBUILD_MODNAME,
	.init = ig_emulated_init,
	.release = ig_emulated_release,
	.open_device = ig_emulated_open,
	.close_device = ig_emulated_close,
	.dma_unmap = ig_emulated_unmap,
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
	.bind_iommufd = vfio_iommufd_emulated_bind,
	.unbind_iommufd = vfio_iommufd_emulated_unbind,
	.attach_ioas = vfio_iommufd_emulated_attach_ioas,
	.detach_ioas = vfio_iommufd_emulated_detach_ioas,
#endif
};

static ig_site struct iommu_group *ig_emulated_hold(struct device *dev)
{
	return iommu_group_get(dev);
}

/* In the probe of its driver. */
static inline int ig_emulated_register(struct device *dev)
{
	struct ig_emulated *e;
	int ret;

	e = vfio_alloc_device(ig_emulated, vdev, dev, &ig_emulated_ops);
	if (IS_ERR(e))
		return PTR_ERR(e);

	ret = vfio_register_emulated_iommu_dev(&e->vdev);
	if (ret) {
		vfio_put_device(&e->vdev);
		return ret;
	}

	dev_set_drvdata(dev, e);
	if (hold)
		e->group = ig_emulated_hold(dev);
	return 0;
}

/* In its remove. */
static inline void ig_emulated_unregister(struct device *dev)
{
	struct ig_emulated *e = dev_get_drvdata(dev);

	if (e->group)
		iommu_group_put(e->group);
	vfio_unregister_group_dev(&e->vdev);
	vfio_put_device(&e->vdev);
}

#endif /* IG_EMULATED_H */
