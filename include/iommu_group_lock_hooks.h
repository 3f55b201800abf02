/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The functions that take and release locks.  bpf/locks/hooks.h makes a program
 * of each row; where one program can be hooked to many functions, the collector
 * goes by these rows instead (bpf/locks/multi.h).
 */
#ifndef IOMMU_GROUP_LOCK_HOOKS_H
#define IOMMU_GROUP_LOCK_HOOKS_H

/* How a lock is taken. */
#define LOCK_READ 1
#define LOCK_TRY 2 /* cannot wait, so it makes no order */
#define LOCK_SEM 4 /* a rw_semaphore */
#define LOCK_PASSING 16 /* of no owner: waited for, and not held */
/*
 * A percpu_rw_semaphore. Its readers call a function only when a writer is
 * there or was there lately, and none when they are done: such a reader counts
 * as passing. But cpus_read_lock() is a function.
 */
#define LOCK_PERCPU 64

/* RELEASES(function, flags) */
#define IG_HOOKS_RELEASE(RELEASES)                                             \
	RELEASES(mutex_unlock, 0)                                              \
	RELEASES(up_read, LOCK_READ)                                           \
	RELEASES(up_read_non_owner, LOCK_READ | LOCK_PASSING)                  \
	RELEASES(up_write, 0)                                                  \
	RELEASES(ww_mutex_unlock, 0)                                           \
	RELEASES(percpu_up_write, LOCK_PERCPU)                                 \
	RELEASES(cpus_read_unlock, LOCK_PERCPU | LOCK_PASSING)

/*
 * TRIES(function, number of its own, flags).  What orders the last two is another
 * lock, so they are like those that cannot wait.  A ww_mutex is a mutex that has
 * functions of its own.
 */
#define IG_HOOKS_TRY(TRIES)                                                    \
	TRIES(mutex_lock, 0, 0)                                                \
	TRIES(mutex_lock_io, 1, 0)                                             \
	TRIES(mutex_lock_interruptible, 2, 0)                                  \
	TRIES(mutex_lock_killable, 3, 0)                                       \
	TRIES(mutex_lock_nested, 4, 0)                                         \
	TRIES(mutex_lock_io_nested, 5, 0)                                      \
	TRIES(mutex_lock_interruptible_nested, 6, 0)                           \
	TRIES(mutex_lock_killable_nested, 7, 0)                                \
	TRIES(down_read, 8, LOCK_SEM | LOCK_READ)                              \
	TRIES(down_read_interruptible, 9, LOCK_SEM | LOCK_READ)                \
	TRIES(down_read_killable, 10, LOCK_SEM | LOCK_READ)                    \
	TRIES(down_read_nested, 11, LOCK_SEM | LOCK_READ)                      \
	TRIES(down_read_killable_nested, 12, LOCK_SEM | LOCK_READ)             \
	TRIES(down_read_non_owner, 28, LOCK_SEM | LOCK_READ | LOCK_PASSING)    \
	TRIES(down_write, 13, LOCK_SEM)                                        \
	TRIES(down_write_killable, 14, LOCK_SEM)                               \
	TRIES(down_write_nested, 15, LOCK_SEM)                                 \
	TRIES(down_write_killable_nested, 16, LOCK_SEM)                        \
	TRIES(ww_mutex_lock, 29, 0)                                            \
	TRIES(ww_mutex_lock_interruptible, 30, 0)                              \
	TRIES(percpu_down_write, 36, LOCK_PERCPU)                              \
	TRIES(__percpu_down_read, 37, LOCK_PERCPU | LOCK_READ | LOCK_PASSING)  \
	TRIES(cpus_read_lock, 38, LOCK_PERCPU | LOCK_READ)                     \
	TRIES(_mutex_lock_nest_lock, 17, LOCK_TRY)                             \
	TRIES(_down_write_nest_lock, 18, LOCK_SEM | LOCK_TRY)

/* MAY_FAIL(function, flags, arguments): comes back without the lock, and not with 0 */
#define IG_HOOKS_FAIL(MAY_FAIL)                                                \
	MAY_FAIL(mutex_lock_interruptible, 0, PLAIN)                           \
	MAY_FAIL(mutex_lock_killable, 0, PLAIN)                                \
	MAY_FAIL(mutex_lock_interruptible_nested, 0, NESTED)                   \
	MAY_FAIL(mutex_lock_killable_nested, 0, NESTED)                        \
	MAY_FAIL(_mutex_lock_killable, 0, NEST_LOCK)                           \
	MAY_FAIL(down_read_interruptible, LOCK_READ, PLAIN)                    \
	MAY_FAIL(down_read_killable, LOCK_READ, PLAIN)                         \
	MAY_FAIL(down_read_killable_nested, LOCK_READ, NESTED)                 \
	MAY_FAIL(down_write_killable, 0, PLAIN)                                \
	MAY_FAIL(down_write_killable_nested, 0, NESTED)                        \
	MAY_FAIL(ww_mutex_lock, 0, WW)                                         \
	MAY_FAIL(ww_mutex_lock_interruptible, 0, WW)

/*
 * TRIES_OR_NOT(function, number, flags, arguments): has the lock when it says 1.
 * The second is mutex_trylock() with lock debugging since 6.16 (c5b6ababd21a).
 */
#define IG_HOOKS_TRYLOCK(TRIES_OR_NOT)                                         \
	TRIES_OR_NOT(mutex_trylock, 19, 0, PLAIN)                              \
	TRIES_OR_NOT(ww_mutex_trylock, 31, 0, WW)                              \
	TRIES_OR_NOT(_mutex_trylock_nest_lock, 27, 0, TRY_NEST)                \
	TRIES_OR_NOT(down_read_trylock, 20, LOCK_SEM | LOCK_READ, PLAIN)       \
	TRIES_OR_NOT(down_write_trylock, 21, LOCK_SEM, PLAIN)

/*
 * INITIALISES(function, number, arguments, name).  Two of them are mutex_init()
 * in 7.3, without lock debugging and with it; three with PREEMPT_RT, in 6.1 and
 * likewise in 7.3.
 */
#define IG_HOOKS_INIT(INITIALISES)                                             \
	INITIALISES(__mutex_init, 22, CALLED, name)                            \
	INITIALISES(mutex_init_generic, 23, PLAIN, NULL)                       \
	INITIALISES(mutex_init_lockdep, 24, CALLED, name)                      \
	INITIALISES(__mutex_rt_init, 33, CALLED, name)                         \
	INITIALISES(mutex_rt_init_generic, 34, PLAIN, NULL)                    \
	INITIALISES(mutex_rt_init_lockdep, 35, CALLED, name)                   \
	INITIALISES(__init_rwsem, 25, CALLED, name)                            \
	INITIALISES(__percpu_init_rwsem, 39, CALLED, name)

/* The cookie of a function that shares a program with others. */
#define IG_HOOK_COOKIE(number, flags) ((number) | (flags) << 8)
#define IG_COOKIE_NUMBER(cookie) ((cookie) & 0xff)
#define IG_COOKIE_FLAGS(cookie) ((cookie) >> 8)
/* As the flags of one that initialises: it is told a name. */
#define IG_HOOK_NAMED 1

#endif /* IOMMU_GROUP_LOCK_HOOKS_H */
