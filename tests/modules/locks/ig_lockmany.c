// SPDX-License-Identifier: GPL-2.0
/*
 * ig_lockmany - more locks than an audit can keep
 *
 * What it does on insmod, by mode=:
 *   deep   ig_lockmany_deep() holds 20 mutexes at a time
 *   lost   ig_lockmany_lost() takes 20 one by one, and gives them back in a way
 *          that no program can see, as when the kernel skips it
 *   crowd  2100 kernel threads hold a mutex each at a time, taken in
 *          ig_lockmany_crowded()
 *
 * What it does wrong: nothing.  An audit that keeps fewer has to say so.
 */
#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/sched.h>

#include "ig_modes.h"

MODULE_PARM_DESC(mode, "deep (default), lost or crowd");

static ig_site int ig_lockmany_deep(void)
{
	static struct mutex stack[20];
	int i;

	for (i = 0; i < ARRAY_SIZE(stack); i++) {
		mutex_init(&stack[i]);
		mutex_lock(&stack[i]);
	}
	while (i--)
		mutex_unlock(&stack[i]);
	return 0;
}

static ig_site int ig_lockmany_lost(void)
{
	static struct mutex row[20];
	int i;

	for (i = 0; i < ARRAY_SIZE(row); i++)
		mutex_init(&row[i]);
	/* Once in sight: only a pair that is new is looked at closely. */
	for (i = 1; i < ARRAY_SIZE(row); i++) {
		mutex_lock(&row[i - 1]);
		mutex_lock(&row[i]);
		mutex_unlock(&row[i]);
		mutex_unlock(&row[i - 1]);
	}
	for (i = 0; i < ARRAY_SIZE(row); i++) {
		mutex_lock(&row[i]);
		atomic_long_set(&row[i].owner, 0);
	}
	return 0;
}

/* The audit has room for 2048. */
#define IG_LOCKMANY_CROWD	2100

struct ig_lockmany_one {
	struct task_struct *task;
	struct mutex lock;
};

static atomic_t ig_lockmany_crowd_holds = ATOMIC_INIT(0);
static DECLARE_COMPLETION(ig_lockmany_crowd_complete);

static ig_site int ig_lockmany_crowded(void *data)
{
	struct ig_lockmany_one *one = data;

	mutex_lock(&one->lock);
	if (atomic_inc_return(&ig_lockmany_crowd_holds) == IG_LOCKMANY_CROWD)
		complete(&ig_lockmany_crowd_complete);
	set_current_state(TASK_INTERRUPTIBLE);
	while (!kthread_should_stop()) {
		schedule();
		set_current_state(TASK_INTERRUPTIBLE);
	}
	__set_current_state(TASK_RUNNING);
	mutex_unlock(&one->lock);
	return 0;
}

static int ig_lockmany_crowd(void)
{
	struct ig_lockmany_one *crowd;
	int i, ret = 0;

	crowd = kvcalloc(IG_LOCKMANY_CROWD, sizeof(*crowd), GFP_KERNEL);
	if (!crowd)
		return -ENOMEM;

	for (i = 0; i < IG_LOCKMANY_CROWD; i++) {
		mutex_init(&crowd[i].lock);
		crowd[i].task = kthread_run(ig_lockmany_crowded, &crowd[i], "ig_lockmany");
		if (IS_ERR(crowd[i].task)) {
			ret = PTR_ERR(crowd[i].task);
			break;
		}
	}
	if (!ret)
		wait_for_completion(&ig_lockmany_crowd_complete);
	while (i--)
		kthread_stop(crowd[i].task);
	kvfree(crowd);
	return ret;
}

static const struct ig_mode ig_modes[] = {
	{ "deep", ig_lockmany_deep },
	{ "lost", ig_lockmany_lost },
	{ "crowd", ig_lockmany_crowd },
	{ }
};

ig_module(ig_lockmany, ig_mode_run(ig_modes), ig_nothing());
MODULE_DESCRIPTION("IOMMU group lock test: more locks than are kept");
