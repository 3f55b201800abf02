// SPDX-License-Identifier: GPL-2.0
/*
 * ig_mock, the driver - an IOMMU without hardware, and groups of any size
 *
 * Its devices are platform devices: the core probes the buses of its own list
 * (iommu_buses[]) and no other, so a bus of this module's would never get IOMMU
 * groups.  They have no driver, and nothing happens to them but what
 * ig_mock_run.c has the core do.
 */
#include <linux/dma-mapping.h>
#include <linux/fwnode.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/overflow.h>
#include <linux/pci.h>
#include <linux/property.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "ig_mock.h"

static unsigned long cost_ns;
module_param(cost_ns, ulong, 0644);
MODULE_PARM_DESC(cost_ns, "how long attaching a device takes, in ns (default 0)");

static struct iommu_device ig_mock_iommu;

static void ig_mock_spend(unsigned long cost)
{
	u64 end;

	if (!cost)
		return;

	end = ktime_get_ns() + cost;
	while (ktime_get_ns() < end)
		cpu_relax();
}

/* Called for every device and every domain, under the group lock. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 19, 0)
static ig_site int ig_mock_attach_dev(struct iommu_domain *domain,
				      struct device *dev,
				      struct iommu_domain *old)
#else
static ig_site int ig_mock_attach_dev(struct iommu_domain *domain,
				      struct device *dev)
#endif
{
	struct ig_mock_device *device = dev_get_drvdata(dev);
	struct ig_mock_group *mock = device->mock;

	ig_mock_spend(READ_ONCE(cost_ns));
	if (mock->fail_in && !--mock->fail_in) {
		mock->failed = true;
		return -(int)mock->fail_errno;
	}

	device->domain = domain;
	return 0;
}

static void ig_mock_domain_free(struct iommu_domain *domain)
{
	kfree(domain);
}

static const struct iommu_domain_ops ig_mock_domain_ops = {
	.attach_dev = ig_mock_attach_dev,
	.free = ig_mock_domain_free,
};

static struct iommu_domain *ig_mock_domain_alloc_paging(struct device *dev)
{
	struct iommu_domain *domain = kzalloc(sizeof(*domain), GFP_KERNEL);

	if (!domain)
		return NULL;

	domain->pgsize_bitmap = SZ_4K;
	domain->geometry.aperture_end = DMA_BIT_MASK(48);
	domain->geometry.force_aperture = true;
	return domain;
}

static struct iommu_device *ig_mock_probe_device(struct device *dev)
{
	struct iommu_fwspec *fwspec = dev_iommu_fwspec_get(dev);

	if (!fwspec || fwspec->iommu_fwnode != ig_mock_iommu.fwnode)
		return ERR_PTR(-ENODEV);

	return &ig_mock_iommu;
}

/* The first device brings the group, and those after it a reference each. */
static struct iommu_group *ig_mock_device_group(struct device *dev)
{
	struct ig_mock_device *device = dev_get_drvdata(dev);
	struct iommu_group *group = device->mock->group;

	if (group)
		return iommu_group_ref_get(group);

	group = iommu_group_alloc();
	if (!IS_ERR(group))
		device->mock->group = group;
	return group;
}

#if IG_MOCK_MODERN

static const struct iommu_domain_ops ig_mock_static_ops = {
	.attach_dev = ig_mock_attach_dev,
};

static struct iommu_domain ig_mock_identity = {
	.type = IOMMU_DOMAIN_IDENTITY,
	.ops = &ig_mock_static_ops,
};

static struct iommu_domain ig_mock_blocked = {
	.type = IOMMU_DOMAIN_BLOCKED,
	.ops = &ig_mock_static_ops,
};

#else

static struct iommu_domain *ig_mock_domain_alloc(unsigned int type)
{
	return ig_mock_domain_alloc_paging(NULL);
}

#endif

static const struct iommu_ops ig_mock_ops = {
	.owner = THIS_MODULE,
	.probe_device = ig_mock_probe_device,
	.device_group = ig_mock_device_group,
	.default_domain_ops = &ig_mock_domain_ops,
#if IG_MOCK_MODERN
	.domain_alloc_paging = ig_mock_domain_alloc_paging,
	.identity_domain = &ig_mock_identity,
	.blocked_domain = &ig_mock_blocked,
#else
	.domain_alloc = ig_mock_domain_alloc,
#endif
};

/*
 * What firmware tables lead to.  iommu_fwspec_init() would do the same, but from
 * 6.8 on it wants a lock that modules cannot take, and on 6.1 it does not count
 * the fwnode.  Nobody else knows the device yet.
 */
static int ig_mock_iommu_init(struct device *dev)
{
	struct iommu_fwspec *fwspec;
	struct dev_iommu *param;

	param = kzalloc(sizeof(*param), GFP_KERNEL);
	fwspec = kzalloc(struct_size(fwspec, ids, 1), GFP_KERNEL);
	if (!param || !fwspec) {
		kfree(fwspec);
		kfree(param);
		return -ENOMEM;
	}

	fwspec->iommu_fwnode = fwnode_handle_get(ig_mock_iommu.fwnode);
	mutex_init(&param->lock);
	param->fwspec = fwspec;
	dev->iommu = param;
	return 0;
}

/* For a device that the core has not got as far as to release. */
static void ig_mock_iommu_free(struct device *dev)
{
	if (!dev->iommu)
		return;

	fwnode_handle_put(dev->iommu->fwspec->iommu_fwnode);
	kfree(dev->iommu->fwspec);
	kfree(dev->iommu);
	dev->iommu = NULL;
}

/* Numbers for the names of devices, from 0 again when there is none left. */
static unsigned int ig_mock_devices, ig_mock_next;

static int ig_mock_device_add(struct ig_mock_device *device)
{
	struct platform_device *pdev;
	int ret;

	pdev = platform_device_alloc(KBUILD_MODNAME, ig_mock_next);
	if (!pdev)
		return -ENOMEM;

	platform_set_drvdata(pdev, device);
	dev_set_uevent_suppress(&pdev->dev, true);
	ret = ig_mock_iommu_init(&pdev->dev);
	if (!ret)
		ret = platform_device_add(pdev);
	if (ret) {
		ig_mock_iommu_free(&pdev->dev);
		platform_device_put(pdev);
		return ret;
	}

	/* that a device could not be probed does not keep it from being added */
	if (!device_iommu_mapped(&pdev->dev)) {
		platform_device_unregister(pdev);
		return -ENODEV;
	}

	device->pdev = pdev;
	ig_mock_devices++;
	ig_mock_next++;
	return 0;
}

/**
 * ig_mock_group_create() - make a group
 * @count: of so many devices
 *
 * Return: the group, or an error, which is reported.
 */
struct ig_mock_group *ig_mock_group_create(unsigned int count)
{
	struct ig_mock_group *mock;
	unsigned int i;
	int ret;

	if (!count || count > IG_MOCK_DEVICES - ig_mock_devices) {
		pr_err("%u devices, not from 1 to %u\n", count,
		       IG_MOCK_DEVICES - ig_mock_devices);
		return ERR_PTR(-EINVAL);
	}

	mock = kvzalloc(struct_size(mock, devices, count), GFP_KERNEL);
	if (!mock)
		return ERR_PTR(-ENOMEM);

	mock->count = count;
	for (i = 0; i < count; i++) {
		mock->devices[i].mock = mock;
		ret = ig_mock_device_add(&mock->devices[i]);
		if (ret) {
			pr_err("no device %u of %u: %d\n", i + 1, count, ret);
			ig_mock_group_destroy(mock);
			return ERR_PTR(ret);
		}
		cond_resched();
	}
	return mock;
}

/**
 * ig_mock_group_destroy() - remove a group and its devices
 * @mock: the group
 */
void ig_mock_group_destroy(struct ig_mock_group *mock)
{
	unsigned int i;

	/* the oldest first: the core finds it at the head of its list */
	for (i = 0; i < mock->count && mock->devices[i].pdev; i++) {
		platform_device_unregister(mock->devices[i].pdev);
		ig_mock_devices--;
		cond_resched();
	}
	if (!ig_mock_devices)
		ig_mock_next = 0;
	kvfree(mock);
}

#if IG_MOCK_MODERN

static void ig_mock_leave_buses(void)
{
}

#else

static void ig_mock_leave_bus(struct bus_type *bus)
{
	if (bus->iommu_ops == &ig_mock_ops)
		bus->iommu_ops = NULL;
}

/* iommu_device_register() puts the ops there, and nobody takes them away. */
static void ig_mock_leave_buses(void)
{
	ig_mock_leave_bus(&platform_bus_type);
	ig_mock_leave_bus(&pci_bus_type);
}

#endif

/**
 * ig_mock_register() - make the IOMMU known to the core
 *
 * Return: 0, or an error, which is reported.
 */
int ig_mock_register(void)
{
	struct fwnode_handle *fwnode;
	int ret;

	fwnode = fwnode_create_software_node(NULL, NULL);
	if (IS_ERR(fwnode))
		return PTR_ERR(fwnode);

	ig_mock_iommu.fwnode = fwnode;
	ret = iommu_device_sysfs_add(&ig_mock_iommu, NULL, NULL, KBUILD_MODNAME);
	if (ret)
		goto err_fwnode;

	ret = iommu_device_register(&ig_mock_iommu, &ig_mock_ops, NULL);
	if (ret)
		goto err_sysfs;

	return 0;

err_sysfs:
	if (ret == -EBUSY)
		pr_err("this kernel takes one IOMMU driver and has one already: it works in a guest with --iommu none\n");
	else
		pr_err("no IOMMU: %d\n", ret);
	ig_mock_leave_buses();
	iommu_device_sysfs_remove(&ig_mock_iommu);
err_fwnode:
	fwnode_remove_software_node(fwnode);
	return ret;
}

/**
 * ig_mock_unregister() - undo ig_mock_register()
 *
 * When all groups are gone.
 */
void ig_mock_unregister(void)
{
	ig_mock_leave_buses();
	iommu_device_unregister(&ig_mock_iommu);
	iommu_device_sysfs_remove(&ig_mock_iommu);
	fwnode_remove_software_node(ig_mock_iommu.fwnode);
}
