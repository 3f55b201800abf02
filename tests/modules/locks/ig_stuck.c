// SPDX-License-Identifier: GPL-2.0
/*
 * ig_stuck - tasks that wait for each other, a group lock among what they wait for
 *
 * What it does wrong: "MODE DEVICE", written to the parameter run, makes tasks
 * hang with the lock of the group of that PCI function:
 *   abba    ig_stuck_group_first() takes the group lock and then a mutex,
 *           ig_stuck_mutex_first() the other way round
 *   trio    ig_stuck_outer() reads with a semaphore and wants the group lock,
 *           which ig_stuck_inner() has, who wants to read, too, behind a writer
 *   writer  ig_stuck_write() has the group lock and waits for a reader, which is
 *           ig_stuck_outer()
 *   flush   ig_stuck_flush() waits, with the group lock, for a work item that
 *           takes it
 *   stop    ig_stuck_stop() likewise for a kernel thread
 *   node    ig_stuck_remove() removes, with the group lock, a file whose reader
 *           takes it: /sys/kernel/ig_stuck/taken, for the test to read
 *
 * What is right, though others wait:
 *   sleep   ig_stuck_sleep() sleeps for ms= milliseconds with the group lock,
 *           which somebody else waits for
 *   "MODE DEVICE right" does not take the group lock where it is wrong
 *
 * How it heals: what is right by itself, and rmmod waits for it, but
 * wakes who sleeps.  Else not at all:
 * the tasks hang for ever, and the module cannot be unloaded.  Load it in a guest
 * that is thrown away.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kobject.h>
#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/sysfs.h>
#include <linux/workqueue.h>

#include "ig_device.h"
#include "ig_thread.h"


static unsigned int ms = 10000;
module_param(ms, uint, 0644);
MODULE_PARM_DESC(ms, "how long mode sleep sleeps (default 10000)");

/* Long enough for others to begin to wait. */
#define IG_STUCK_MEET	300

/**
 * struct ig_stuck - one circle of tasks
 * @group: the group
 * @right: leave it out that a lock is wanted
 * @first, @second: the first has what the second wants, and the other way round
 */
struct ig_stuck {
	struct iommu_group *group;
	bool right;
	struct completion first;
	struct completion second;
	struct rw_semaphore sem;
	struct work_struct item;
	struct task_struct *thread;
};

static DEFINE_MUTEX(ig_stuck_mutex);
/* Tasks that have not left the module's code. */
static atomic_t ig_stuck_tasks;
static struct ig_stuck *ig_stuck_node;

/* For iommu_group_for_each_dev(): the lock, and nothing else. */
static int ig_lock_only(struct device *dev, void *data)
{
	return 1;
}

static void ig_stuck_take_group(struct ig_stuck *s)
{
	if (!s->right)
		iommu_group_for_each_dev(s->group, NULL, ig_lock_only);
}

/* What a thread does, and the end of it. */
#define IG_STUCK_THREAD(name, body)					\
	static ig_site int name(void *data)				\
	{								\
		struct ig_stuck *s = data;				\
									\
		body;							\
		atomic_dec(&ig_stuck_tasks);				\
		return 0;						\
	}

static void ig_stuck_start(struct ig_stuck *s, int (*run)(void *data),
			   const char *name)
{
	atomic_inc(&ig_stuck_tasks);
	if (IS_ERR(kthread_run(run, s, "%s", name)))
		atomic_dec(&ig_stuck_tasks);
}

/* abba */
static ig_site int ig_stuck_mutex_second(struct device *dev, void *data)
{
	struct ig_stuck *s = data;

	complete_all(&s->first);
	wait_for_completion(&s->second);
	mutex_lock(&ig_stuck_mutex);
	mutex_unlock(&ig_stuck_mutex);
	return 1;
}

IG_STUCK_THREAD(ig_stuck_group_first,
		iommu_group_for_each_dev(s->group, s, ig_stuck_mutex_second))

static ig_site void ig_stuck_group_second(struct ig_stuck *s)
{
	wait_for_completion(&s->first);
	mutex_lock(&ig_stuck_mutex);
	complete_all(&s->second);
	ig_stuck_take_group(s);
	mutex_unlock(&ig_stuck_mutex);
}

IG_STUCK_THREAD(ig_stuck_mutex_first, ig_stuck_group_second(s))

static void ig_stuck_abba(struct ig_stuck *s)
{
	ig_stuck_start(s, ig_stuck_group_first, "ig_stuck_a");
	ig_stuck_start(s, ig_stuck_mutex_first, "ig_stuck_b");
}

/* trio and writer */
static ig_site void ig_stuck_read_first(struct ig_stuck *s)
{
	down_read(&s->sem);
	complete_all(&s->first);
	wait_for_completion(&s->second);
	ig_stuck_take_group(s);
	up_read(&s->sem);
}

IG_STUCK_THREAD(ig_stuck_outer, ig_stuck_read_first(s))

static ig_site int ig_stuck_read_second(struct device *dev, void *data)
{
	struct ig_stuck *s = data;

	complete_all(&s->second);
	msleep(2 * IG_STUCK_MEET);
	down_read(&s->sem);
	up_read(&s->sem);
	return 1;
}

IG_STUCK_THREAD(ig_stuck_inner,
		wait_for_completion(&s->first);
		iommu_group_for_each_dev(s->group, s, ig_stuck_read_second))

static ig_site void ig_stuck_write_between(struct ig_stuck *s)
{
	wait_for_completion(&s->second);
	msleep(IG_STUCK_MEET);
	down_write(&s->sem);
	up_write(&s->sem);
}

IG_STUCK_THREAD(ig_stuck_writer, ig_stuck_write_between(s))

static void ig_stuck_trio(struct ig_stuck *s)
{
	ig_stuck_start(s, ig_stuck_outer, "ig_stuck_outer");
	ig_stuck_start(s, ig_stuck_inner, "ig_stuck_inner");
	ig_stuck_start(s, ig_stuck_writer, "ig_stuck_writer");
}

static ig_site int ig_stuck_write_second(struct device *dev, void *data)
{
	struct ig_stuck *s = data;

	complete_all(&s->second);
	down_write(&s->sem);
	up_write(&s->sem);
	return 1;
}

IG_STUCK_THREAD(ig_stuck_write,
		wait_for_completion(&s->first);
		iommu_group_for_each_dev(s->group, s, ig_stuck_write_second))

static void ig_stuck_writes(struct ig_stuck *s)
{
	ig_stuck_start(s, ig_stuck_outer, "ig_stuck_outer");
	ig_stuck_start(s, ig_stuck_write, "ig_stuck_write");
}

/* flush */
static ig_site void ig_stuck_work(struct work_struct *work)
{
	struct ig_stuck *s = container_of(work, struct ig_stuck, item);

	complete_all(&s->first);
	wait_for_completion(&s->second);
	msleep(IG_STUCK_MEET);
	ig_stuck_take_group(s);
}

static ig_site int ig_stuck_flush_now(struct device *dev, void *data)
{
	struct ig_stuck *s = data;

	complete_all(&s->second);
	flush_work(&s->item);
	return 1;
}

IG_STUCK_THREAD(ig_stuck_flush,
		wait_for_completion(&s->first);
		iommu_group_for_each_dev(s->group, s, ig_stuck_flush_now))

static void ig_stuck_flushes(struct ig_stuck *s)
{
	INIT_WORK(&s->item, ig_stuck_work);
	schedule_work(&s->item);
	ig_stuck_start(s, ig_stuck_flush, "ig_stuck_flush");
}

/* stop */
static ig_site int ig_stuck_thread_main(void *data)
{
	struct ig_stuck *s = data;

	complete_all(&s->first);
	wait_for_completion(&s->second);
	msleep(IG_STUCK_MEET);
	ig_stuck_take_group(s);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

static ig_site int ig_stuck_stop_now(struct device *dev, void *data)
{
	struct ig_stuck *s = data;

	complete_all(&s->second);
	ig_thread_end(s->thread);
	return 1;
}

IG_STUCK_THREAD(ig_stuck_stop,
		iommu_group_for_each_dev(s->group, s, ig_stuck_stop_now))

static void ig_stuck_stops(struct ig_stuck *s)
{
	s->thread = ig_thread_start(ig_stuck_thread_main, s, &s->first,
				    "ig_stuck_thread");
	if (!IS_ERR(s->thread))
		ig_stuck_start(s, ig_stuck_stop, "ig_stuck_stop");
}

/* node */
static ssize_t taken_show(struct kobject *kobj, struct kobj_attribute *attr,
			  char *buf)
{
	struct ig_stuck *s = ig_stuck_node;

	complete_all(&s->first);
	wait_for_completion(&s->second);
	msleep(IG_STUCK_MEET);
	ig_stuck_take_group(s);
	return sysfs_emit(buf, "taken\n");
}

static struct kobj_attribute ig_stuck_taken = __ATTR_RO(taken);
static struct kobject *ig_stuck_kobj;

static ig_site int ig_stuck_remove_now(struct device *dev, void *data)
{
	struct ig_stuck *s = data;

	complete_all(&s->second);
	sysfs_remove_file(ig_stuck_kobj, &ig_stuck_taken.attr);
	return 1;
}

IG_STUCK_THREAD(ig_stuck_remove,
		wait_for_completion(&s->first);
		iommu_group_for_each_dev(s->group, s, ig_stuck_remove_now))

static void ig_stuck_nodes(struct ig_stuck *s)
{
	ig_stuck_node = s;
	if (!sysfs_create_file(ig_stuck_kobj, &ig_stuck_taken.attr))
		ig_stuck_start(s, ig_stuck_remove, "ig_stuck_remove");
}

/* sleep */
static struct task_struct *ig_stuck_sleeper;

/* A task that has ended is there until all readers of RCU are done. */
static void ig_stuck_wake(void)
{
	struct task_struct *task;

	rcu_read_lock();
	task = READ_ONCE(ig_stuck_sleeper);
	if (task)
		wake_up_process(task);
	rcu_read_unlock();
}

static ig_site int ig_stuck_sleep_now(struct device *dev, void *data)
{
	struct ig_stuck *s = data;

	WRITE_ONCE(ig_stuck_sleeper, current);
	complete_all(&s->first);
	schedule_timeout_uninterruptible(msecs_to_jiffies(ms));
	WRITE_ONCE(ig_stuck_sleeper, NULL);
	return 1;
}

IG_STUCK_THREAD(ig_stuck_sleep,
		iommu_group_for_each_dev(s->group, s, ig_stuck_sleep_now))

IG_STUCK_THREAD(ig_stuck_wait,
		wait_for_completion(&s->first);
		iommu_group_for_each_dev(s->group, NULL, ig_lock_only))

static void ig_stuck_sleeps(struct ig_stuck *s)
{
	s->right = true;
	ig_stuck_start(s, ig_stuck_sleep, "ig_stuck_sleep");
	ig_stuck_start(s, ig_stuck_wait, "ig_stuck_wait");
}

static const struct {
	const char *name;
	void (*run)(struct ig_stuck *s);
} ig_stucks[] = {
	{ "abba", ig_stuck_abba },     { "trio", ig_stuck_trio },
	{ "writer", ig_stuck_writes }, { "flush", ig_stuck_flushes },
	{ "stop", ig_stuck_stops },    { "node", ig_stuck_nodes },
	{ "sleep", ig_stuck_sleeps },
};

/* Never freed: the tasks may hang with it. */
static struct ig_stuck *ig_stuck_new(const char *name, bool right)
{
	struct ig_stuck *s = kzalloc(sizeof(*s), GFP_KERNEL);

	if (!s)
		return NULL;
	s->right = right;
	init_completion(&s->first);
	init_completion(&s->second);
	init_rwsem(&s->sem);
	/* No reference is kept: a group whose lock is taken loses no device. */
	s->group = ig_group_get(name);
	if (!IS_ERR(s->group)) {
		iommu_group_put(s->group);
		return s;
	}
	kfree(s);
	return NULL;
}

static int ig_stuck_set(const char *text, const struct kernel_param *kp)
{
	char what[16], name[32], how[16] = "";
	struct ig_stuck *s;
	size_t i;

	if (sscanf(text, "%15s %31s %15s", what, name, how) < 2)
		return -EINVAL;
	s = ig_stuck_new(name, !strcmp(how, "right"));
	if (!s)
		return -ENODEV;
	for (i = 0; i < ARRAY_SIZE(ig_stucks); i++)
		if (!strcmp(ig_stucks[i].name, what))
			ig_stucks[i].run(s);
	/* The threads' stacks have our functions for ever. */
	if (!s->right)
		__module_get(THIS_MODULE);
	/* Time to meet. */
	msleep(5 * IG_STUCK_MEET);
	return 0;
}

static const struct kernel_param_ops ig_stuck_ops = { .set = ig_stuck_set };
module_param_cb(run, &ig_stuck_ops, NULL, 0200);
MODULE_PARM_DESC(run, "MODE DEVICE [right]");

static int ig_stuck_begin(void)
{
	ig_stuck_kobj = kobject_create_and_add("ig_stuck", kernel_kobj);
	return ig_stuck_kobj ? 0 : -ENOMEM;
}

static void ig_stuck_end(void)
{
	while (atomic_read(&ig_stuck_tasks)) {
		ig_stuck_wake();
		msleep(20);
	}
	msleep(IG_STUCK_MEET);
	kobject_put(ig_stuck_kobj);
}

ig_module(ig_stuck, ig_stuck_begin(), ig_stuck_end());
MODULE_DESCRIPTION("IOMMU group lock test: tasks that wait for each other for ever");
