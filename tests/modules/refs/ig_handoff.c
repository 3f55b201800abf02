// SPDX-License-Identifier: GPL-2.0
/*
 * ig_handoff - references taken by one task and dropped by another
 *
 * What it does: ig_handoff_take() takes rounds= references on the group of
 * device= in the task of insmod and hands them over; insmod returns while they
 * are all held. delay_ms= later a kworker drops them in ig_handoff_drop(). That
 * is right, although no task is balanced on its own. /sys/module/ig_handoff/
 * parameters/pending goes to 0 when it is over.
 *
 * What it does wrong: with lose=N it forgets the last N of them, a leak at
 * ig_handoff_take().
 *
 * How it heals: rmmod waits for what is pending. With heal=1
 * ig_handoff_heal() gives the lost references back too; by default they stay
 * leaked until the next boot.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "ig_common.h"

static char *device;
module_param(device, charp, 0444);
MODULE_PARM_DESC(device, "PCI function whose group is handed over, such as 0000:02:00.0");

static unsigned int rounds = 1000;
module_param(rounds, uint, 0444);
MODULE_PARM_DESC(rounds, "references to hand over (default 1000)");

static unsigned int lose;
module_param(lose, uint, 0444);
MODULE_PARM_DESC(lose, "references that are never dropped (default 0, at most rounds)");

static unsigned int delay_ms = 5;
module_param(delay_ms, uint, 0444);
MODULE_PARM_DESC(delay_ms, "milliseconds until they are dropped (default 5)");

static bool heal;
module_param(heal, bool, 0644);
MODULE_PARM_DESC(heal, "give the lost references back on rmmod (default N)");

static unsigned int pending;
module_param(pending, uint, 0444);
MODULE_PARM_DESC(pending, "references still to be dropped (read only)");

struct ig_handoff {
	struct list_head entry;
	struct iommu_group *group;
};

/* Belongs to insmod until the work is queued, to the worker thereafter. */
static LIST_HEAD(ig_handoff_queue);
/* What the worker lost. Belongs to the worker until it is flushed. */
static LIST_HEAD(ig_handoff_lost);

static ig_site struct ig_handoff *ig_handoff_take(struct device *dev)
{
	struct ig_handoff *handoff;

	handoff = kmalloc(sizeof(*handoff), GFP_KERNEL);
	if (!handoff)
		return ERR_PTR(-ENOMEM);

	handoff->group = iommu_group_get(dev);
	if (!handoff->group) {
		kfree(handoff);
		return ERR_PTR(-ENODEV);
	}

	return handoff;
}

static ig_site void ig_handoff_drop(struct ig_handoff *handoff)
{
	iommu_group_put(handoff->group);
	kfree(handoff);
}

static void ig_handoff_worker(struct work_struct *work)
{
	struct ig_handoff *handoff, *next;
	unsigned int left = pending;

	list_for_each_entry_safe(handoff, next, &ig_handoff_queue, entry) {
		list_del(&handoff->entry);
		if (left > lose)
			ig_handoff_drop(handoff);
		else
			list_add(&handoff->entry, &ig_handoff_lost);
		WRITE_ONCE(pending, --left);
		cond_resched();
	}
}
static DECLARE_DELAYED_WORK(ig_handoff_work, ig_handoff_worker);

static ig_site void ig_handoff_heal(struct list_head *list)
{
	struct ig_handoff *handoff, *next;

	list_for_each_entry_safe(handoff, next, list, entry) {
		list_del(&handoff->entry);
		iommu_group_put(handoff->group);
		kfree(handoff);
	}
}

static int __init ig_handoff_init(void)
{
	struct ig_handoff *handoff;
	struct device *dev;

	if (lose > rounds) {
		pr_err("lose=%u is more than rounds=%u\n", lose, rounds);
		return -EINVAL;
	}

	dev = ig_device_get(device);
	if (IS_ERR(dev))
		return PTR_ERR(dev);

	for (pending = 0; pending < rounds; pending++) {
		handoff = ig_handoff_take(dev);
		if (IS_ERR(handoff)) {
			pr_err("%s: hand-off %u failed: %ld\n", device,
			       pending, PTR_ERR(handoff));
			ig_handoff_heal(&ig_handoff_queue);
			put_device(dev);
			return PTR_ERR(handoff);
		}
		list_add_tail(&handoff->entry, &ig_handoff_queue);
		cond_resched();
	}
	put_device(dev);

	pr_info("handed over %u references, %u of them to be lost\n", rounds,
		lose);
	schedule_delayed_work(&ig_handoff_work, msecs_to_jiffies(delay_ms));
	return 0;
}
module_init(ig_handoff_init);

static void __exit ig_handoff_exit(void)
{
	struct ig_handoff *handoff, *next;

	flush_delayed_work(&ig_handoff_work);

	if (heal) {
		ig_handoff_heal(&ig_handoff_lost);
		return;
	}

	list_for_each_entry_safe(handoff, next, &ig_handoff_lost, entry) {
		list_del(&handoff->entry);
		kfree(handoff);
	}
}
module_exit(ig_handoff_exit);

MODULE_DESCRIPTION("IOMMU group reference test: references handed to another task");
MODULE_LICENSE("GPL");
