// SPDX-License-Identifier: GPL-2.0
/*
 * ig_lockmany - many locks, and more than an audit can keep
 *
 * What it does on insmod, with the lock of device='s group, by mode=:
 *   deep   ig_lockmany_deep() holds 60 mutexes at a time, each of a class of its
 *          own, and takes the group lock.  All of that is kept.
 *   class  ig_lockmany_class() likewise holds 600 mutexes of one class.
 *   wrong  and then one of them is taken under the group lock, in
 *          ig_lockmany_under().  An inversion.
 *   flood  ig_lockmany_flood() holds 300 mutexes of as many classes, and takes
 *          the group lock
 *   lost   ig_lockmany_lost() takes 20 one by one, and gives them back in a way
 *          that no program can see, as when the kernel skips it
 *   crowd  2100 kernel threads hold a mutex each at a time, taken in
 *          ig_lockmany_crowded()
 *
 * What it does wrong: but for one mode, nothing.  An audit that keeps fewer has to say so.
 */
#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/sched.h>

#include "ig_lock.h"

MODULE_PARM_DESC(mode, "deep (default), class, wrong, flood, lost or crowd");

/* What orders all the others. */
static DEFINE_MUTEX(ig_lockmany_outer);

#define IG_LOCKMANY_DEEP	60
#define IG_LOCKMANY_FLOOD	300
#define IG_LOCKMANY_CLASS	600

/* A static lock is a class of its own to an audit. */
static struct mutex ig_lockmany_stack[IG_LOCKMANY_FLOOD];

static void ig_lockmany_init_all(struct mutex *locks, int n)
{
	int i;

	for (i = 0; i < n; i++)
		mutex_init(&locks[i]);
}

/* Released from the first on, as the kernel itself does in such a place. */
static ig_site void ig_lockmany_nest(struct mutex *locks, int n)
{
	int i;

	for (i = 0; i < n; i++)
		mutex_lock_nest_lock(&locks[i], &ig_lockmany_outer);
	iommu_group_for_each_dev(ig_group, NULL, ig_lock_only);
	for (i = 0; i < n; i++)
		mutex_unlock(&locks[i]);
}

static ig_site int ig_lockmany_deep(void)
{
	ig_lockmany_init_all(ig_lockmany_stack, IG_LOCKMANY_DEEP);
	mutex_lock(&ig_lockmany_outer);
	ig_lockmany_nest(ig_lockmany_stack, IG_LOCKMANY_DEEP);
	mutex_unlock(&ig_lockmany_outer);
	return 0;
}

/* Nobody waits for it. */
static void ig_lockmany_lose(struct mutex *lock)
{
#ifdef CONFIG_PREEMPT_RT
	lock->rtmutex.owner = NULL;
#else
	atomic_long_set(&lock->owner, 0);
#endif
}

static ig_site int ig_lockmany_flood(void)
{
	ig_lockmany_init_all(ig_lockmany_stack, IG_LOCKMANY_FLOOD);
	mutex_lock(&ig_lockmany_outer);
	ig_lockmany_nest(ig_lockmany_stack, IG_LOCKMANY_FLOOD);
	mutex_unlock(&ig_lockmany_outer);
	return 0;
}

static ig_site int ig_lockmany_under(struct device *dev, void *data)
{
	mutex_lock(data);
	mutex_unlock(data);
	return 1;
}

static int ig_lockmany_of_class(bool wrong)
{
	struct mutex *locks = kvcalloc(IG_LOCKMANY_CLASS, sizeof(*locks), GFP_KERNEL);

	if (!locks)
		return -ENOMEM;
	ig_lockmany_init_all(locks, IG_LOCKMANY_CLASS);
	mutex_lock(&ig_lockmany_outer);
	ig_lockmany_nest(locks, IG_LOCKMANY_CLASS);
	mutex_unlock(&ig_lockmany_outer);
	/* twice: all is forgotten that was held before */
	mutex_lock(&ig_lockmany_outer);
	ig_lockmany_nest(locks, IG_LOCKMANY_CLASS);
	mutex_unlock(&ig_lockmany_outer);
	if (wrong)
		iommu_group_for_each_dev(ig_group, &locks[0], ig_lockmany_under);
	kvfree(locks);
	return 0;
}

static ig_site int ig_lockmany_class(void)
{
	return ig_lockmany_of_class(false);
}

static ig_site int ig_lockmany_wrong(void)
{
	return ig_lockmany_of_class(true);
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
		ig_lockmany_lose(&row[i]);
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
	{ "class", ig_lockmany_class },
	{ "wrong", ig_lockmany_wrong },
	{ "flood", ig_lockmany_flood },
	{ "lost", ig_lockmany_lost },
	{ "crowd", ig_lockmany_crowd },
	{ }
};

ig_module(ig_lockmany, ig_mode_run_on_group(ig_modes), ig_nothing());
MODULE_DESCRIPTION("IOMMU group lock test: more locks than are kept");
