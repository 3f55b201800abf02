// SPDX-License-Identifier: GPL-2.0
/*
 * ig_lockalike - looks like a lock inversion, and is right
 *
 * What it does, with the lock of device='s group, by mode=:
 *   trylock    ig_alike_try_forward() takes the group lock under a mutex;
 *              ig_alike_try() tries that mutex under the group lock, and would
 *              not wait for it
 *   read       ig_alike_read_forward() takes the group lock with a semaphore held
 *              for reading, ig_alike_read_backward() the semaphore for reading
 *              under the group lock.  Right as long as nobody writes, and nobody
 *              does: a reader waits for a writer who waits for a reader.  Lockdep
 *              does not know that there is none, and reports it.
 *   nested     ig_alike_nested() takes two mutexes and the group lock always in
 *              one order; ig_alike_nested_unlock() releases them in another
 *   handover   ig_alike_hand_over() takes a semaphore for reading and
 *              ig_alike_take_over() releases it, in another task; then the first
 *              task takes the group lock, in ig_alike_without(), and the
 *              semaphore for writing under it, in ig_alike_under()
 *   handover_write  the same with the semaphore taken for writing.  Lock
 *              debugging wants it released by who took it: not on such kernels
 *   before     a kernel thread takes a mutex in ig_alike_before() and keeps it;
 *              on rmmod it takes the group lock under it, and releases the mutex
 *              in ig_alike_after().  For an audit that began in between.
 *   reuse      ig_alike_reuse_forward() takes the group lock under a mutex in
 *              memory that is then freed; ig_alike_reuse_backward() takes another
 *              lock, which has since been made at the same address, under the
 *              group lock
 *
 * What it does wrong: nothing.  rmmod leaves nothing behind.
 */
#include <linux/kconfig.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "ig_lock.h"
#include "ig_thread.h"

MODULE_PARM_DESC(mode, "nested (default), trylock, read, handover, handover_write, before or reuse");

static unsigned int rounds = 1000;
module_param(rounds, uint, 0444);
MODULE_PARM_DESC(rounds, "mode=nested: how often (default 1000)");

static DEFINE_MUTEX(ig_alike_mutex);
static DEFINE_MUTEX(ig_alike_inner);
static DECLARE_RWSEM(ig_alike_rwsem);

static ig_site void ig_alike_try_forward(void)
{
	mutex_lock(&ig_alike_mutex);
	iommu_group_for_each_dev(ig_group, NULL, ig_lock_only);
	mutex_unlock(&ig_alike_mutex);
}

static ig_site int ig_alike_try(struct device *dev, void *data)
{
	if (!mutex_trylock(&ig_alike_mutex))
		return -EBUSY;

	mutex_unlock(&ig_alike_mutex);
	return 1;
}

static int ig_alike_trylock(void)
{
	int ret;

	ig_alike_try_forward();
	ret = iommu_group_for_each_dev(ig_group, NULL, ig_alike_try);
	return ret < 0 ? ret : 0;
}

static ig_site void ig_alike_read_forward(void)
{
	down_read(&ig_alike_rwsem);
	iommu_group_for_each_dev(ig_group, NULL, ig_lock_only);
	up_read(&ig_alike_rwsem);
}

static ig_site int ig_alike_read_backward(struct device *dev, void *data)
{
	down_read(&ig_alike_rwsem);
	up_read(&ig_alike_rwsem);
	return 1;
}

static int ig_alike_read(void)
{
	ig_alike_read_forward();
	iommu_group_for_each_dev(ig_group, NULL, ig_alike_read_backward);
	return 0;
}

/* Whoever holds the group lock may release what it was taken under. */
static ig_site int ig_alike_nested_unlock(struct device *dev, void *data)
{
	mutex_unlock(&ig_alike_mutex);
	mutex_unlock(&ig_alike_inner);
	return 1;
}

static ig_site void ig_alike_nested(void)
{
	mutex_lock(&ig_alike_mutex);
	mutex_lock(&ig_alike_inner);
	iommu_group_for_each_dev(ig_group, NULL, ig_alike_nested_unlock);
}

static int ig_alike_nested_rounds(void)
{
	unsigned int i;

	for (i = 0; i < rounds; i++) {
		ig_alike_nested();
		cond_resched();
	}
	return 0;
}

static ig_site void ig_alike_hand_over(void)
{
	down_read_non_owner(&ig_alike_rwsem);
}

static ig_site int ig_alike_take_over(void)
{
	up_read_non_owner(&ig_alike_rwsem);
	return 0;
}

static ig_site void ig_alike_hand_over_write(void)
{
	down_write(&ig_alike_rwsem);
}

static ig_site int ig_alike_take_over_write(void)
{
	up_write(&ig_alike_rwsem);
	return 0;
}

static ig_site void ig_alike_without(void)
{
	iommu_group_for_each_dev(ig_group, NULL, ig_lock_only);
}

static ig_site int ig_alike_under(struct device *dev, void *data)
{
	down_write(&ig_alike_rwsem);
	up_write(&ig_alike_rwsem);
	return 1;
}

static int ig_alike_handed_over(int err)
{
	/* still taken: to go on would be to hang */
	if (err)
		return err;

	ig_alike_without();
	iommu_group_for_each_dev(ig_group, NULL, ig_alike_under);
	return 0;
}

static int ig_alike_handover(void)
{
	ig_alike_hand_over();
	return ig_alike_handed_over(ig_task_run(ig_alike_take_over, "ig_alike"));
}

static int ig_alike_handover_write(void)
{
	if (IS_ENABLED(CONFIG_DEBUG_RWSEMS) || IS_ENABLED(CONFIG_DEBUG_LOCK_ALLOC)) {
		pr_err("this kernel wants a semaphore released by its writer\n");
		return -EOPNOTSUPP;
	}

	ig_alike_hand_over_write();
	return ig_alike_handed_over(ig_task_run(ig_alike_take_over_write,
						"ig_alike"));
}

static struct task_struct *ig_alike_task;
static DECLARE_COMPLETION(ig_alike_taken);
static DECLARE_COMPLETION(ig_alike_wanted);

static ig_site void ig_alike_before(void)
{
	mutex_lock(&ig_alike_mutex);
}

static ig_site void ig_alike_after(void)
{
	iommu_group_for_each_dev(ig_group, NULL, ig_lock_only);
	mutex_unlock(&ig_alike_mutex);
}

static int ig_alike_before_thread(void *data)
{
	ig_alike_before();
	complete(&ig_alike_taken);
	/* interruptible, or it would count as hung */
	while (wait_for_completion_interruptible(&ig_alike_wanted))
		cond_resched();
	ig_alike_after();
	return 0;
}

static int ig_alike_keep(void)
{
	ig_alike_task = ig_thread_start(ig_alike_before_thread, NULL,
					&ig_alike_taken, "ig_alike");
	if (IS_ERR(ig_alike_task))
		return PTR_ERR(ig_alike_task);

	iommu_group_ref_get(ig_group);
	return 0;
}

static void ig_alike_keep_no_more(void)
{
	complete(&ig_alike_wanted);
	ig_thread_end(ig_alike_task);
	iommu_group_put(ig_group);
}

/* KASAN keeps freed memory back, but for what is too large for the slabs. */
#define IG_ALIKE_SIZE	(IS_ENABLED(CONFIG_KASAN) ? SZ_16K : SZ_512)
#define IG_ALIKE_TRIES	256

struct ig_alike_first {
	struct mutex lock;
};

struct ig_alike_second {
	struct mutex lock;
	struct list_head missed;
};

static ig_site void ig_alike_reuse_forward(struct ig_alike_first *first)
{
	mutex_lock(&first->lock);
	iommu_group_for_each_dev(ig_group, NULL, ig_lock_only);
	mutex_unlock(&first->lock);
}

static ig_site int ig_alike_reuse_backward(struct device *dev, void *data)
{
	struct ig_alike_second *second = data;

	mutex_lock(&second->lock);
	mutex_unlock(&second->lock);
	return 1;
}

/* What comes from elsewhere is kept meanwhile, or it would only come again. */
static struct ig_alike_second *ig_alike_alloc_at(unsigned long address)
{
	struct ig_alike_second *second, *next;
	LIST_HEAD(missed);
	int i;

	for (i = 0; i < IG_ALIKE_TRIES; i++) {
		second = kmalloc(IG_ALIKE_SIZE, GFP_KERNEL);
		if (!second || (unsigned long)second == address)
			break;
		list_add(&second->missed, &missed);
		second = NULL;
	}

	while (!list_empty(&missed)) {
		next = list_first_entry(&missed, struct ig_alike_second, missed);
		list_del(&next->missed);
		kfree(next);
	}
	return second;
}

static int ig_alike_reuse(void)
{
	struct ig_alike_second *second;
	struct ig_alike_first *first;
	unsigned long address;

	first = kmalloc(IG_ALIKE_SIZE, GFP_KERNEL);
	if (!first)
		return -ENOMEM;
	mutex_init(&first->lock);
	ig_alike_reuse_forward(first);
	mutex_destroy(&first->lock);
	address = (unsigned long)first;
	kfree(first);

	second = ig_alike_alloc_at(address);
	if (!second) {
		pr_err("no memory came back at the same address\n");
		return -EAGAIN;
	}
	mutex_init(&second->lock);
	iommu_group_for_each_dev(ig_group, second, ig_alike_reuse_backward);
	mutex_destroy(&second->lock);
	kfree(second);
	return 0;
}

static const struct ig_mode ig_modes[] = {
	{ "nested", ig_alike_nested_rounds },
	{ "trylock", ig_alike_trylock },
	{ "read", ig_alike_read },
	{ "handover", ig_alike_handover },
	{ "handover_write", ig_alike_handover_write },
	{ "before", ig_alike_keep, ig_alike_keep_no_more },
	{ "reuse", ig_alike_reuse },
	{ }
};

ig_module(ig_lockalike, ig_mode_run_on_group(ig_modes), ig_mode_heal());
MODULE_DESCRIPTION("IOMMU group lock test: what only looks like an inversion");
