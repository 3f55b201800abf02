/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parts of ig_mock share: the driver that makes groups, and the
 * operations that are done with them.
 */
#ifndef IG_MOCK_H
#define IG_MOCK_H

#include <linux/err.h>
#include <linux/iommu.h>
#include <linux/platform_device.h>
#include <linux/version.h>

#include "ig_module.h"

/*
 * What the kernel has from 6.11 on: static identity and blocked domains, paging
 * domains for a device, several IOMMU drivers side by side, attach handles.
 * Kernels from 6.2 to 6.10 have some of it, and have not been tried.
 */
#define IG_MOCK_MODERN	(LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0))

/* Devices in all groups that are made at a time. */
#define IG_MOCK_DEVICES	16384U

struct ig_mock_group;

/**
 * struct ig_mock_device - a device that the mock IOMMU translates
 * @mock: where it belongs
 * @pdev: NULL until it has been added
 * @domain: which it has been attached to last
 */
struct ig_mock_device {
	struct ig_mock_group *mock;
	struct platform_device *pdev;
	struct iommu_domain *domain;
};

/**
 * struct ig_mock_group - devices in one IOMMU group
 * @entry: for who made it
 * @group: what the core knows it as; no reference but those of the devices
 * @fail_in: at which attach from now on to fail, 0 for never
 * @fail_errno: with which error
 * @failed: it has
 * @count: how many devices
 * @devices: the devices
 */
struct ig_mock_group {
	struct list_head entry;
	struct iommu_group *group;
	unsigned int fail_in;
	unsigned int fail_errno;
	bool failed;
	unsigned int count;
	struct ig_mock_device devices[];
};

int ig_mock_register(void);
void ig_mock_unregister(void);
struct ig_mock_group *ig_mock_group_create(unsigned int count);
void ig_mock_group_destroy(struct ig_mock_group *mock);

struct ig_mock_op;

const struct ig_mock_op *ig_mock_op_find(const char *name);
void ig_mock_result_clear(void);
int ig_mock_op_run(const struct ig_mock_op *op, unsigned int devices);

#if IG_MOCK_MODERN
/* drivers/iommu/iommu-priv.h, which the headers of a kernel do not have */
int iommu_attach_group_handle(struct iommu_domain *domain,
			      struct iommu_group *group,
			      struct iommu_attach_handle *handle);
void iommu_detach_group_handle(struct iommu_domain *domain,
			       struct iommu_group *group);
int iommu_replace_group_handle(struct iommu_group *group,
			       struct iommu_domain *new_domain,
			       struct iommu_attach_handle *handle);
#endif

#endif /* IG_MOCK_H */
