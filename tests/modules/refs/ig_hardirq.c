// SPDX-License-Identifier: GPL-2.0
/*
 * ig_hardirq - references taken in interrupts that come upon innocent tasks
 *
 * What it does: the task of insmod takes and drops references on the group of
 * device= in ig_hardirq_right().
 *
 * What it does wrong: meanwhile a timer's interrupt takes count= of them in
 * ig_hardirq_take() and keeps them. They have nothing to do with the task that
 * it comes upon.
 *
 * How it heals: with heal=1 ig_heal() gives them back on rmmod.
 */
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/version.h>

#include "ig_leaks.h"

static unsigned int count = 3;
module_param(count, uint, 0444);
MODULE_PARM_DESC(count, "references that interrupts take (default 3)");

/** IG_INTERVAL - nanoseconds; the kernel skips a probe that is running already */
#define IG_INTERVAL (5 * NSEC_PER_MSEC)

static struct device *ig_hardirq_dev;
static struct hrtimer ig_hardirq_timer;
static unsigned int ig_hardirq_left;

static ig_site void ig_hardirq_take(void)
{
	struct iommu_group *group = iommu_group_get(ig_hardirq_dev);

	if (group)
		ig_leak(group);
}

static enum hrtimer_restart ig_hardirq_fires(struct hrtimer *timer)
{
	ig_hardirq_take();
	WRITE_ONCE(ig_hardirq_left, ig_hardirq_left - 1);
	if (!ig_hardirq_left)
		return HRTIMER_NORESTART;
	hrtimer_forward_now(timer, ns_to_ktime(IG_INTERVAL));
	return HRTIMER_RESTART;
}

static ig_site void ig_hardirq_right(struct device *dev)
{
	struct iommu_group *group = iommu_group_get(dev);

	udelay(1000);
	if (group)
		iommu_group_put(group);
}

static void ig_hardirq_set_up(void)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
	hrtimer_init(&ig_hardirq_timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	ig_hardirq_timer.function = ig_hardirq_fires;
#else
	hrtimer_setup(&ig_hardirq_timer, ig_hardirq_fires, CLOCK_MONOTONIC,
		      HRTIMER_MODE_REL_HARD);
#endif
}

static int ig_hardirq_run(struct device *dev)
{
	if (!count)
		return -EINVAL;
	ig_hardirq_dev = dev;
	ig_hardirq_left = count;
	/* The first one takes a probe long. */
	ig_hardirq_right(dev);
	ig_hardirq_set_up();
	hrtimer_start(&ig_hardirq_timer, ns_to_ktime(IG_INTERVAL),
		      HRTIMER_MODE_REL_HARD);
	while (READ_ONCE(ig_hardirq_left)) {
		ig_hardirq_right(dev);
		cond_resched();
	}
	hrtimer_cancel(&ig_hardirq_timer);
	pr_info("interrupts took %u references\n", count);
	return 0;
}

ig_module(ig_hardirq, ig_with_device(ig_hardirq_run), ig_heal_if_told());
MODULE_DESCRIPTION("IOMMU group reference test: references taken in interrupts");
