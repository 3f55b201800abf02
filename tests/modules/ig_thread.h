/* SPDX-License-Identifier: GPL-2.0 */
/* Kernel threads that are surely gone when their module is. */
#ifndef IG_THREAD_H
#define IG_THREAD_H

#include <linux/completion.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/sched/task.h>

/**
 * ig_thread_start() - start a thread, and wait until it says that it is ready
 * @run: its function
 * @data: the argument
 * @ready: initialised, and completed by @run
 * @name: of the thread
 *
 * Return: the thread, for ig_thread_end(), also when it ends by itself; or an
 * ERR_PTR().
 */
static inline struct task_struct *ig_thread_start(int (*run)(void *data),
						  void *data,
						  struct completion *ready,
						  const char *name)
{
	struct task_struct *task = kthread_create(run, data, "%s", name);

	if (IS_ERR(task))
		return task;

	get_task_struct(task);
	wake_up_process(task);
	/* stopped before it begins, it would never call the function */
	wait_for_completion(ready);
	return task;
}

/**
 * ig_thread_end() - wait until a thread has left the module's code
 * @task: it ends by itself, or when kthread_should_stop() says so
 *
 * Return: what its function has returned.
 */
static inline int ig_thread_end(struct task_struct *task)
{
	int ret = kthread_stop(task);

	put_task_struct(task);
	return ret;
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

#endif /* IG_THREAD_H */
