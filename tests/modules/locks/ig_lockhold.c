// SPDX-License-Identifier: GPL-2.0
/*
 * ig_lockhold - sleep under the group lock
 *
 * What it does wrong: a kernel thread sleeps for ms= milliseconds in a
 * callback of iommu_group_for_each_dev(), which holds the group lock.  Whoever
 * needs that lock meanwhile waits, readers of the group's type attribute among
 * them.  References are balanced.
 *
 * How it heals: by itself, when the time is over; rmmod waits for that.
 */
#include <linux/completion.h>
#include <linux/delay.h>

#include "ig_device.h"
#include "ig_thread.h"

static unsigned int ms = 10000;
module_param(ms, uint, 0444);
MODULE_PARM_DESC(ms, "how long to hold the lock (default 10000)");

static struct iommu_group *ig_lockhold_group;
static DECLARE_COMPLETION(ig_lockhold_taken);
static struct task_struct *ig_lockhold_task;

static int ig_lockhold_sleep(struct device *dev, void *data)
{
	complete(&ig_lockhold_taken);
	msleep(ms);
	return 1; /* one device is enough */
}

static int ig_lockhold_thread(void *data)
{
	iommu_group_for_each_dev(ig_lockhold_group, NULL, ig_lockhold_sleep);
	iommu_group_put(ig_lockhold_group);
	return 0;
}

static int ig_lockhold_run(struct device *dev)
{
	ig_lockhold_group = iommu_group_get(dev);
	if (!ig_lockhold_group)
		return -ENODEV;

	ig_lockhold_task = ig_thread_start(ig_lockhold_thread, NULL,
					   &ig_lockhold_taken, "ig_lockhold");
	if (!IS_ERR(ig_lockhold_task))
		return 0;

	iommu_group_put(ig_lockhold_group);
	return PTR_ERR(ig_lockhold_task);
}

ig_module(ig_lockhold, ig_with_device(ig_lockhold_run),
	  ig_thread_end(ig_lockhold_task));
MODULE_DESCRIPTION("IOMMU group reference test: sleep under the group lock");
