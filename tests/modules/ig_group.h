/* SPDX-License-Identifier: GPL-2.0 */
/* Modes that do something with the device of device= and its group. */
#ifndef IG_GROUP_H
#define IG_GROUP_H

#include "ig_device.h"
#include "ig_modes.h"

/*
 * The device of device= and its group, while a mode runs.  A mode that needs them
 * until it heals holds references of its own.
 */
static struct device *ig_dev;
static struct iommu_group *ig_group;

static inline int ig_mode_of_device(struct device *dev)
{
	int ret;

	ig_dev = dev;
	ig_group = iommu_group_get(dev);
	if (!ig_group)
		return -ENODEV;

	ret = ig_chosen->run();
	iommu_group_put(ig_group);
	return ret;
}

/* What insmod does, and returns: the mode of mode=, with device and group. */
static inline int ig_mode_run_on_group(const struct ig_mode *modes)
{
	int ret = ig_mode_choose(modes);

	return ret ?: ig_with_device(ig_mode_of_device);
}

#endif /* IG_GROUP_H */
