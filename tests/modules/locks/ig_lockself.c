// SPDX-License-Identifier: GPL-2.0
/*
 * ig_lockself - a task that waits for itself
 *
 * What it does on insmod, in a kernel thread with a signal that ends each wait,
 * so that nothing hangs, by mode=:
 *   mutex    ig_self_mutex() takes a mutex that it has.  Wrong.
 *   dynamic  ig_self_dynamic() likewise, in allocated memory, and in between
 *            another mutex.  Wrong.
 *   upgrade  ig_self_upgrade() reads a semaphore and waits to write it.  Wrong.
 *   writer   ig_self_writer() writes one and waits to read it.  Wrong.
 *   reader   ig_self_reader() reads one that it reads; elsewhere it is written.
 *            Wrong.
 *   alone    the same, but nobody writes.  Right.
 *   try      ig_self_try() tries a mutex that it has, and takes it again once it
 *            has released it.  Right.
 *
 * How it heals: nothing is held or left behind.
 */
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "ig_modes.h"
#include "ig_thread.h"

MODULE_PARM_DESC(mode, "mutex (default), dynamic, upgrade, writer, reader, alone or try");

static DEFINE_MUTEX(ig_self_lock);
static DEFINE_MUTEX(ig_self_tried);
static DEFINE_MUTEX(ig_self_between);
static DECLARE_RWSEM(ig_self_sem_upgrade);
static DECLARE_RWSEM(ig_self_sem_writer);
static DECLARE_RWSEM(ig_self_sem_reader);
static DECLARE_RWSEM(ig_self_sem_alone);

/* From here on the thread waits for nothing. */
static void ig_self_signal(void)
{
	allow_signal(SIGKILL);
	send_sig(SIGKILL, current, 1);
}

/* What a wait must have come to. */
static int ig_self_ended(int err)
{
	return err == -EINTR ? 0 : -EIO;
}

static ig_site int ig_self_mutex(void)
{
	int err;

	ig_self_signal();
	mutex_lock(&ig_self_lock);
	err = mutex_lock_interruptible(&ig_self_lock);
	mutex_unlock(&ig_self_lock);
	return ig_self_ended(err);
}

static ig_site int ig_self_dynamic(void)
{
	struct mutex *lock = kzalloc(sizeof(*lock), GFP_KERNEL);
	int err;

	if (!lock)
		return -ENOMEM;
	mutex_init(lock);
	ig_self_signal();
	mutex_lock(lock);
	mutex_lock(&ig_self_between);
	err = mutex_lock_killable(lock);
	mutex_unlock(&ig_self_between);
	mutex_unlock(lock);
	kfree(lock);
	return ig_self_ended(err);
}

static ig_site int ig_self_upgrade(void)
{
	int err;

	ig_self_signal();
	down_read(&ig_self_sem_upgrade);
	err = down_write_killable(&ig_self_sem_upgrade);
	up_read(&ig_self_sem_upgrade);
	return ig_self_ended(err);
}

static ig_site int ig_self_writer(void)
{
	int err;

	ig_self_signal();
	down_write(&ig_self_sem_writer);
	err = down_read_killable(&ig_self_sem_writer);
	up_write(&ig_self_sem_writer);
	return ig_self_ended(err);
}

static ig_site int ig_self_alone(void)
{
	down_read(&ig_self_sem_alone);
	down_read(&ig_self_sem_alone);
	up_read(&ig_self_sem_alone);
	up_read(&ig_self_sem_alone);
	return 0;
}

static ig_site int ig_self_reader(void)
{
	down_read(&ig_self_sem_reader);
	down_read(&ig_self_sem_reader);
	up_read(&ig_self_sem_reader);
	up_read(&ig_self_sem_reader);
	down_write(&ig_self_sem_reader);
	up_write(&ig_self_sem_reader);
	return 0;
}

static ig_site int ig_self_try(void)
{
	int ret = 0;

	mutex_lock(&ig_self_tried);
	if (mutex_trylock(&ig_self_tried))
		ret = -EIO;
	mutex_unlock(&ig_self_tried);
	mutex_lock(&ig_self_tried);
	mutex_unlock(&ig_self_tried);
	return ret;
}

#define IG_SELF(what)							\
	static int ig_self_run_##what(void)				\
	{								\
		return ig_task_run(ig_self_##what, "ig_self");		\
	}

IG_SELF(mutex)
IG_SELF(dynamic)
IG_SELF(upgrade)
IG_SELF(writer)
IG_SELF(reader)
IG_SELF(alone)
IG_SELF(try)

static const struct ig_mode ig_modes[] = {
	{ "mutex", ig_self_run_mutex },
	{ "dynamic", ig_self_run_dynamic },
	{ "upgrade", ig_self_run_upgrade },
	{ "writer", ig_self_run_writer },
	{ "reader", ig_self_run_reader },
	{ "alone", ig_self_run_alone },
	{ "try", ig_self_run_try },
	{ }
};

ig_module(ig_lockself, ig_mode_run(ig_modes), ig_nothing());
MODULE_DESCRIPTION("IOMMU group lock test: a task that waits for itself");
