// SPDX-License-Identifier: GPL-2.0
/*
 * ig_notifier - notifiers of a group, used rightly and wrongly
 *
 * Needs a kernel with the series of kernel-patches/; on others it does not load.
 *
 * What it does, on the group of device=, by mode=:
 *   ok       registers two blocks and has them called by an attempt to bind a
 *            driver; one unregisters itself when called, the other tries to
 *            bind other= from within, so that the dispatches nest when it is
 *            of the same group; then unregisters what is left
 *   leak     registers a block in ig_notifier_forget() and leaves it
 *   stray    unregisters a block that was never registered, in
 *            ig_notifier_stray()
 *   locked   has the blocks called with the group lock held, in
 *            ig_notifier_locked(), by binding from within
 *            iommu_group_for_each_dev()
 *
 * How it heals: rmmod unregisters what mode=leak has left.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/string.h>

#include "ig_common.h"

static char *device;
module_param(device, charp, 0444);
MODULE_PARM_DESC(device, "PCI function whose group is watched, such as 0000:02:00.0");

static char *other;
module_param(other, charp, 0444);
MODULE_PARM_DESC(other, "mode=ok: PCI function to bind from within a callback");

static char *mode = "ok";
module_param(mode, charp, 0444);
MODULE_PARM_DESC(mode, "ok (default), leak, stray or locked");

#ifdef IOMMU_GROUP_NOTIFY_ADD_DEVICE

static struct device *ig_dev, *ig_other;
static struct iommu_group *ig_group;
static bool ig_forgotten;

static int ig_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	return -ENODEV;
}

/* Binds to nothing, as it knows no device; its attempts are what counts. */
static struct pci_driver ig_driver = {
	.name = KBUILD_MODNAME,
	.probe = ig_probe,
	/* or to bind would take the group lock, which mode=locked holds */
	.driver_managed_dma = true,
};

static void ig_try_to_bind(struct device *dev)
{
	if (!device_driver_attach(&ig_driver.driver, dev))
		pr_err("bound to %s, which was not to be\n", dev_name(dev));
}

static ig_site int ig_notifier_ignore(struct notifier_block *nb,
				      unsigned long action, void *data)
{
	return NOTIFY_DONE;
}

static struct notifier_block ig_plain = { .notifier_call = ig_notifier_ignore };

static ig_site int ig_notifier_once(struct notifier_block *nb,
				    unsigned long action, void *data)
{
	return notifier_from_errno(iommu_group_unregister_notifier(ig_group, nb));
}

static struct notifier_block ig_once = { .notifier_call = ig_notifier_once };

static ig_site int ig_notifier_nest(struct notifier_block *nb,
				    unsigned long action, void *data)
{
	if (action == IOMMU_GROUP_NOTIFY_BIND_DRIVER && data == ig_dev && ig_other)
		ig_try_to_bind(ig_other);
	return NOTIFY_OK;
}

static struct notifier_block ig_nest = { .notifier_call = ig_notifier_nest };

static ig_site int ig_notifier_ok(void)
{
	int ret;

	ret = iommu_group_register_notifier(ig_group, &ig_once);
	if (ret)
		return ret;
	ret = iommu_group_register_notifier(ig_group, &ig_nest);
	if (ret) {
		iommu_group_unregister_notifier(ig_group, &ig_once);
		return ret;
	}

	ig_try_to_bind(ig_dev);
	return iommu_group_unregister_notifier(ig_group, &ig_nest);
}

static ig_site int ig_notifier_forget(void)
{
	int ret = iommu_group_register_notifier(ig_group, &ig_plain);

	ig_forgotten = !ret;
	return ret;
}

static ig_site int ig_notifier_stray(void)
{
	return iommu_group_unregister_notifier(ig_group, &ig_plain) == -ENOENT ?
	       0 : -EINVAL;
}

static ig_site int ig_bind_locked(struct device *dev, void *data)
{
	if (dev == ig_dev)
		ig_try_to_bind(dev);
	return 0;
}

static ig_site int ig_notifier_locked(void)
{
	return iommu_group_for_each_dev(ig_group, NULL, ig_bind_locked);
}

static int ig_run(void)
{
	if (!strcmp(mode, "ok"))
		return ig_notifier_ok();
	if (!strcmp(mode, "leak"))
		return ig_notifier_forget();
	if (!strcmp(mode, "stray"))
		return ig_notifier_stray();
	if (!strcmp(mode, "locked"))
		return ig_notifier_locked();

	pr_err("mode=%s is none of ok, leak, stray, locked\n", mode);
	return -EINVAL;
}

static void ig_forget_devices(void)
{
	iommu_group_put(ig_group);
	put_device(ig_other);
	put_device(ig_dev);
}

static int __init ig_notifier_init(void)
{
	int ret;

	ig_dev = ig_device_get(device);
	if (IS_ERR(ig_dev))
		return PTR_ERR(ig_dev);
	if (other) {
		ig_other = ig_device_get(other);
		if (IS_ERR(ig_other)) {
			put_device(ig_dev);
			return PTR_ERR(ig_other);
		}
	}
	ig_group = iommu_group_get(ig_dev);

	ret = pci_register_driver(&ig_driver);
	if (!ret) {
		ret = ig_run();
		pci_unregister_driver(&ig_driver);
	}
	/* A notifier needs the group to stay, and so does one that is forgotten */
	if (ret || !ig_forgotten)
		ig_forget_devices();
	return ret;
}

static void __exit ig_notifier_exit(void)
{
	if (!ig_forgotten)
		return;
	iommu_group_unregister_notifier(ig_group, &ig_plain);
	ig_forget_devices();
}

#else

static int __init ig_notifier_init(void)
{
	pr_err("this kernel has no group notifiers\n");
	return -EOPNOTSUPP;
}

static void __exit ig_notifier_exit(void)
{
}

#endif
module_init(ig_notifier_init);
module_exit(ig_notifier_exit);

MODULE_DESCRIPTION("IOMMU group notifier test: notifiers used rightly and wrongly");
MODULE_LICENSE("GPL");
