// SPDX-License-Identifier: GPL-2.0
/*
 * ig_turnover - one reference is always there, and never for long
 *
 * What it does: a kthread takes the next reference on the group of device= in
 * ig_turnover_next() before it drops the last one. That is right: each of them
 * is dropped a few milliseconds later.
 *
 * What it does wrong: with mode=leak it takes and drops one at a time, nothing
 * in between, and once keeps one in ig_turnover_keep(), while it goes on.
 *
 * How it heals: rmmod stops the thread, which drops the last one. What mode=leak
 * keeps stays unless heal=1.
 */
#include <linux/delay.h>
#include <linux/kthread.h>

#include "ig_leaks.h"
#include "ig_modes.h"

MODULE_PARM_DESC(mode, "overlap (default) or leak");

/** IG_BEFORE - rounds before the one that leaks */
#define IG_BEFORE 100

static struct device *ig_turnover_dev;
static struct task_struct *ig_turnover_task;

static ig_site struct iommu_group *ig_turnover_next(void)
{
	return iommu_group_get(ig_turnover_dev);
}

static ig_site void ig_turnover_drop(struct iommu_group *group)
{
	iommu_group_put(group);
}

static ig_site void ig_turnover_keep(void)
{
	ig_leak(ig_turnover_next());
}

static int ig_turnover_overlap(void *unused)
{
	struct iommu_group *last = ig_turnover_next(), *next;

	while (!kthread_should_stop()) {
		next = ig_turnover_next();
		ig_turnover_drop(last);
		last = next;
		usleep_range(1000, 2000);
	}
	ig_turnover_drop(last);
	return 0;
}

static int ig_turnover_leak(void *unused)
{
	unsigned int round;

	for (round = 0; !kthread_should_stop(); round++) {
		if (round == IG_BEFORE)
			ig_turnover_keep();
		ig_turnover_drop(ig_turnover_next());
		if (round > IG_BEFORE)
			usleep_range(1000, 2000);
	}
	return 0;
}

static int ig_turnover_start(int (*run)(void *unused))
{
	ig_turnover_dev = ig_device_get(device);
	if (IS_ERR(ig_turnover_dev))
		return PTR_ERR(ig_turnover_dev);
	ig_turnover_task = kthread_run(run, NULL, "ig_turnover");
	if (!IS_ERR(ig_turnover_task))
		return 0;
	put_device(ig_turnover_dev);
	return PTR_ERR(ig_turnover_task);
}

static int ig_turnover_right(void)
{
	return ig_turnover_start(ig_turnover_overlap);
}

static int ig_turnover_wrong(void)
{
	return ig_turnover_start(ig_turnover_leak);
}

static void ig_turnover_stop(void)
{
	kthread_stop(ig_turnover_task);
	put_device(ig_turnover_dev);
	ig_heal_if_told();
}

static const struct ig_mode ig_turnover_modes[] = {
	{ "overlap", ig_turnover_right, ig_turnover_stop },
	{ "leak", ig_turnover_wrong, ig_turnover_stop },
	{}
};

ig_module(ig_turnover, ig_mode_run(ig_turnover_modes), ig_mode_heal());
MODULE_DESCRIPTION("IOMMU group reference test: references that come and go all the time");
