/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the modules about locks share: their modes, and running a part of a mode
 * in a task of its own.
 */
#ifndef IG_LOCK_H
#define IG_LOCK_H

#include <linux/completion.h>
#include <linux/string.h>

#include "ig_common.h"
#include "ig_thread.h"

/**
 * struct ig_mode - what mode= selects
 * @name: as it is given
 * @run: called on insmod
 * @heal: called on rmmod, NULL if there is nothing to do
 */
struct ig_mode {
	const char *name;
	int (*run)(void);
	void (*heal)(void);
};

/**
 * ig_mode_find() - find a mode by its name
 * @modes: the module's modes, up to one without a name
 * @name: as it was given
 *
 * Return: the mode, or -EINVAL, which is reported.
 */
static inline const struct ig_mode *ig_mode_find(const struct ig_mode *modes,
						 const char *name)
{
	for (; modes->name; modes++)
		if (!strcmp(modes->name, name))
			return modes;

	pr_err("no mode=%s, see modinfo\n", name);
	return ERR_PTR(-EINVAL);
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
