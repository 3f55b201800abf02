// SPDX-License-Identifier: GPL-2.0
/*
 * ig_lockclass - which locks are of one class
 *
 * All are mutexes in allocated memory, taken by ig_lockclass_take(), a helper
 * for locks of all sorts.  What it does with the lock of device='s group, on
 * insmod, by mode=:
 *   instances  ig_lockclass_forward() takes the group lock under one mutex,
 *              ig_lockclass_backward() another mutex under the group lock; both
 *              were initialised by ig_lockclass_init_first(), so they are of
 *              one class, and to lockdep this is an inversion.  Who does not
 *              see what lockdep is told cannot know that.
 *   sorts      the same, but the second was initialised by
 *              ig_lockclass_init_second(): right
 *   keep       nothing; makes mutexes of the first sort, for an audit that
 *              begins later.  What is then written to the parameter run is done
 *              with that mutex: "forward N", "backward N", or "under N", in
 *              which ig_lockclass_under() takes it, and no helper; or with so
 *              many new ones, which nest in nothing: "churn N".
 *
 * How it heals: nothing is held or left behind.
 */
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "ig_lock.h"

MODULE_PARM_DESC(mode, "instances (default), sorts or keep");

#define IG_LOCKCLASS_KEPT	2

static struct mutex *ig_kept[IG_LOCKCLASS_KEPT];

/* Not the last thing that it does, so that it is who takes the lock. */
static ig_site void ig_lockclass_take(struct mutex *lock, int *taken)
{
	mutex_lock(lock);
	++*taken;
}

static ig_site void ig_lockclass_init_first(struct mutex *lock)
{
	mutex_init(lock);
}

static ig_site void ig_lockclass_init_second(struct mutex *lock)
{
	/* the compiler would merge what is the same */
	barrier();
	mutex_init(lock);
	barrier();
}

static struct mutex *ig_lockclass_new(void (*init)(struct mutex *lock))
{
	struct mutex *lock = kzalloc(sizeof(*lock), GFP_KERNEL);

	if (lock)
		init(lock);
	return lock;
}

static ig_site void ig_lockclass_forward(struct mutex *lock)
{
	int taken = 0;

	ig_lockclass_take(lock, &taken);
	iommu_group_for_each_dev(ig_group, NULL, ig_lock_only);
	mutex_unlock(lock);
}

static ig_site int ig_lockclass_backward(struct device *dev, void *data)
{
	int taken = 0;

	ig_lockclass_take(data, &taken);
	mutex_unlock(data);
	return taken;
}

static ig_site int ig_lockclass_under(struct device *dev, void *data)
{
	mutex_lock(data);
	mutex_unlock(data);
	return 1;
}

static int ig_lockclass_both(void (*init)(struct mutex *lock))
{
	struct mutex *first = ig_lockclass_new(ig_lockclass_init_first);
	struct mutex *other = ig_lockclass_new(init);

	if (first && other) {
		ig_lockclass_forward(first);
		iommu_group_for_each_dev(ig_group, other, ig_lockclass_backward);
	}
	kfree(first);
	kfree(other);
	return first && other ? 0 : -ENOMEM;
}

static int ig_lockclass_instances(void)
{
	return ig_lockclass_both(ig_lockclass_init_first);
}

static int ig_lockclass_sorts(void)
{
	return ig_lockclass_both(ig_lockclass_init_second);
}

static void ig_lockclass_drop(void)
{
	int i;

	for (i = 0; i < IG_LOCKCLASS_KEPT; i++) {
		kfree(ig_kept[i]);
		ig_kept[i] = NULL;
	}
}

static int ig_lockclass_keep(void)
{
	int i;

	for (i = 0; i < IG_LOCKCLASS_KEPT; i++) {
		ig_kept[i] = ig_lockclass_new(ig_lockclass_init_first);
		if (!ig_kept[i]) {
			ig_lockclass_drop();
			return -ENOMEM;
		}
	}
	iommu_group_ref_get(ig_group);
	return 0;
}

static void ig_lockclass_keep_no_more(void)
{
	ig_lockclass_drop();
	iommu_group_put(ig_group);
}

static ig_site int ig_lockclass_churn(unsigned int n)
{
	struct mutex *locks = kvcalloc(n, sizeof(*locks), GFP_KERNEL);
	unsigned int i;

	if (!locks)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		mutex_init(&locks[i]);
		mutex_lock(&locks[i]);
		mutex_unlock(&locks[i]);
		cond_resched();
	}
	kvfree(locks);
	return 0;
}

static int ig_lockclass_run(const char *val, const struct kernel_param *kp)
{
	unsigned int n;

	if (!ig_kept[0])
		return -ENODEV;
	if (sscanf(val, "churn %u", &n) == 1)
		return ig_lockclass_churn(n);
	if (sscanf(val, "forward %u", &n) == 1 && n < IG_LOCKCLASS_KEPT) {
		ig_lockclass_forward(ig_kept[n]);
		return 0;
	}
	if (sscanf(val, "backward %u", &n) == 1 && n < IG_LOCKCLASS_KEPT) {
		iommu_group_for_each_dev(ig_group, ig_kept[n], ig_lockclass_backward);
		return 0;
	}
	if (sscanf(val, "under %u", &n) == 1 && n < IG_LOCKCLASS_KEPT) {
		iommu_group_for_each_dev(ig_group, ig_kept[n], ig_lockclass_under);
		return 0;
	}
	return -EINVAL;
}

static const struct kernel_param_ops ig_lockclass_run_ops = {
	.set = ig_lockclass_run,
};
module_param_cb(run, &ig_lockclass_run_ops, NULL, 0200);
MODULE_PARM_DESC(run, "mode=keep: forward N, backward N, under N or churn N");

static const struct ig_mode ig_modes[] = {
	{ "instances", ig_lockclass_instances },
	{ "sorts", ig_lockclass_sorts },
	{ "keep", ig_lockclass_keep, ig_lockclass_keep_no_more },
	{ }
};

ig_module(ig_lockclass, ig_mode_run_on_group(ig_modes), ig_mode_heal());
MODULE_DESCRIPTION("IOMMU group lock test: which locks are of one class");
