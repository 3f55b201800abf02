// SPDX-License-Identifier: GPL-2.0
/*
 * What a program can do with a lock.  Each way is a call of its own, as it would be
 * in a driver.
 */
#include <linux/string.h>

#include "ig_module.h"
#include "ig_lockprog.h"

bool ig_prog_is_take(char how)
{
	return how && strchr("lrtynmiph", how);
}

static ig_site bool ig_prog_take_mutex(struct mutex *lock, char how)
{
	switch (how) {
	case 'l':
		mutex_lock(lock);
		return true;
	case 'n':
		mutex_lock_nested(lock, 1);
		return true;
	case 'i':
		return !mutex_lock_interruptible(lock);
	case 'p':
		return !mutex_lock_killable(lock);
	case 't':
		return mutex_trylock(lock);
	}
	return false;
}

static ig_site bool ig_prog_take_sem(struct rw_semaphore *lock, char how)
{
	switch (how) {
	case 'l':
		down_write(lock);
		return true;
	case 'n':
		down_write_nested(lock, 1);
		return true;
	case 'i':
	case 'p':
		return !down_write_killable(lock);
	case 't':
		return down_write_trylock(lock);
	case 'r':
		down_read(lock);
		return true;
	case 'm':
		down_read_nested(lock, 1);
		return true;
	case 'y':
		return down_read_trylock(lock);
	case 'h':
		down_read_non_owner(lock);
		return true;
	}
	return false;
}

bool ig_prog_take(struct ig_prog_lock *lock, char how)
{
	return lock->mutex ? ig_prog_take_mutex(lock->mutex, how) :
			     ig_prog_take_sem(lock->sem, how);
}

void ig_prog_release(struct ig_prog_lock *lock, char how)
{
	if (lock->mutex)
		mutex_unlock(lock->mutex);
	else if (how == 'v')
		up_read(lock->sem);
	else if (how == 'w')
		up_read_non_owner(lock->sem);
	else if (how == 'd')
		downgrade_write(lock->sem);
	else
		up_write(lock->sem);
}
