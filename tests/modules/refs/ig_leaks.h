/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the modules that leak share: the references that they do not give back,
 * unless heal=1 has rmmod do it.
 */
#ifndef IG_LEAKS_H
#define IG_LEAKS_H

#include "ig_device.h"

static bool heal;
module_param(heal, bool, 0644);
MODULE_PARM_DESC(heal, "give leaked references back on rmmod (default N)");

/* All on the group of device=. */
static struct iommu_group *ig_leaked_group;
static unsigned int ig_leaked;

/* Stands where iommu_group_put() is missing. */
static inline void ig_leak(struct iommu_group *group)
{
	ig_leaked_group = group;
	ig_leaked++;
}

static ig_site void ig_heal(void)
{
	for (; ig_leaked; ig_leaked--)
		iommu_group_put(ig_leaked_group);
}

/* What rmmod does. */
static inline void ig_heal_if_told(void)
{
	if (heal)
		ig_heal();
}

/**
 * ig_leak_rounds() - call a function that leaks again and again
 * @dev: as of ig_rounds()
 * @rounds: likewise
 * @one: likewise
 *
 * Return: 0, or the first error, after which nothing stays leaked.
 */
static inline int ig_leak_rounds(struct device *dev, unsigned int rounds,
				 int (*one)(struct device *dev, unsigned int round))
{
	int ret = ig_rounds(dev, rounds, one);

	if (ret)
		ig_heal();
	return ret;
}

#endif /* IG_LEAKS_H */
