/* SPDX-License-Identifier: GPL-2.0 */
/* What the parts of ig_lockprog share. */
#ifndef IG_LOCKPROG_H
#define IG_LOCKPROG_H

#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>

/* A program each, until the module is loaded again. */
#define IG_PROG_SLOTS	32
#define IG_PROG_MUTEXES	4
#define IG_PROG_SEMS	3

/**
 * struct ig_prog_slot - the classes that a program has for itself
 * @mutexes: functions that initialise a mutex, each a place of its own
 * @sems: likewise for rw_semaphores
 * @static_mutexes: locks that are not initialised by a function
 * @static_sem: likewise
 * @keys: for lockdep_set_class()
 */
struct ig_prog_slot {
	void (*mutexes[IG_PROG_MUTEXES])(struct mutex *lock);
	void (*sems[IG_PROG_SEMS])(struct rw_semaphore *lock);
	struct mutex *static_mutexes[2];
	struct rw_semaphore *static_sem;
	struct lock_class_key *keys[2];
};

extern const struct ig_prog_slot ig_prog_slots[IG_PROG_SLOTS];

/** struct ig_prog_lock - a lock of a program; one of @mutex and @sem is set */
struct ig_prog_lock {
	struct mutex *mutex;
	struct rw_semaphore *sem;
	struct mutex own_mutex;
	struct rw_semaphore own_sem;
};

/* ig_lockprog_ops.c: whether it was got, always true for what waits */
bool ig_prog_take(struct ig_prog_lock *lock, char how);
void ig_prog_release(struct ig_prog_lock *lock, char how);
bool ig_prog_is_take(char how);

#endif /* IG_LOCKPROG_H */
