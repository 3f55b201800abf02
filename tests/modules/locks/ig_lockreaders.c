// SPDX-License-Identifier: GPL-2.0
/*
 * ig_lockreaders - semaphores that are read on both sides of the group lock
 *
 * A writer who waits stops new readers, so two readers wait for each other when
 * one comes in between.  What it does with the lock of device='s group, by mode=;
 * all is done one after the other, so that nothing can hang:
 *   writer      ig_readers_outer() takes the group lock while it reads,
 *               ig_readers_inner() reads under the group lock, and
 *               ig_readers_write() writes, with nothing else held.  Wrong.
 *   killable    the same with a semaphore in allocated memory, and with what a
 *               signal may end.  Wrong.
 *   downgraded  the outer one has written before it reads.  Wrong.
 *   two         ig_readers_two() reads one semaphore and then another, under which
 *               the group lock is taken; the first is read under that.  Both are
 *               written.  Wrong.
 *   mid         ig_readers_mid() takes a mutex, reads, and takes another mutex;
 *               under that the group lock is taken, and under that the first.
 *               Wrong, written or not.
 *   none        as writer, but nobody writes.  Right.
 *   try         as writer, but who writes never waits.  Right.
 *   handed      ig_readers_hand_over() reads, and has another task release it;
 *               meanwhile it takes the group lock.  Under that the semaphore is
 *               written.  Right: it holds nothing.
 *
 * How it heals: nothing is held or left behind.
 */
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/slab.h>

#include "ig_lock.h"
#include "ig_thread.h"

MODULE_PARM_DESC(mode, "writer (default), killable, downgraded, two, mid, none, try or handed");

static DECLARE_RWSEM(ig_sem_writer);
static DECLARE_RWSEM(ig_sem_downgraded);
static DECLARE_RWSEM(ig_sem_two);
static DECLARE_RWSEM(ig_sem_other);
static DECLARE_RWSEM(ig_sem_mid);
static DECLARE_RWSEM(ig_sem_none);
static DECLARE_RWSEM(ig_sem_try);
static DECLARE_RWSEM(ig_sem_handed);
static DEFINE_MUTEX(ig_readers_first);
static DEFINE_MUTEX(ig_readers_second);

static ig_site void ig_readers_outer(struct rw_semaphore *sem)
{
	down_read(sem);
	iommu_group_for_each_dev(ig_group, NULL, ig_lock_only);
	up_read(sem);
}

static ig_site int ig_readers_inner(struct device *dev, void *data)
{
	struct rw_semaphore *sem = data;

	down_read(sem);
	up_read(sem);
	return 1;
}

static ig_site void ig_readers_write(struct rw_semaphore *sem)
{
	down_write(sem);
	up_write(sem);
}

static void ig_readers_both(struct rw_semaphore *sem)
{
	ig_readers_outer(sem);
	iommu_group_for_each_dev(ig_group, sem, ig_readers_inner);
}

static int ig_readers_writer(void)
{
	ig_readers_both(&ig_sem_writer);
	ig_readers_write(&ig_sem_writer);
	return 0;
}

static int ig_readers_none(void)
{
	ig_readers_both(&ig_sem_none);
	return 0;
}

static int ig_readers_try(void)
{
	ig_readers_both(&ig_sem_try);
	if (!down_write_trylock(&ig_sem_try))
		return -EBUSY;
	up_write(&ig_sem_try);
	return 0;
}

static ig_site int ig_readers_inner_killable(struct device *dev, void *data)
{
	struct rw_semaphore *sem = data;

	if (!down_read_killable(sem))
		up_read(sem);
	return 1;
}

static ig_site void ig_readers_outer_killable(struct rw_semaphore *sem)
{
	if (down_read_interruptible(sem))
		return;
	iommu_group_for_each_dev(ig_group, NULL, ig_lock_only);
	up_read(sem);
}

static int ig_readers_killable(void)
{
	struct rw_semaphore *sem = kzalloc(sizeof(*sem), GFP_KERNEL);

	if (!sem)
		return -ENOMEM;
	init_rwsem(sem);
	if (!down_write_killable(sem))
		up_write(sem);
	ig_readers_outer_killable(sem);
	iommu_group_for_each_dev(ig_group, sem, ig_readers_inner_killable);
	kfree(sem);
	return 0;
}

static ig_site void ig_readers_outer_downgraded(void)
{
	down_write(&ig_sem_downgraded);
	downgrade_write(&ig_sem_downgraded);
	iommu_group_for_each_dev(ig_group, NULL, ig_lock_only);
	up_read(&ig_sem_downgraded);
}

static int ig_readers_downgraded(void)
{
	ig_readers_outer_downgraded();
	iommu_group_for_each_dev(ig_group, &ig_sem_downgraded, ig_readers_inner);
	return 0;
}

static ig_site int ig_readers_two(void)
{
	down_read(&ig_sem_two);
	down_read(&ig_sem_other);
	up_read(&ig_sem_other);
	up_read(&ig_sem_two);

	down_read(&ig_sem_other);
	iommu_group_for_each_dev(ig_group, NULL, ig_lock_only);
	up_read(&ig_sem_other);

	iommu_group_for_each_dev(ig_group, &ig_sem_two, ig_readers_inner);
	ig_readers_write(&ig_sem_two);
	ig_readers_write(&ig_sem_other);
	return 0;
}

static ig_site int ig_readers_take_first(struct device *dev, void *data)
{
	mutex_lock(&ig_readers_first);
	mutex_unlock(&ig_readers_first);
	return 1;
}

static ig_site int ig_readers_mid(void)
{
	mutex_lock(&ig_readers_first);
	down_read(&ig_sem_mid);
	mutex_lock(&ig_readers_second);
	mutex_unlock(&ig_readers_second);
	up_read(&ig_sem_mid);
	mutex_unlock(&ig_readers_first);

	mutex_lock(&ig_readers_second);
	iommu_group_for_each_dev(ig_group, NULL, ig_lock_only);
	mutex_unlock(&ig_readers_second);

	iommu_group_for_each_dev(ig_group, NULL, ig_readers_take_first);
	return 0;
}

static ig_site int ig_readers_release(void)
{
	up_read_non_owner(&ig_sem_handed);
	return 0;
}

static ig_site int ig_readers_under(struct device *dev, void *data)
{
	ig_readers_write(&ig_sem_handed);
	return 1;
}

static ig_site int ig_readers_hand_over(void)
{
	int err;

	down_read_non_owner(&ig_sem_handed);
	iommu_group_for_each_dev(ig_group, NULL, ig_lock_only);
	err = ig_task_run(ig_readers_release, "ig_readers");
	/* still taken: to go on would be to hang */
	if (err)
		return err;
	iommu_group_for_each_dev(ig_group, NULL, ig_readers_under);
	return 0;
}

static const struct ig_mode ig_modes[] = {
	{ "writer", ig_readers_writer },
	{ "killable", ig_readers_killable },
	{ "downgraded", ig_readers_downgraded },
	{ "two", ig_readers_two },
	{ "mid", ig_readers_mid },
	{ "none", ig_readers_none },
	{ "try", ig_readers_try },
	{ "handed", ig_readers_hand_over },
	{ }
};

ig_module(ig_lockreaders, ig_mode_run_on_group(ig_modes), ig_nothing());
MODULE_DESCRIPTION("IOMMU group lock test: readers and the group lock");
