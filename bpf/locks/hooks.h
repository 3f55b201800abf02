/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where mutexes and rw_semaphores are taken and released.  Kernels with
 * CONFIG_DEBUG_LOCK_ALLOC have the _nested functions besides or instead.
 */
#ifndef IG_BPF_LOCK_HOOKS_H
#define IG_BPF_LOCK_HOOKS_H

#include "locks/caller.h"
#include "locks/held.h"
#include "iommu_group_lock_hooks.h"

/* The argument as a number: of a pointer the verifier allows no hash. */
static __always_inline __u64 lock_of(void *ctx)
{
	__u64 lock = 0;

	bpf_get_func_arg(ctx, 0, &lock);
	return lock;
}

/* Each function that waits has a number of its own, for lock_caller(). */
#define TRIES(func, n, flags)                                                  \
	SEC("fentry/" #func)                                                   \
	int BPF_PROG(fentry__##func, void *lock)                               \
	{                                                                      \
		lock_tried(ctx, lock_of(ctx), flags, lock_caller(ctx, n));     \
		return 0;                                                      \
	}

/* It may come back without the lock. */
#define MAY_FAIL(func, proto)                                                  \
	SEC("fexit/" #func)                                                    \
	int BPF_PROG(fexit__##func, proto, int ret)                            \
	{                                                                      \
		if (ret)                                                       \
			lock_released(ctx, lock_of(ctx));                      \
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

#define RELEASES(func)                                                         \
	SEC("fentry/" #func)                                                   \
	int BPF_PROG(fentry__##func, void *lock)                               \
	{                                                                      \
		lock_released(ctx, lock_of(ctx));                              \
		return 0;                                                      \
	}

#define PLAIN void *lock
#define NESTED void *lock, unsigned int subclass
#define NEST_LOCK NESTED, void *nest_lock
#define TRY_NEST PLAIN, void *nest_lock
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

SEC("tp_btf/sys_exit")
int BPF_PROG(fentry__sys_exit)
{
	task_leaves(ctx, IG_MISUSE_TO_USER);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(fentry__sched_process_exit)
{
	task_leaves(ctx, IG_MISUSE_ON_EXIT);
	return 0;
}

#endif /* IG_BPF_LOCK_HOOKS_H */
