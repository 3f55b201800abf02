// SPDX-License-Identifier: GPL-2.0
/*
 * ig_late - a leak after insmod has returned
 *
 * What it does wrong: ig_late_leak() takes a reference on the group of device=
 * and does not give it back.  mode= says who calls it:
 *
 *	rcu		an RCU callback, behind before= others of us= microseconds each
 *	rcu_twice	an RCU callback that such a callback has queued
 *	srcu		an SRCU callback
 *	rcu_work	a work item that an RCU callback queues (queue_rcu_work())
 *	work		a work item, behind before= others of us= microseconds each
 *	delayed		a work item that is due after ms= milliseconds
 *
 *	drain		nobody: before= references are taken, and one is given back
 *			every ms= milliseconds
 *
 * How it heals: with heal=1 ig_heal() gives it back on rmmod.
 */
#include <linux/delay.h>
#include <linux/slab.h>
#include <linux/srcu.h>
#include <linux/workqueue.h>

#include "ig_leaks.h"
#include "ig_modes.h"

MODULE_PARM_DESC(mode, "rcu (default), rcu_twice, srcu, rcu_work, work, delayed or drain");

static unsigned int before;
module_param(before, uint, 0444);
MODULE_PARM_DESC(before, "callbacks or work items before the one that leaks (default 0)");

static unsigned int us = 1000;
module_param(us, uint, 0444);
MODULE_PARM_DESC(us, "microseconds that each of them takes (default 1000)");

static unsigned int ms = 1000;
module_param(ms, uint, 0444);
MODULE_PARM_DESC(ms, "milliseconds until delayed work is due (default 1000)");

static struct device *ig_dev;

static ig_site void ig_late_leak(void)
{
	struct iommu_group *group = iommu_group_get(ig_dev);

	if (group)
		ig_leak(group);
}

static struct rcu_head ig_last, ig_second;

static void ig_late_callback(struct rcu_head *head)
{
	ig_late_leak();
}

static void ig_late_queue_again(struct rcu_head *head)
{
	call_rcu(&ig_second, ig_late_callback);
}

static void ig_late_dawdle_rcu(struct rcu_head *head)
{
	udelay(us);
	kfree(head);
}

static int ig_late_dawdlers(void)
{
	struct rcu_head *head;
	unsigned int i;

	for (i = 0; i < before; i++) {
		head = kmalloc(sizeof(*head), GFP_KERNEL);
		if (!head)
			return -ENOMEM;
		call_rcu(head, ig_late_dawdle_rcu);
	}
	return 0;
}

static int ig_late_rcu(void)
{
	int ret = ig_late_dawdlers();

	if (!ret)
		call_rcu(&ig_last, ig_late_callback);
	return ret;
}

static int ig_late_rcu_twice(void)
{
	int ret = ig_late_dawdlers();

	if (!ret)
		call_rcu(&ig_last, ig_late_queue_again);
	return ret;
}

/* Also those that the first ones have queued. */
static void ig_late_rcu_end(void)
{
	rcu_barrier();
	rcu_barrier();
}

DEFINE_STATIC_SRCU(ig_srcu);

static int ig_late_srcu(void)
{
	call_srcu(&ig_srcu, &ig_last, ig_late_callback);
	return 0;
}

static void ig_late_srcu_end(void)
{
	srcu_barrier(&ig_srcu);
}

static void ig_late_work_fn(struct work_struct *work)
{
	ig_late_leak();
}

static struct rcu_work ig_rcu_work;

static int ig_late_rcu_work(void)
{
	INIT_RCU_WORK(&ig_rcu_work, ig_late_work_fn);
	queue_rcu_work(system_wq, &ig_rcu_work);
	return 0;
}

static void ig_late_rcu_work_end(void)
{
	flush_rcu_work(&ig_rcu_work);
}

static DECLARE_DELAYED_WORK(ig_delayed, ig_late_work_fn);
static DECLARE_WORK(ig_work, ig_late_work_fn);
static struct work_struct *ig_dawdlers;

static void ig_late_dawdle_work(struct work_struct *work)
{
	udelay(us);
}

static int ig_late_work(void)
{
	unsigned int i;

	ig_dawdlers = kcalloc(before + 1, sizeof(*ig_dawdlers), GFP_KERNEL);
	if (!ig_dawdlers)
		return -ENOMEM;
	for (i = 0; i < before; i++) {
		INIT_WORK(&ig_dawdlers[i], ig_late_dawdle_work);
		schedule_work(&ig_dawdlers[i]);
	}
	schedule_work(&ig_work);
	return 0;
}

static void ig_late_work_end(void)
{
	unsigned int i;

	for (i = 0; i < before; i++)
		flush_work(&ig_dawdlers[i]);
	flush_work(&ig_work);
	kfree(ig_dawdlers);
}

static int ig_late_delayed(void)
{
	schedule_delayed_work(&ig_delayed, msecs_to_jiffies(ms));
	return 0;
}

static void ig_late_delayed_end(void)
{
	cancel_delayed_work_sync(&ig_delayed);
}

static void ig_late_drain_fn(struct work_struct *work);
static DECLARE_DELAYED_WORK(ig_drain, ig_late_drain_fn);

static void ig_late_drain_fn(struct work_struct *work)
{
	iommu_group_put(ig_leaked_group);
	if (--ig_leaked)
		schedule_delayed_work(&ig_drain, msecs_to_jiffies(ms));
}

static int ig_late_drain(void)
{
	unsigned int i;

	for (i = 0; i < before; i++)
		ig_late_leak();
	if (ig_leaked)
		schedule_delayed_work(&ig_drain, msecs_to_jiffies(ms));
	return 0;
}

static void ig_late_drain_end(void)
{
	cancel_delayed_work_sync(&ig_drain);
}

static const struct ig_mode ig_late_modes[] = {
	{ "rcu", ig_late_rcu, ig_late_rcu_end },
	{ "rcu_twice", ig_late_rcu_twice, ig_late_rcu_end },
	{ "srcu", ig_late_srcu, ig_late_srcu_end },
	{ "rcu_work", ig_late_rcu_work, ig_late_rcu_work_end },
	{ "work", ig_late_work, ig_late_work_end },
	{ "delayed", ig_late_delayed, ig_late_delayed_end },
	{ "drain", ig_late_drain, ig_late_drain_end },
	{}
};

static int ig_late_begin(void)
{
	int ret;

	ig_dev = ig_device_get(device);
	if (IS_ERR(ig_dev))
		return PTR_ERR(ig_dev);
	ret = ig_mode_run(ig_late_modes);
	if (ret) {
		/* what has been queued is this module's code */
		rcu_barrier();
		put_device(ig_dev);
	}
	return ret;
}

static void ig_late_end(void)
{
	ig_mode_heal();
	ig_heal_if_told();
	put_device(ig_dev);
}

ig_module(ig_late, ig_late_begin(), ig_late_end());
MODULE_DESCRIPTION("IOMMU group reference test: a leak after insmod has returned");
