/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where mutexes and rw_semaphores are taken and released.  Kernels with
 * CONFIG_DEBUG_LOCK_ALLOC have the _nested functions besides or instead.
 */
#ifndef IG_BPF_LOCK_HOOKS_H
#define IG_BPF_LOCK_HOOKS_H

#include "locks/caller.h"
#include "locks/held.h"

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

#define ARGS(...) __VA_ARGS__
#define PLAIN void *lock
#define NESTED void *lock, unsigned int subclass

/*
 * First what releases: programs are attached in this order, and a lock that was
 * seen to be taken must be seen to be released.
 */
RELEASES(mutex_unlock)
RELEASES(up_read)
RELEASES(up_read_non_owner)
RELEASES(up_write)

SEC("fentry/downgrade_write")
int BPF_PROG(fentry__downgrade_write, void *lock)
{
	lock_downgraded(lock_of(ctx));
	return 0;
}

TRIES(mutex_lock, 0, 0)
TRIES(mutex_lock_io, 1, 0)
TRIES(mutex_lock_interruptible, 2, 0)
TRIES(mutex_lock_killable, 3, 0)
TRIES(mutex_lock_nested, 4, 0)
TRIES(mutex_lock_io_nested, 5, 0)
TRIES(mutex_lock_interruptible_nested, 6, 0)
TRIES(mutex_lock_killable_nested, 7, 0)
TRIES(down_read, 8, LOCK_SEM | LOCK_READ)
TRIES(down_read_interruptible, 9, LOCK_SEM | LOCK_READ)
TRIES(down_read_killable, 10, LOCK_SEM | LOCK_READ)
TRIES(down_read_nested, 11, LOCK_SEM | LOCK_READ)
TRIES(down_read_killable_nested, 12, LOCK_SEM | LOCK_READ)
TRIES(down_read_non_owner, 28, LOCK_SEM | LOCK_READ)
TRIES(down_write, 13, LOCK_SEM)
TRIES(down_write_killable, 14, LOCK_SEM)
TRIES(down_write_nested, 15, LOCK_SEM)
TRIES(down_write_killable_nested, 16, LOCK_SEM)
/* What orders these is another lock, so they are like those that cannot wait. */
TRIES(_mutex_lock_nest_lock, 17, LOCK_TRY)
TRIES(_down_write_nest_lock, 18, LOCK_SEM | LOCK_TRY)

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

MAY_FAIL(mutex_lock_interruptible, ARGS(PLAIN))
MAY_FAIL(mutex_lock_killable, ARGS(PLAIN))
MAY_FAIL(mutex_lock_interruptible_nested, ARGS(NESTED))
MAY_FAIL(mutex_lock_killable_nested, ARGS(NESTED))
MAY_FAIL(_mutex_lock_killable, ARGS(NESTED, void *nest_lock))
MAY_FAIL(down_read_interruptible, ARGS(PLAIN))
MAY_FAIL(down_read_killable, ARGS(PLAIN))
MAY_FAIL(down_read_killable_nested, ARGS(NESTED))
MAY_FAIL(down_write_killable, ARGS(PLAIN))
MAY_FAIL(down_write_killable_nested, ARGS(NESTED))

TRIES_OR_NOT(mutex_trylock, 19, 0, ARGS(PLAIN))
/* what mutex_trylock() is with lock debugging since 6.16 (c5b6ababd21a) */
TRIES_OR_NOT(_mutex_trylock_nest_lock, 27, 0, ARGS(PLAIN, void *nest_lock))
TRIES_OR_NOT(down_read_trylock, 20, LOCK_SEM | LOCK_READ, ARGS(PLAIN))
TRIES_OR_NOT(down_write_trylock, 21, LOCK_SEM, ARGS(PLAIN))

#define INITIALISES(func, n, proto, name)                                      \
	SEC("fentry/" #func)                                                   \
	int BPF_PROG(fentry__##func, proto)                                    \
	{                                                                      \
		lock_initialised(lock_of(ctx), lock_caller(ctx, n), name);     \
		return 0;                                                      \
	}

#define CALLED void *lock, const char *name

INITIALISES(__mutex_init, 22, ARGS(CALLED), name)
/* What mutex_init() is in 7.3, without lock debugging and with it. */
INITIALISES(mutex_init_generic, 23, ARGS(PLAIN), NULL)
INITIALISES(mutex_init_lockdep, 24, ARGS(CALLED), name)
INITIALISES(__init_rwsem, 25, ARGS(CALLED), name)

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
