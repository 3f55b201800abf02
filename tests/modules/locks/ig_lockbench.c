// SPDX-License-Identifier: GPL-2.0
/*
 * ig_lockbench - what locking and unlocking costs
 *
 * What it does: times pairs= pairs of lock and unlock that have nothing to do
 * with groups, in tight loops, each time the module is loaded, and logs a line
 * for each kind:
 *   mutex     a mutex in allocated memory, nobody waits for it
 *   read      a rw_semaphore, taken for reading
 *   nested    one mutex after another one that is held all the time, where the
 *             two have been seen that way before
 *
 * In a guest whose clock counts instructions (QEMU -icount shift=0) one
 * nanosecond is one instruction, and the figure repeats from boot to boot.
 *
 * What it does wrong: nothing.
 */
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "ig_module.h"

/* Pairs between two offers to reschedule, which are not timed. */
#define IG_LOCKBENCH_BATCH	4096U

static unsigned int pairs = 100000;
module_param(pairs, uint, 0444);
MODULE_PARM_DESC(pairs, "pairs to time (default 100000)");

struct ig_locks {
	struct mutex outer;
	struct mutex inner;
	struct rw_semaphore sem;
};

static noinline void ig_lockbench_mutex(struct ig_locks *locks, unsigned int n)
{
	while (n--) {
		mutex_lock(&locks->inner);
		mutex_unlock(&locks->inner);
	}
}

static noinline void ig_lockbench_read(struct ig_locks *locks, unsigned int n)
{
	while (n--) {
		down_read(&locks->sem);
		up_read(&locks->sem);
	}
}

static noinline void ig_lockbench_nested(struct ig_locks *locks, unsigned int n)
{
	mutex_lock(&locks->outer);
	while (n--) {
		mutex_lock(&locks->inner);
		mutex_unlock(&locks->inner);
	}
	mutex_unlock(&locks->outer);
}

static void ig_lockbench_run(struct ig_locks *locks, const char *name,
			     void (*loop)(struct ig_locks *, unsigned int))
{
	unsigned int left, batch;
	u64 total = 0;
	u64 start;

	loop(locks, 100);
	for (left = pairs; left; left -= batch) {
		batch = min(left, IG_LOCKBENCH_BATCH);
		start = ktime_get_ns();
		loop(locks, batch);
		total += ktime_get_ns() - start;
		cond_resched();
	}
	pr_info("%s pairs=%u ns=%llu\n", name, pairs, total);
}

static int ig_lockbench_all(void)
{
	struct ig_locks *locks;

	locks = kzalloc(sizeof(*locks), GFP_KERNEL);
	if (!locks)
		return -ENOMEM;
	mutex_init(&locks->outer);
	mutex_init(&locks->inner);
	init_rwsem(&locks->sem);

	ig_lockbench_run(locks, "mutex", ig_lockbench_mutex);
	ig_lockbench_run(locks, "read", ig_lockbench_read);
	ig_lockbench_run(locks, "nested", ig_lockbench_nested);
	kfree(locks);
	return 0;
}

ig_module(ig_lockbench, ig_lockbench_all(), ig_nothing());
MODULE_DESCRIPTION("IOMMU group lock test: cost of a lock and an unlock");
