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
 * How it heals: rmmod waits for what is pending. With heal=1 ig_heal() gives the
 * lost references back too; by default they stay leaked until the next boot.
 */
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "ig_leaks.h"

static unsigned int rounds = 1000;
module_param(rounds, uint, 0444);
MODULE_PARM_DESC(rounds, "references to hand over (default 1000)");

static unsigned int lose;
module_param(lose, uint, 0444);
MODULE_PARM_DESC(lose, "references that are never dropped (default 0, at most rounds)");

static unsigned int delay_ms = 5;
module_param(delay_ms, uint, 0444);
MODULE_PARM_DESC(delay_ms, "milliseconds until they are dropped (default 5)");

static unsigned int pending;
module_param(pending, uint, 0444);
MODULE_PARM_DESC(pending, "references still to be dropped (read only)");

struct ig_handoff {
	struct list_head entry;
	struct iommu_group *group;
};

/* Belongs to insmod until the work is queued, to the worker thereafter. */
static LIST_HEAD(ig_handoff_queue);

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

static void ig_handoff_lose(struct ig_handoff *handoff)
{
	ig_leak(handoff->group);
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
			ig_handoff_lose(handoff);
		WRITE_ONCE(pending, --left);
		cond_resched();
	}
}
static DECLARE_DELAYED_WORK(ig_handoff_work, ig_handoff_worker);

static int ig_handoff_queue_one(struct device *dev, unsigned int round)
{
	struct ig_handoff *handoff = ig_handoff_take(dev);

	if (IS_ERR(handoff))
		return PTR_ERR(handoff);

	list_add_tail(&handoff->entry, &ig_handoff_queue);
	pending++;
	return 0;
}

static void ig_handoff_undo(void)
{
	struct ig_handoff *handoff, *next;

	list_for_each_entry_safe(handoff, next, &ig_handoff_queue, entry) {
		list_del(&handoff->entry);
		ig_handoff_drop(handoff);
	}
}

static int ig_handoff_run(struct device *dev)
{
	int ret;

	if (lose > rounds) {
		pr_err("lose=%u is more than rounds=%u\n", lose, rounds);
		return -EINVAL;
	}

	pending = 0;
	ret = ig_rounds(dev, rounds, ig_handoff_queue_one);
	if (ret) {
		ig_handoff_undo();
		return ret;
	}

	pr_info("handed over %u references, %u of them to be lost\n", rounds,
		lose);
	schedule_delayed_work(&ig_handoff_work, msecs_to_jiffies(delay_ms));
	return 0;
}

static void ig_handoff_end(void)
{
	flush_delayed_work(&ig_handoff_work);
	ig_heal_if_told();
}

ig_module(ig_handoff, ig_with_device(ig_handoff_run), ig_handoff_end());
MODULE_DESCRIPTION("IOMMU group reference test: references handed to another task");
