// SPDX-License-Identifier: GPL-2.0
/*
 * ig_lockolder - tasks that have been in the kernel for long
 *
 * Loaded before an audit, and told what to do during it, by the parameter run.
 * A kernel thread has taken ig_older_mutex by then, and so has a work item that
 * does not end ig_older_other; both keep them until rmmod.  With the lock of
 * device='s group:
 *   thread  the thread takes it, in ig_older_thread_group().  An order that an
 *           audit cannot know.
 *   work    so does the work item, in ig_older_work_group().  Likewise.
 *   new     a new work item takes it and ends, in ig_older_new_group(), and the
 *           next one releases a mutex, ig_older_handed, that was taken before.
 *           Right, and known to be: a work item begins with nothing held.
 *
 * How it heals: rmmod releases all.
 */
#include <linux/completion.h>
#include <linux/mutex.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "ig_lock.h"
#include "ig_thread.h"

MODULE_PARM_DESC(mode, "keep (default)");

static DEFINE_MUTEX(ig_older_mutex);
static DEFINE_MUTEX(ig_older_other);
static DEFINE_MUTEX(ig_older_handed);

/* What a task that waits is to do: 1 to take the group lock, 2 to end. */
struct ig_older {
	int wanted;
	struct completion ready, done;
	wait_queue_head_t wait;
};

static struct ig_older ig_older_thread, ig_older_work;
static struct task_struct *ig_older_task;

static void ig_older_prepare(struct ig_older *older)
{
	older->wanted = 0;
	init_completion(&older->ready);
	init_completion(&older->done);
	init_waitqueue_head(&older->wait);
}

static void ig_older_wait(struct ig_older *older, void (*group)(void))
{
	complete(&older->ready);
	for (;;) {
		/* idle, or it would count as hung */
		wait_event_idle(older->wait, READ_ONCE(older->wanted));
		if (older->wanted == 2)
			return;
		group();
		older->wanted = 0;
		complete(&older->done);
	}
}

static void ig_older_tell(struct ig_older *older, int wanted)
{
	WRITE_ONCE(older->wanted, wanted);
	wake_up(&older->wait);
	if (wanted == 1)
		wait_for_completion(&older->done);
}

static ig_site void ig_older_thread_group(void)
{
	iommu_group_for_each_dev(ig_group, NULL, ig_lock_only);
}

static int ig_older_thread_main(void *data)
{
	mutex_lock(&ig_older_mutex);
	ig_older_wait(&ig_older_thread, ig_older_thread_group);
	mutex_unlock(&ig_older_mutex);
	while (!kthread_should_stop())
		schedule_timeout_idle(HZ / 10);
	return 0;
}

static ig_site void ig_older_work_group(void)
{
	barrier();
	iommu_group_for_each_dev(ig_group, NULL, ig_lock_only);
}

static void ig_older_work_main(struct work_struct *work)
{
	mutex_lock(&ig_older_other);
	ig_older_wait(&ig_older_work, ig_older_work_group);
	mutex_unlock(&ig_older_other);
}

static DECLARE_WORK(ig_older_item, ig_older_work_main);

static ig_site void ig_older_new_group(struct work_struct *work)
{
	iommu_group_for_each_dev(ig_group, NULL, ig_lock_only);
}

static ig_site void ig_older_new_release(struct work_struct *work)
{
	if (mutex_is_locked(&ig_older_handed))
		mutex_unlock(&ig_older_handed);
}

static DECLARE_WORK(ig_older_first, ig_older_new_group);
static DECLARE_WORK(ig_older_second, ig_older_new_release);

static int ig_older_keep(void)
{
	iommu_group_ref_get(ig_group);
	mutex_lock(&ig_older_handed);
	ig_older_prepare(&ig_older_thread);
	ig_older_prepare(&ig_older_work);
	ig_older_task = ig_thread_start(ig_older_thread_main, NULL,
					&ig_older_thread.ready, "ig_older");
	if (IS_ERR(ig_older_task)) {
		iommu_group_put(ig_group);
		return PTR_ERR(ig_older_task);
	}
	queue_work(system_long_wq, &ig_older_item);
	wait_for_completion(&ig_older_work.ready);
	return 0;
}

static void ig_older_keep_no_more(void)
{
	ig_older_tell(&ig_older_thread, 2);
	ig_older_tell(&ig_older_work, 2);
	ig_thread_end(ig_older_task);
	flush_work(&ig_older_item);
	if (mutex_is_locked(&ig_older_handed))
		mutex_unlock(&ig_older_handed);
	iommu_group_put(ig_group);
}

static int ig_older_run(const char *val, const struct kernel_param *kp)
{
	if (!ig_older_task)
		return -ENODEV;
	if (sysfs_streq(val, "thread")) {
		ig_older_tell(&ig_older_thread, 1);
	} else if (sysfs_streq(val, "work")) {
		ig_older_tell(&ig_older_work, 1);
	} else if (sysfs_streq(val, "new")) {
		schedule_work(&ig_older_first);
		flush_work(&ig_older_first);
		schedule_work(&ig_older_second);
		flush_work(&ig_older_second);
	} else {
		return -EINVAL;
	}
	return 0;
}

static const struct kernel_param_ops ig_older_run_ops = {
	.set = ig_older_run,
};
module_param_cb(run, &ig_older_run_ops, NULL, 0200);
MODULE_PARM_DESC(run, "thread, work or new");

static const struct ig_mode ig_modes[] = {
	{ "keep", ig_older_keep, ig_older_keep_no_more },
	{ }
};

ig_module(ig_lockolder, ig_mode_run_on_group(ig_modes), ig_mode_heal());
MODULE_DESCRIPTION("IOMMU group lock test: tasks from before the audit");
