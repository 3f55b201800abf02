/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the modules about locks share: the group of device=, and running a part of
 * a mode in a task of its own.
 */
#ifndef IG_LOCK_H
#define IG_LOCK_H

#include <linux/completion.h>

#include "ig_device.h"
#include "ig_modes.h"
#include "ig_thread.h"

/*
 * The group of device=, while a mode runs.  A mode that needs it until it heals
 * holds a reference of its own.
 */
static struct iommu_group *ig_group;

/**
 * ig_mode_run_on_group() - run the mode of mode= on the group of device=
 * @modes: as of ig_mode_choose()
 *
 * Return: what insmod is to return.
 */
static inline int ig_mode_run_on_group(const struct ig_mode *modes)
{
	int ret = ig_mode_choose(modes);

	if (ret)
		return ret;

	ig_group = ig_group_get(device);
	if (IS_ERR(ig_group))
		return PTR_ERR(ig_group);

	ret = ig_chosen->run();
	iommu_group_put(ig_group);
	return ret;
}

/* One device is enough: for the lock, and nothing else. */
static inline int ig_lock_only(struct device *dev, void *data)
{
	return 1;
}

struct ig_task {
	int (*run)(void);
	struct completion begun;
};

static inline int ig_task_main(void *data)
{
	struct ig_task *work = data;

	complete(&work->begun);
	return work->run();
}

/**
 * ig_task_run() - call a function in a kernel thread, which ends with it
 * @run: the function
 * @name: of the thread
 *
 * Return: what the function has returned, once the thread is gone, or why there
 * was no thread.
 */
static inline int ig_task_run(int (*run)(void), const char *name)
{
	struct ig_task work = { .run = run };
	struct task_struct *task;

	init_completion(&work.begun);
	task = ig_thread_start(ig_task_main, &work, &work.begun, name);
	return IS_ERR(task) ? PTR_ERR(task) : ig_thread_end(task);
}

#endif /* IG_LOCK_H */
