/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where mutexes and rw_semaphores are taken and released.  Kernels with
 * CONFIG_DEBUG_LOCK_ALLOC have the _nested functions besides or instead.
 */
#ifndef IG_BPF_LOCK_HOOKS_H
#define IG_BPF_LOCK_HOOKS_H

#include "locks/caller.h"
#include "locks/leave.h"
#include "locks/release.h"
#include "iommu_group_lock_hooks.h"

/* The argument as a number: of a pointer the verifier allows no hash. */
static __always_inline __u64 lock_of(void *ctx)
{
	__u64 lock = 0;

	bpf_get_func_arg(ctx, 0, &lock);
	return lock;
}

/* The lock of all CPUs, which cpus_read_lock() takes; 0 where it is not known. */
const volatile __u64 cpu_hotplug_lock = 0;

/* What a task waits for, 0 for nothing. */
static __always_inline __u64 waited_for(void *ctx, __u32 flags)
{
	__u64 lock = lock_of(ctx), try = 0;

	if (!(flags & LOCK_PERCPU))
		return lock;
	if (!lock)
		return cpu_hotplug_lock;
	if (!(flags & LOCK_PASSING))
		return lock;
	/* cpus_read_lock() may come here, too */
	bpf_get_func_arg(ctx, 1, &try);
	return (__u8)try || lock == cpu_hotplug_lock ? 0 : lock;
}

/* What is released, 0 when it is not known. */
static __always_inline __u64 given_back(void *ctx, __u32 flags)
{
	__u64 lock = lock_of(ctx);

	return !lock && flags & LOCK_PERCPU ? cpu_hotplug_lock : lock;
}

/* Each function that waits has a number of its own, for lock_caller(). */
#define TRIES(func, n, flags)                                                  \
	SEC("fentry/" #func)                                                   \
	int BPF_PROG(fentry__##func, void *lock)                               \
	{                                                                      \
		__u64 addr = waited_for(ctx, flags);                           \
                                                                               \
		if (addr)                                                      \
			lock_tried(ctx, addr, flags, lock_caller(ctx, n));     \
		return 0;                                                      \
	}

/* It may come back without the lock. */
#define MAY_FAIL(func, flags, proto)                                           \
	SEC("fexit/" #func)                                                    \
	int BPF_PROG(fexit__##func, proto, int ret)                            \
	{                                                                      \
		if (ret)                                                       \
			lock_released(ctx, lock_of(ctx), flags);               \
		return 0;                                                      \
	}

#define TRIES_OR_NOT(func, n, flags, proto)                                    \
	SEC("fexit/" #func)                                                    \
	int BPF_PROG(fexit__##func, proto, int ret)                            \
	{                                                                      \
		if (ret == 1)                                                  \
			lock_tried(ctx, lock_of(ctx), (flags) | LOCK_TRY,      \
				   lock_caller(ctx, n));                       \
		return 0;                                                      \
	}

#define RELEASES(func, flags)                                                  \
	SEC("fentry/" #func)                                                   \
	int BPF_PROG(fentry__##func, void *lock)                               \
	{                                                                      \
		__u64 addr = given_back(ctx, flags);                           \
                                                                               \
		if (addr)                                                      \
			lock_released(ctx, addr, flags);                       \
		return 0;                                                      \
	}

#define PLAIN void *lock
#define NESTED void *lock, unsigned int subclass
#define NEST_LOCK NESTED, void *nest_lock
#define TRY_NEST PLAIN, void *nest_lock
#define WW PLAIN, void *ww_ctx
#define CALLED void *lock, const char *name

/*
 * First what releases: programs are attached in this order, and a lock that was
 * seen to be taken must be seen to be released.
 */
IG_HOOKS_RELEASE(RELEASES)

SEC("fentry/downgrade_write")
int BPF_PROG(fentry__downgrade_write, void *lock)
{
	lock_downgraded(lock_of(ctx));
	return 0;
}

IG_HOOKS_TRY(TRIES)

/*
 * With lock debugging since 6.16: with and without such a lock (fb49f07ba1d9,
 * c5b6ababd21a).
 */
SEC("fentry/_mutex_lock_killable")
int BPF_PROG(fentry___mutex_lock_killable, NESTED, void *nest_lock)
{
	lock_tried(ctx, lock_of(ctx), nest_lock ? LOCK_TRY : 0,
		   lock_caller(ctx, 26));
	return 0;
}

IG_HOOKS_FAIL(MAY_FAIL)
IG_HOOKS_TRYLOCK(TRIES_OR_NOT)

#define INITIALISES(func, n, proto, name)                                      \
	SEC("fentry/" #func)                                                   \
	int BPF_PROG(fentry__##func, proto)                                    \
	{                                                                      \
		lock_initialised(lock_of(ctx), lock_caller(ctx, n), name);     \
		return 0;                                                      \
	}

IG_HOOKS_INIT(INITIALISES)

/* Only loaded where it matters how long the group lock is held. */
SEC("fexit/mutex_lock")
int BPF_PROG(timed__mutex_lock, void *lock)
{
	lock_got(lock_of(ctx));
	return 0;
}

SEC("fexit/mutex_lock_nested")
int BPF_PROG(timed__mutex_lock_nested, void *lock)
{
	lock_got(lock_of(ctx));
	return 0;
}

/* It takes the lock when the count is about to become 0. */
SEC("fentry/atomic_dec_and_mutex_lock")
int BPF_PROG(fentry__atomic_dec_and_mutex_lock, atomic_t *count, void *lock)
{
	__u64 addr = 0;

	bpf_get_func_arg(ctx, 1, &addr);
	if (BPF_CORE_READ(count, counter) == 1)
		lock_tried(ctx, addr, 0, lock_caller(ctx, 32));
	return 0;
}

SEC("fexit/atomic_dec_and_mutex_lock")
int BPF_PROG(fexit__atomic_dec_and_mutex_lock, atomic_t *count, void *lock,
	     int ret)
{
	__u64 addr = 0;

	bpf_get_func_arg(ctx, 1, &addr);
	if (ret)
		lock_taken_after_all(ctx, addr, lock_caller(ctx, 33));
	else
		lock_given_up(addr);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(fentry__sys_exit)
{
	if (!locks_on)
		return 0;
	task_is_known(bpf_get_current_pid_tgid());
	task_leaves(ctx, IG_MISUSE_TO_USER);
	return 0;
}

/* Once its files are closed, and all else that it had is given back. */
SEC("fentry/do_task_dead")
int BPF_PROG(fentry__do_task_dead)
{
	task_leaves(ctx, IG_MISUSE_ON_EXIT);
	return 0;
}

SEC("tp_btf/task_newtask")
int BPF_PROG(fentry__task_newtask, struct task_struct *task)
{
	task_is_new(task);
	return 0;
}

#define BEGINS(section, name)                                                  \
	SEC(section "/" #name)                                                 \
	int BPF_PROG(fentry__##name)                                           \
	{                                                                      \
		task_begins(ctx);                                              \
		return 0;                                                      \
	}

BEGINS("tp_btf", workqueue_execute_start)
BEGINS("tp_btf", workqueue_execute_end)
BEGINS("tp_btf", sched_kthread_work_execute_start)
BEGINS("tp_btf", sched_kthread_work_execute_end)
BEGINS("fentry", irq_thread_fn)
BEGINS("fentry", irq_forced_thread_fn)

#endif /* IG_BPF_LOCK_HOOKS_H */
