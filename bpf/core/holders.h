/* SPDX-License-Identifier: GPL-2.0 */
/* Who holds a reference of a group, as far as the kernel's objects tell. */
#ifndef IG_BPF_HOLDERS_H
#define IG_BPF_HOLDERS_H

#include "core/devices.h"

/**
 * is_iommufd_context() - whether a DMA owner is a context of iommufd
 * @owner: as iommu_device_claim_dma_owner() was told
 *
 * A context begins with a pointer to its file, which points back to it.  The
 * other owner that the kernel knows, a group or container of VFIO, does not.
 * Its type is not in the BTF of a kernel that has iommufd as a module.
 */
static __always_inline bool is_iommufd_context(void *owner)
{
	struct file *file = NULL;

	if (!owner || bpf_probe_read_kernel(&file, sizeof(file), owner) ||
	    !file)
		return false;
	return BPF_CORE_READ(file, private_data) == owner;
}

/**
 * is_singleton_group() - whether an IOMMU has this group for all its devices
 * @group: a group; one without a device tells nothing
 */
static __always_inline bool is_singleton_group(struct iommu_group *group)
{
	struct iommu_device *iommu = NULL;
	struct device_walk w;

	if (!bpf_core_field_exists(iommu->singleton_group) ||
	    !start_walk(&w, group) || w.pos == w.head)
		return false;
	iommu = BPF_CORE_READ(device_at(&w), iommu, iommu_dev);
	return BPF_CORE_READ(iommu, singleton_group) == group;
}

#endif /* IG_BPF_HOLDERS_H */
