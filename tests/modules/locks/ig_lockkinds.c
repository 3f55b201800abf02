// SPDX-License-Identifier: GPL-2.0
/*
 * ig_lockkinds - all ways to take a mutex or a semaphore
 *
 * What it does with the lock of device='s group, on insmod, by mode=:
 *   kinds        for each way to wait for a lock, ig_kind_<way>_forward() takes
 *                the group lock under ig_kind_<way>, and ig_kind_<way>_backward()
 *                that under the group lock; both in that way
 *   interrupted  ig_lockkinds_failed() does not get a mutex that another task
 *                has, for it is interrupted, or killed, while it waits, and then
 *                takes the group lock; ig_lockkinds_under() takes that mutex
 *                under the group lock.  Right: the first holds nothing.
 *                Likewise ig_lockkinds_counted() does not take a mutex, as its
 *                count does not become 0.
 *   cpus         ig_lockkinds_cpus() takes the group lock under cpus_read_lock(),
 *                and ig_lockkinds_under_cpus() the other way round.  A CPU that
 *                goes or comes in between hangs.
 *
 * Kernels with lock debugging name a subclass in each of these.
 *
 * How it heals: nothing is held or left behind.
 */
#include <linux/cpu.h>
#include <linux/mutex.h>
#include <linux/percpu-rwsem.h>
#include <linux/rwsem.h>
#include <linux/sched/signal.h>
#include <linux/ww_mutex.h>

#include "ig_lock.h"
#include "ig_thread.h"

MODULE_PARM_DESC(mode, "kinds (default), interrupted or cpus");

/* @take is true when the lock was got */
#define IG_KIND(way, define, take, release)				\
	static define(ig_kind_##way);					\
									\
	static ig_site void ig_kind_##way##_forward(void)		\
	{								\
		if (!(take(&ig_kind_##way)))				\
			return;						\
		iommu_group_for_each_dev(ig_group, NULL, ig_lock_only);	\
		release(&ig_kind_##way);				\
	}								\
									\
	static ig_site int ig_kind_##way##_backward(struct device *dev,	\
						    void *data)		\
	{								\
		if (take(&ig_kind_##way))				\
			release(&ig_kind_##way);			\
		return 1;						\
	}

#define SURE(lock)			({ lock; true; })
#define take_nested(lock)		SURE(mutex_lock_nested(lock, 1))
#define take_interruptible(lock)	(!mutex_lock_interruptible(lock))
#define take_killable(lock)		(!mutex_lock_killable(lock))
#define take_io(lock)			SURE(mutex_lock_io(lock))
#define take_write(lock)		SURE(down_write(lock))
#define take_write_nested(lock)		SURE(down_write_nested(lock, 1))
#define take_write_killable(lock)	(!down_write_killable(lock))

IG_KIND(nested, DEFINE_MUTEX, take_nested, mutex_unlock)
IG_KIND(interruptible, DEFINE_MUTEX, take_interruptible, mutex_unlock)
IG_KIND(killable, DEFINE_MUTEX, take_killable, mutex_unlock)
IG_KIND(io, DEFINE_MUTEX, take_io, mutex_unlock)
IG_KIND(write, DECLARE_RWSEM, take_write, up_write)
IG_KIND(write_nested, DECLARE_RWSEM, take_write_nested, up_write)
IG_KIND(write_killable, DECLARE_RWSEM, take_write_killable, up_write)

/* These take the mutex in them by themselves. */
#define take_dec(lock) ({						\
	atomic_t count = ATOMIC_INIT(1);				\
									\
	atomic_dec_and_mutex_lock(&count, lock);			\
})
#define take_ww(lock)			SURE(ww_mutex_lock(lock, NULL))
#define take_ww_interruptible(lock)	(!ww_mutex_lock_interruptible(lock, NULL))
#define IG_DEFINE_WW(name)		struct ww_mutex name

static DEFINE_WW_CLASS(ig_ww_class);

IG_KIND(dec, DEFINE_MUTEX, take_dec, mutex_unlock)
IG_KIND(ww, IG_DEFINE_WW, take_ww, ww_mutex_unlock)
IG_KIND(ww_interruptible, IG_DEFINE_WW, take_ww_interruptible, ww_mutex_unlock)

#define IG_DEFINE_PERCPU(name)		struct percpu_rw_semaphore name
#define take_percpu(lock)		SURE(percpu_down_write(lock))

IG_KIND(percpu, IG_DEFINE_PERCPU, take_percpu, percpu_up_write)

/* A reader and a writer keep each other out, two readers do not. */
#define IG_READ_KIND(way, define, sort, take)				\
	static define(ig_kind_##way);					\
									\
	static ig_site void ig_kind_##way##_forward(void)		\
	{								\
		sort##down_write(&ig_kind_##way);			\
		iommu_group_for_each_dev(ig_group, NULL, ig_lock_only);	\
		sort##up_write(&ig_kind_##way);				\
	}								\
									\
	static ig_site int ig_kind_##way##_backward(struct device *dev,	\
						    void *data)		\
	{								\
		if (take(&ig_kind_##way))				\
			sort##up_read(&ig_kind_##way);			\
		return 1;						\
	}

#define take_read(lock)			SURE(down_read(lock))
#define take_read_nested(lock)		SURE(down_read_nested(lock, 1))
#define take_read_interruptible(lock)	(!down_read_interruptible(lock))
#define take_read_killable(lock)	(!down_read_killable(lock))

IG_READ_KIND(read, DECLARE_RWSEM, , take_read)
IG_READ_KIND(read_nested, DECLARE_RWSEM, , take_read_nested)
IG_READ_KIND(read_interruptible, DECLARE_RWSEM, , take_read_interruptible)
IG_READ_KIND(read_killable, DECLARE_RWSEM, , take_read_killable)

/* Just after a writer its readers call a function. */
#define take_percpu_read(lock)		SURE(percpu_down_read(lock))

IG_READ_KIND(percpu_read, IG_DEFINE_PERCPU, percpu_, take_percpu_read)

/* Released as a reader, it was held as a writer until then. */
static DECLARE_RWSEM(ig_kind_downgraded);

static ig_site void ig_kind_downgraded_forward(void)
{
	down_write(&ig_kind_downgraded);
	downgrade_write(&ig_kind_downgraded);
	iommu_group_for_each_dev(ig_group, NULL, ig_lock_only);
	up_read(&ig_kind_downgraded);
}

static ig_site int ig_kind_downgraded_backward(struct device *dev, void *data)
{
	down_write(&ig_kind_downgraded);
	up_write(&ig_kind_downgraded);
	return 1;
}

/* What is held by a trylock orders what is taken under it. */
static DEFINE_MUTEX(ig_kind_tried);

static ig_site void ig_kind_tried_forward(void)
{
	if (!mutex_trylock(&ig_kind_tried))
		return;
	iommu_group_for_each_dev(ig_group, NULL, ig_lock_only);
	mutex_unlock(&ig_kind_tried);
}

static ig_site int ig_kind_tried_backward(struct device *dev, void *data)
{
	mutex_lock(&ig_kind_tried);
	mutex_unlock(&ig_kind_tried);
	return 1;
}

static IG_DEFINE_WW(ig_kind_ww_tried);

static ig_site void ig_kind_ww_tried_forward(void)
{
	if (!ww_mutex_trylock(&ig_kind_ww_tried, NULL))
		return;
	iommu_group_for_each_dev(ig_group, NULL, ig_lock_only);
	ww_mutex_unlock(&ig_kind_ww_tried);
}

static ig_site int ig_kind_ww_tried_backward(struct device *dev, void *data)
{
	ww_mutex_lock(&ig_kind_ww_tried, NULL);
	ww_mutex_unlock(&ig_kind_ww_tried);
	return 1;
}

#define IG_BOTH(way) { ig_kind_##way##_forward, ig_kind_##way##_backward }

static const struct {
	void (*forward)(void);
	int (*backward)(struct device *dev, void *data);
} ig_kinds[] = {
	IG_BOTH(nested),
	IG_BOTH(interruptible),
	IG_BOTH(killable),
	IG_BOTH(io),
	IG_BOTH(write),
	IG_BOTH(write_nested),
	IG_BOTH(write_killable),
	IG_BOTH(read),
	IG_BOTH(read_nested),
	IG_BOTH(read_interruptible),
	IG_BOTH(read_killable),
	IG_BOTH(downgraded),
	IG_BOTH(tried),
	IG_BOTH(dec),
	IG_BOTH(ww),
	IG_BOTH(ww_interruptible),
	IG_BOTH(ww_tried),
	IG_BOTH(percpu),
	IG_BOTH(percpu_read),
};

static int ig_lockkinds_all(void)
{
	int i, ret;

	ret = percpu_init_rwsem(&ig_kind_percpu);
	if (ret)
		return ret;
	ret = percpu_init_rwsem(&ig_kind_percpu_read);
	if (ret) {
		percpu_free_rwsem(&ig_kind_percpu);
		return ret;
	}
	ww_mutex_init(&ig_kind_ww, &ig_ww_class);
	ww_mutex_init(&ig_kind_ww_interruptible, &ig_ww_class);
	ww_mutex_init(&ig_kind_ww_tried, &ig_ww_class);
	for (i = 0; i < ARRAY_SIZE(ig_kinds); i++) {
		ig_kinds[i].forward();
		iommu_group_for_each_dev(ig_group, NULL, ig_kinds[i].backward);
	}
	percpu_free_rwsem(&ig_kind_percpu);
	percpu_free_rwsem(&ig_kind_percpu_read);
	return 0;
}

static DEFINE_MUTEX(ig_lockkinds_busy);

/* By a task that has a signal, while another one has the mutex. */
static ig_site int ig_lockkinds_failed(void)
{
	int err;

	allow_signal(SIGUSR1);
	send_sig(SIGUSR1, current, 1);
	err = mutex_lock_interruptible(&ig_lockkinds_busy);
	if (err == -EINTR) {
		allow_signal(SIGKILL);
		send_sig(SIGKILL, current, 1);
		err = mutex_lock_killable(&ig_lockkinds_busy);
	}
	if (!err)
		mutex_unlock(&ig_lockkinds_busy);
	if (err != -EINTR)
		return -EIO;
	iommu_group_for_each_dev(ig_group, NULL, ig_lock_only);
	return 0;
}

static ig_site int ig_lockkinds_under(struct device *dev, void *data)
{
	mutex_lock(&ig_lockkinds_busy);
	mutex_unlock(&ig_lockkinds_busy);
	return 1;
}

static DEFINE_MUTEX(ig_lockkinds_shared);

/* One more has it: the count becomes 1, and the mutex is not taken. */
static ig_site int ig_lockkinds_counted(void)
{
	atomic_t count = ATOMIC_INIT(2);

	if (atomic_dec_and_mutex_lock(&count, &ig_lockkinds_shared))
		return -EIO;
	iommu_group_for_each_dev(ig_group, NULL, ig_lock_only);
	return 0;
}

static ig_site int ig_lockkinds_under_shared(struct device *dev, void *data)
{
	mutex_lock(&ig_lockkinds_shared);
	mutex_unlock(&ig_lockkinds_shared);
	return 1;
}

static int ig_lockkinds_interrupted(void)
{
	int ret = ig_lockkinds_counted();

	if (ret)
		return ret;
	iommu_group_for_each_dev(ig_group, NULL, ig_lockkinds_under_shared);
	mutex_lock(&ig_lockkinds_busy);
	ret = ig_task_run(ig_lockkinds_failed, "ig_lockkinds");
	mutex_unlock(&ig_lockkinds_busy);
	iommu_group_for_each_dev(ig_group, NULL, ig_lockkinds_under);
	return ret;
}

static ig_site int ig_lockkinds_under_cpus(struct device *dev, void *data)
{
	cpus_read_lock();
	cpus_read_unlock();
	return 1;
}

static ig_site int ig_lockkinds_cpus(void)
{
	cpus_read_lock();
	iommu_group_for_each_dev(ig_group, NULL, ig_lock_only);
	cpus_read_unlock();
	iommu_group_for_each_dev(ig_group, NULL, ig_lockkinds_under_cpus);
	return 0;
}

static const struct ig_mode ig_modes[] = {
	{ "kinds", ig_lockkinds_all },
	{ "interrupted", ig_lockkinds_interrupted },
	{ "cpus", ig_lockkinds_cpus },
	{ }
};

ig_module(ig_lockkinds, ig_mode_run_on_group(ig_modes), ig_nothing());
MODULE_DESCRIPTION("IOMMU group lock test: all ways to take a lock");
