/* SPDX-License-Identifier: GPL-2.0 */
/* A domain of one's own, for modules that attach. */
#ifndef IG_DOMAIN_H
#define IG_DOMAIN_H

#include <linux/version.h>

#include "ig_device.h"

/**
 * ig_domain_alloc() - allocate a paging domain
 * @dev: for the IOMMU of this device
 *
 * Return: the domain, for iommu_domain_free(), or an ERR_PTR().
 */
static inline struct iommu_domain *ig_domain_alloc(struct device *dev)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0)
	return iommu_paging_domain_alloc(dev);
#else
	return iommu_domain_alloc(dev->bus) ?: ERR_PTR(-ENOMEM);
#endif
}

#endif /* IG_DOMAIN_H */
