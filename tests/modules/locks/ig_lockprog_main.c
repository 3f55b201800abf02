// SPDX-License-Identifier: GPL-2.0
/*
 * ig_lockprog - does with locks what a small program says
 *
 * A line written to the parameter run is a program, and has run when the write
 * returns:
 *
 *	SLOT A=m0 B=m0! C=r1 ; 1lA 1lG 1uG 1uA 2lG 2lB 2uB 2uG
 *
 * SLOT (0 to 31) is a set of classes; each program takes another one.  Before the
 * semicolon are its locks, A to F, and where they are initialised: m0 to m3 mutexes
 * and r0 to r2 rw_semaphores in memory of the program, s0, s1 mutexes and q0 a
 * rw_semaphore that are static.  With ! or ? lockdep_set_class() gives the lock a
 * class of its own, one of two.  G is the lock of device='s group.
 *
 * After the semicolon are its steps, one after the other, so that nothing can hang:
 * a thread (1 to 4), what it does, and with which lock.
 *	l lock, write	n the same with subclass 1	i interruptible	p killable
 *	t trylock	r read	m read with subclass 1	y read, trylock
 *	h down_read_non_owner()	w up_read_non_owner()
 *	u unlock	v up_read()	d downgrade_write()
 *	x the thread ends, whatever it holds (as in 1x-)
 *
 * What it does wrong: what the program says.  Whether it is wrong, lockdep knows.
 *
 * How it heals: what an ended thread has kept is released at the end of its program.
 *
 * Lockdep turns itself off after its first report.  With rearm=1 it is turned on
 * again half a second after each program.  What was taken or released in between it has not
 * seen, so this is for a guest with one CPU in which nothing else goes on.
 */
#include <linux/debug_locks.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>

#include "ig_group_lock.h"
#include "ig_lockprog.h"
#include "ig_thread.h"

static bool rearm;
module_param(rearm, bool, 0444);
MODULE_PARM_DESC(rearm, "turn lockdep on again after each program");

#define IG_PROG_LOCKS	7 /* A to F, and G */
#define IG_PROG_THREADS	4

/** struct ig_prog_thread - a thread of a program, which does one step at a time */
struct ig_prog_thread {
	struct task_struct *task; /* until the end of the program */
	struct completion begun, step, done;
	struct ig_prog_lock *lock;
	char how; /* 'x' to end */
	bool ended;
	/* What a trylock did not get is not released. */
	char got[IG_PROG_LOCKS];
	char kept[IG_PROG_LOCKS]; /* 0, or how to release it */
};

/* In memory of the program: a lock of the module would be a static one. */
static struct ig_prog_lock *ig_prog_locks;
static struct ig_prog_thread ig_prog_threads[IG_PROG_THREADS];
static struct mutex *ig_prog_group_lock;

static void ig_prog_do(struct ig_prog_thread *t)
{
	size_t i = t->lock - ig_prog_locks;

	if (ig_prog_is_take(t->how)) {
		/* that of no owner is no thread's to keep */
		if (!ig_prog_take(t->lock, t->how) || t->how == 'h')
			return;
		t->got[i]++;
		t->kept[i] = strchr("rmy", t->how) ? 'v' : 'u';
	} else if (t->how == 'w') {
		ig_prog_release(t->lock, t->how);
	} else if (t->got[i]) {
		ig_prog_release(t->lock, t->how);
		if (t->how == 'd')
			t->kept[i] = 'v';
		else
			t->got[i]--;
	}
}

static int ig_prog_main(void *data)
{
	struct ig_prog_thread *t = data;

	complete(&t->begun);
	for (;;) {
		wait_for_completion(&t->step);
		if (t->how == 'x')
			return 0;
		ig_prog_do(t);
		complete(&t->done);
	}
}

static void ig_prog_end(struct ig_prog_thread *t)
{
	if (IS_ERR_OR_NULL(t->task) || t->ended)
		return;
	t->how = 'x';
	complete(&t->step);
	/* Others look at the owner of a lock that they wait for. */
	get_task_struct(t->task);
	ig_thread_end(t->task);
	/* lockdep looks at what it has kept after those who wait are woken */
	while (!(READ_ONCE(t->task->__state) & TASK_DEAD))
		msleep(1);
	t->ended = true;
}

static int ig_prog_begin(struct ig_prog_thread *t)
{
	memset(t, 0, sizeof(*t));
	init_completion(&t->begun);
	init_completion(&t->step);
	init_completion(&t->done);
	t->task = ig_thread_start(ig_prog_main, t, &t->begun, "ig_lockprog");
	return PTR_ERR_OR_ZERO(t->task);
}

/* What an ended thread has kept; a lock without debugging does not mind by whom. */
static void ig_prog_heal(struct ig_prog_thread *t)
{
	size_t i;

	if (IS_ERR_OR_NULL(t->task))
		return;
	for (i = 0; i < IG_PROG_LOCKS; i++)
		for (; t->got[i] > 0; t->got[i]--)
			ig_prog_release(&ig_prog_locks[i], t->kept[i]);
	put_task_struct(t->task);
	t->task = NULL;
}

static int ig_prog_step(const char *word)
{
	struct ig_prog_thread *t;

	if (word[0] < '1' || word[0] > '0' + IG_PROG_THREADS || !word[1] || !word[2])
		return -EINVAL;
	t = &ig_prog_threads[word[0] - '1'];
	if (t->ended)
		return -EINVAL;
	if (word[1] == 'x') {
		ig_prog_end(t);
		return 0;
	}
	if (word[2] < 'A' || word[2] > 'G')
		return -EINVAL;
	t->lock = &ig_prog_locks[word[2] - 'A'];
	t->how = word[1];
	if (!t->lock->mutex && !t->lock->sem)
		return -EINVAL;
	complete(&t->step);
	wait_for_completion(&t->done);
	return 0;
}

/* lockdep_set_class() wants to be told the type, and the name by the key's. */
static void ig_prog_set_class(struct ig_prog_lock *lock,
			      struct lock_class_key *ig_prog_key)
{
	if (lock->mutex)
		lockdep_set_class(lock->mutex, ig_prog_key);
	else
		lockdep_set_class(lock->sem, ig_prog_key);
}

/* @word: like A=m0 or A=m0! */
static int ig_prog_make(const struct ig_prog_slot *slot, const char *word)
{
	struct ig_prog_lock *lock;
	unsigned int n;

	if (word[0] < 'A' || word[0] > 'F' || word[1] != '=' || !word[2] || !word[3])
		return -EINVAL;
	lock = &ig_prog_locks[word[0] - 'A'];
	n = word[3] - '0';
	if (word[2] == 'm' && n < IG_PROG_MUTEXES) {
		lock->mutex = &lock->own_mutex;
		slot->mutexes[n](lock->mutex);
	} else if (word[2] == 'r' && n < IG_PROG_SEMS) {
		lock->sem = &lock->own_sem;
		slot->sems[n](lock->sem);
	} else if (word[2] == 's' && n < 2) {
		lock->mutex = slot->static_mutexes[n];
	} else if (word[2] == 'q' && !n) {
		lock->sem = slot->static_sem;
	} else {
		return -EINVAL;
	}
	if (word[4] == '!' || word[4] == '?')
		ig_prog_set_class(lock, slot->keys[word[4] == '?']);
	return 0;
}

/* The locks, and then the steps. */
static int ig_prog_lines(char *text)
{
	const struct ig_prog_slot *slot = NULL;
	bool steps = false;
	unsigned int n;
	char *word;
	int ret;

	while ((word = strsep(&text, " \n"))) {
		if (!*word)
			continue;
		if (!slot) {
			ret = kstrtouint(word, 10, &n);
			if (ret || n >= IG_PROG_SLOTS)
				return -EINVAL;
			slot = &ig_prog_slots[n];
		} else if (!strcmp(word, ";")) {
			steps = true;
		} else {
			ret = steps ? ig_prog_step(word) : ig_prog_make(slot, word);
			if (ret) {
				pr_err("cannot do '%s'\n", word);
				return ret;
			}
		}
	}
	return slot && steps ? 0 : -EINVAL;
}

static struct task_struct *ig_prog_rearmer;
static unsigned long ig_prog_ended;

/*
 * Once the task that has written a program has ended: it has released what it took
 * for that, which lockdep may have seen just one half of.
 */
static int ig_prog_rearm(void *data)
{
	while (!kthread_should_stop()) {
		msleep(20);
#ifdef CONFIG_PROVE_LOCKING
		if (!debug_locks && ig_prog_ended &&
		    time_after(jiffies, ig_prog_ended + HZ / 2))
			debug_locks = 1;
#endif
	}
	return 0;
}

static int ig_prog_run(char *text)
{
	int i, ret = 0;

	ig_prog_ended = 0;
	ig_prog_locks = kcalloc(IG_PROG_LOCKS, sizeof(*ig_prog_locks), GFP_KERNEL);
	if (!ig_prog_locks)
		return -ENOMEM;
	memset(ig_prog_threads, 0, sizeof(ig_prog_threads));
	ig_prog_locks[IG_PROG_LOCKS - 1].mutex = ig_prog_group_lock;
	for (i = 0; i < IG_PROG_THREADS && !ret; i++)
		ret = ig_prog_begin(&ig_prog_threads[i]);
	if (!ret)
		ret = ig_prog_lines(text);
	for (i = 0; i < IG_PROG_THREADS; i++)
		ig_prog_end(&ig_prog_threads[i]);
	for (i = 0; i < IG_PROG_THREADS; i++)
		ig_prog_heal(&ig_prog_threads[i]);
	kfree(ig_prog_locks);
	ig_prog_ended = jiffies;
	return ret;
}

static int ig_prog_set(const char *value, const struct kernel_param *param)
{
	char *text;
	int ret;

	if (!ig_prog_group_lock)
		return -ENODEV;
	text = kstrdup(value, GFP_KERNEL);
	if (!text)
		return -ENOMEM;
	ret = ig_prog_run(text);
	kfree(text);
	return ret;
}

static const struct kernel_param_ops ig_prog_ops = { .set = ig_prog_set };
module_param_cb(run, &ig_prog_ops, NULL, 0200);
MODULE_PARM_DESC(run, "a program, which runs when it is written");

static int ig_prog_load(struct device *dev)
{
	ig_group = iommu_group_get(dev);
	if (!ig_group)
		return -ENODEV;
	ig_prog_group_lock = ig_group_lock();
	if (!ig_prog_group_lock) {
		iommu_group_put(ig_group);
		return -EOPNOTSUPP;
	}
	if (rearm)
		ig_prog_rearmer = kthread_run(ig_prog_rearm, NULL, "ig_rearm");
	return 0;
}

static void ig_prog_unload(void)
{
	if (!IS_ERR_OR_NULL(ig_prog_rearmer))
		kthread_stop(ig_prog_rearmer);
	iommu_group_put(ig_group);
}

ig_module(ig_lockprog, ig_with_device(ig_prog_load), ig_prog_unload());
MODULE_DESCRIPTION("IOMMU group lock test: small programs");
