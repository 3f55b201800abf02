// SPDX-License-Identifier: GPL-2.0
/*
 * ig_lockkeep - never let go of the group lock
 *
 * What it does wrong, with the lock of device='s group, by mode=:
 *   exit          ig_lockkeep_lock() takes it, and insmod returns to user space
 *   kthread_exit  the same in a kernel thread, which then ends
 *   file          a file, /proc/ig_lockkeep, takes it when it is released, in
 *                 ig_lockkeep_release(): at the end of a task that has it open
 *   recursion     ig_lockkeep_recurse(), called by iommu_group_for_each_dev()
 *                 in a kernel thread, calls iommu_group_remove_device(), which
 *                 wants the lock that the task has
 *
 * How it heals: rmmod releases what the first three have taken, in
 * ig_lockkeep_unlock(). Until then whoever needs the lock hangs, readers of the
 * group's type attribute among them.  mode=recursion does not heal: its thread
 * hangs for ever, the module cannot be unloaded, and the lock is never free
 * again.  Load it in a guest that is thrown away.
 */
#include <linux/delay.h>
#include <linux/proc_fs.h>
#include <linux/sched.h>

#include "ig_group_lock.h"
#include "ig_thread.h"

MODULE_PARM_DESC(mode, "exit (default), kthread_exit, file or recursion");

static struct mutex *ig_lock;
/* Who has locked it.  Others look at the owner of a lock that they wait for. */
static struct task_struct *ig_owner;

static ig_site int ig_lockkeep_lock(void)
{
	ig_lock = ig_group_lock();
	if (!ig_lock)
		return -EOPNOTSUPP;

	mutex_lock(ig_lock);
	ig_owner = current;
	get_task_struct(ig_owner);
	return 0;
}

static ig_site void ig_lockkeep_unlock(void)
{
	/* a lock without debugging does not mind who releases it */
	mutex_unlock(ig_lock);
	put_task_struct(ig_owner);
}

static int ig_lockkeep_kthread_exit(void)
{
	return ig_task_run(ig_lockkeep_lock, "ig_lockkeep");
}

static int ig_lockkeep_open(struct inode *inode, struct file *file)
{
	return 0;
}

static ig_site int ig_lockkeep_release(struct inode *inode, struct file *file)
{
	if (ig_owner)
		return 0;
	mutex_lock(ig_lock);
	ig_owner = current;
	get_task_struct(ig_owner);
	return 0;
}

static const struct proc_ops ig_lockkeep_ops = {
	.proc_open = ig_lockkeep_open,
	.proc_release = ig_lockkeep_release,
};

static ig_site int ig_lockkeep_file(void)
{
	ig_lock = ig_group_lock();
	if (!ig_lock)
		return -EOPNOTSUPP;
	return proc_create("ig_lockkeep", 0444, NULL, &ig_lockkeep_ops) ? 0 :
									  -ENOMEM;
}

static void ig_lockkeep_file_gone(void)
{
	remove_proc_entry("ig_lockkeep", NULL);
	if (ig_owner)
		ig_lockkeep_unlock();
}

static DECLARE_COMPLETION(ig_lockkeep_begun);

static ig_site int ig_lockkeep_recurse(struct device *dev, void *data)
{
	complete(&ig_lockkeep_begun);
	iommu_group_remove_device(dev);
	return 1;
}

static int ig_lockkeep_thread(void *data)
{
	return iommu_group_for_each_dev(ig_group, NULL, ig_lockkeep_recurse);
}

static int ig_lockkeep_recursion(void)
{
	struct task_struct *task;
	int i;

	task = kthread_run(ig_lockkeep_thread, NULL, "ig_lockkeep");
	if (IS_ERR(task))
		return PTR_ERR(task);

	/* the thread's stack has our functions for ever */
	__module_get(THIS_MODULE);
	wait_for_completion(&ig_lockkeep_begun);
	/* it may spin for a while, its owner being on a CPU */
	for (i = 0; i < 500; i++) {
		if (READ_ONCE(task->__state) & TASK_UNINTERRUPTIBLE)
			return 0;
		msleep(20);
	}
	pr_err("the thread does not hang yet\n");
	return 0;
}

static const struct ig_mode ig_modes[] = {
	{ "exit", ig_lockkeep_lock, ig_lockkeep_unlock },
	{ "kthread_exit", ig_lockkeep_kthread_exit, ig_lockkeep_unlock },
	{ "file", ig_lockkeep_file, ig_lockkeep_file_gone },
	{ "recursion", ig_lockkeep_recursion },
	{ }
};

/*
 * Nothing is leaked here but the lock: with it held no device leaves the group,
 * and their references keep it.
 */
ig_module(ig_lockkeep, ig_mode_run_on_group(ig_modes), ig_mode_heal());
MODULE_DESCRIPTION("IOMMU group lock test: the lock is never released");
