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
#include <linux/notifier.h>

#include "ig_driver.h"
#include "ig_group.h"

static char *other;
module_param(other, charp, 0444);
MODULE_PARM_DESC(other, "mode=ok: PCI function to bind from within a callback");

MODULE_PARM_DESC(mode, "ok (default), leak, stray or locked");

#ifdef IOMMU_GROUP_NOTIFY_ADD_DEVICE

static struct device *ig_other;

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

	/* A notifier needs the group to stay, and so does one that is forgotten */
	if (!ret)
		iommu_group_ref_get(ig_group);
	return ret;
}

static void ig_notifier_remember(void)
{
	iommu_group_unregister_notifier(ig_group, &ig_plain);
	iommu_group_put(ig_group);
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

static const struct ig_mode ig_modes[] = {
	{ "ok", ig_notifier_ok },
	{ "leak", ig_notifier_forget, ig_notifier_remember },
	{ "stray", ig_notifier_stray },
	{ "locked", ig_notifier_locked },
	{ }
};

static int ig_notifier_run(void)
{
	int ret;

	if (other) {
		ig_other = ig_device_get(other);
		if (IS_ERR(ig_other))
			return PTR_ERR(ig_other);
	}

	ret = pci_register_driver(&ig_driver);
	if (!ret) {
		ret = ig_mode_run_on_group(ig_modes);
		pci_unregister_driver(&ig_driver);
	}
	put_device(ig_other);
	return ret;
}

#else

static int ig_notifier_run(void)
{
	pr_err("this kernel has no group notifiers\n");
	return -EOPNOTSUPP;
}

#endif

ig_module(ig_notifier, ig_notifier_run(), ig_mode_heal());
MODULE_DESCRIPTION("IOMMU group notifier test: notifiers used rightly and wrongly");
