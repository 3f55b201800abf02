// SPDX-License-Identifier: GPL-2.0
/*
 * ig_inversion - take the group lock and others in orders that can deadlock
 *
 * What it does wrong, with the lock of device='s group, by mode=:
 *   abba      ig_inversion_forward() takes the group lock under a mutex,
 *             ig_inversion_backward() that mutex under the group lock
 *   dynamic   the same with a mutex in memory of its own, which each order
 *             takes at two places: ig_inversion_dynamic_forward1(), _forward2()
 *             and ig_inversion_dynamic_backward1(), _backward2()
 *   notifier  ig_inversion_notified(), called as a group notifier, takes the
 *             group lock under a mutex; ig_inversion_unnotified() takes that
 *             mutex under the group lock (kernels with the series of
 *             kernel-patches/ only)
 *   three     no two locks are taken in both orders, but three in a circle, by a
 *             task each: ig_inversion_a_group(), ig_inversion_group_b(),
 *             ig_inversion_b_a()
 *   nesting   ig_inversion_nest_other() takes the lock of other='s group under
 *             that of device='s, ig_inversion_nest_device() the other way round
 *   nesting1  only the first of these, which is no inversion yet.  To lockdep
 *             the locks of two groups are one, so it reports this too.
 *
 * Everything is done by the time that insmod returns, one after the other, so
 * that nothing can hang.
 *
 * How it heals: nothing stays behind, neither a lock that is held nor a
 * reference.
 */
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/slab.h>

#include "ig_driver.h"
#include "ig_lock.h"
#include "ig_thread.h"

static char *other;
module_param(other, charp, 0444);
MODULE_PARM_DESC(other, "mode=nesting, nesting1: PCI function of another group");

MODULE_PARM_DESC(mode, "abba (default), dynamic, notifier, three, nesting or nesting1");

static struct iommu_group *ig_other_group;

static DEFINE_MUTEX(ig_inversion_mutex);

static ig_site void ig_inversion_forward(void)
{
	mutex_lock(&ig_inversion_mutex);
	iommu_group_for_each_dev(ig_group, NULL, ig_lock_only);
	mutex_unlock(&ig_inversion_mutex);
}

static ig_site int ig_inversion_backward(struct device *dev, void *data)
{
	mutex_lock(&ig_inversion_mutex);
	mutex_unlock(&ig_inversion_mutex);
	return 1;
}

static ig_site int ig_inversion_abba(void)
{
	ig_inversion_forward();
	iommu_group_for_each_dev(ig_group, NULL, ig_inversion_backward);
	return 0;
}

/*
 * Of no name to a tracer, and at another address each time.  What is counted
 * keeps the compiler from merging functions that would be the same.
 */
struct ig_dynamic {
	struct mutex lock;
	int forward, backward;
};

static ig_site void ig_inversion_dynamic_forward1(struct ig_dynamic *dynamic)
{
	mutex_lock(&dynamic->lock);
	iommu_group_for_each_dev(ig_group, NULL, ig_lock_only);
	mutex_unlock(&dynamic->lock);
}

static ig_site void ig_inversion_dynamic_forward2(struct ig_dynamic *dynamic)
{
	mutex_lock(&dynamic->lock);
	dynamic->forward++;
	iommu_group_for_each_dev(ig_group, NULL, ig_lock_only);
	mutex_unlock(&dynamic->lock);
}

static ig_site int ig_inversion_dynamic_backward1(struct device *dev, void *data)
{
	struct ig_dynamic *dynamic = data;

	mutex_lock(&dynamic->lock);
	mutex_unlock(&dynamic->lock);
	return 1;
}

static ig_site int ig_inversion_dynamic_backward2(struct device *dev, void *data)
{
	struct ig_dynamic *dynamic = data;

	mutex_lock(&dynamic->lock);
	dynamic->backward++;
	mutex_unlock(&dynamic->lock);
	return 1;
}

static ig_site int ig_inversion_dynamic(void)
{
	struct ig_dynamic *dynamic = kzalloc(sizeof(*dynamic), GFP_KERNEL);

	if (!dynamic)
		return -ENOMEM;

	mutex_init(&dynamic->lock);
	ig_inversion_dynamic_forward1(dynamic);
	ig_inversion_dynamic_forward2(dynamic);
	iommu_group_for_each_dev(ig_group, dynamic, ig_inversion_dynamic_backward1);
	iommu_group_for_each_dev(ig_group, dynamic, ig_inversion_dynamic_backward2);
	mutex_destroy(&dynamic->lock);
	kfree(dynamic);
	return 0;
}

static DEFINE_MUTEX(ig_inversion_mutex_a);
static DEFINE_MUTEX(ig_inversion_mutex_b);

static ig_site int ig_inversion_a_group(void)
{
	mutex_lock(&ig_inversion_mutex_a);
	iommu_group_for_each_dev(ig_group, NULL, ig_lock_only);
	mutex_unlock(&ig_inversion_mutex_a);
	return 0;
}

static ig_site int ig_inversion_lock_b(struct device *dev, void *data)
{
	mutex_lock(&ig_inversion_mutex_b);
	mutex_unlock(&ig_inversion_mutex_b);
	return 1;
}

static ig_site int ig_inversion_group_b(void)
{
	iommu_group_for_each_dev(ig_group, NULL, ig_inversion_lock_b);
	return 0;
}

static ig_site int ig_inversion_b_a(void)
{
	mutex_lock(&ig_inversion_mutex_b);
	mutex_lock(&ig_inversion_mutex_a);
	mutex_unlock(&ig_inversion_mutex_a);
	mutex_unlock(&ig_inversion_mutex_b);
	return 0;
}

static ig_site int ig_inversion_three(void)
{
	int ret;

	ret = ig_task_run(ig_inversion_a_group, "ig_a_group");
	if (!ret)
		ret = ig_task_run(ig_inversion_group_b, "ig_group_b");
	if (!ret)
		ret = ig_task_run(ig_inversion_b_a, "ig_b_a");
	return ret;
}

static ig_site int ig_inversion_nest_other(struct device *dev, void *data)
{
	iommu_group_for_each_dev(ig_other_group, NULL, ig_lock_only);
	return 1;
}

static ig_site int ig_inversion_nest_device(struct device *dev, void *data)
{
	iommu_group_for_each_dev(ig_group, NULL, ig_lock_only);
	return 1;
}

static int ig_inversion_nest(bool both)
{
	ig_other_group = ig_group_get(other);
	if (IS_ERR(ig_other_group))
		return PTR_ERR(ig_other_group);

	if (ig_other_group == ig_group) {
		pr_err("%s is in no other group than %s\n", other, device);
		iommu_group_put(ig_other_group);
		return -EINVAL;
	}

	iommu_group_for_each_dev(ig_group, NULL, ig_inversion_nest_other);
	if (both)
		iommu_group_for_each_dev(ig_other_group, NULL,
					 ig_inversion_nest_device);
	iommu_group_put(ig_other_group);
	return 0;
}

static ig_site int ig_inversion_nesting(void)
{
	return ig_inversion_nest(true);
}

static ig_site int ig_inversion_nesting1(void)
{
	return ig_inversion_nest(false);
}

#ifdef IOMMU_GROUP_NOTIFY_ADD_DEVICE

static DEFINE_MUTEX(ig_inversion_notifier_mutex);

static ig_site int ig_inversion_notified(struct notifier_block *nb,
					 unsigned long action, void *data)
{
	mutex_lock(&ig_inversion_notifier_mutex);
	iommu_group_for_each_dev(ig_group, NULL, ig_lock_only);
	mutex_unlock(&ig_inversion_notifier_mutex);
	return NOTIFY_OK;
}

static struct notifier_block ig_block = { .notifier_call = ig_inversion_notified };

static ig_site int ig_inversion_unnotified(struct device *dev, void *data)
{
	mutex_lock(&ig_inversion_notifier_mutex);
	mutex_unlock(&ig_inversion_notifier_mutex);
	return 1;
}

static ig_site int ig_inversion_notifier(void)
{
	int ret;

	ret = pci_register_driver(&ig_driver);
	if (ret)
		return ret;

	ret = iommu_group_register_notifier(ig_group, &ig_block);
	if (!ret) {
		ig_try_to_bind(ig_dev);
		ret = iommu_group_unregister_notifier(ig_group, &ig_block);
	}
	pci_unregister_driver(&ig_driver);
	iommu_group_for_each_dev(ig_group, NULL, ig_inversion_unnotified);
	return ret;
}

#else

static int ig_inversion_notifier(void)
{
	pr_err("this kernel has no group notifiers\n");
	return -EOPNOTSUPP;
}

#endif

static const struct ig_mode ig_modes[] = {
	{ "abba", ig_inversion_abba },
	{ "dynamic", ig_inversion_dynamic },
	{ "notifier", ig_inversion_notifier },
	{ "three", ig_inversion_three },
	{ "nesting", ig_inversion_nesting },
	{ "nesting1", ig_inversion_nesting1 },
	{ }
};

/* Loaded until it is told, so that the names of its functions can be asked for. */
ig_module(ig_inversion, ig_mode_run_on_group(ig_modes), ig_nothing());
MODULE_DESCRIPTION("IOMMU group lock test: orders that can deadlock");
