// SPDX-License-Identifier: GPL-2.0
/* From what a look has found to who waits for whom. */
#include <stdio.h>
#include <stdlib.h>

#include "stuck/graph.h"
#include "unit/text.h"

#define SELF 50
#define STACK(n) (0xffffc90000000000ull + (n)*0x8000ull)
#define LOCK 0xffff888000001000ull
#define MUTEX_WAITERS 1

static struct ig_task_look tasks[6];
static struct ig_group_look group = { .lock = LOCK, .id = 7 };
static struct ig_device_look device = { .lock = LOCK + 64,
					.name = "0000:00:10.0" };
static struct ig_look look;
static struct ig_wait_run waits;
/* The task that was seen to read. */
static uint64_t seen[2];

static struct ig_trace *trace(const struct ig_task_look *task, void *data)
{
	struct ig_trace *t = calloc(1, sizeof(*t));

	(void)data;
	t->pid = task->pid;
	return t;
}

static char *name(const struct ig_task_look *waiter, void *data)
{
	(void)waiter;
	(void)data;
	return strdup("a lock");
}

static bool reads(const struct ig_task_look *task, uint64_t lock, void *data)
{
	(void)lock;
	(void)data;
	return task->task == seen[0] || task->task == seen[1];
}

static int begin(void **state)
{
	size_t i;

	(void)state;
	memset(tasks, 0, sizeof(tasks));
	memset(seen, 0, sizeof(seen));
	group.owner = 0;
	look = (struct ig_look){ .tasks = tasks,
				 .ntasks = 6,
				 .groups = &group,
				 .ngroups = 1,
				 .devices = &device,
				 .ndevices = 1,
				 .kthread_size = 256 };
	for (i = 0; i < 6; i++)
		tasks[i] = (struct ig_task_look){
			.task = 0xffff888100000000ull + i * 0x4000,
			.pid = 100 + i,
			.tgid = 100 + i,
			.parent = 1,
			.exit_signal = 17,
			.state = 2,
			.stack = STACK(i),
			.ran = 1000,
			.now = 4000,
		};
	return 0;
}

static int end(void **state)
{
	(void)state;
	ig_wait_run_free(&waits);
	return 0;
}

static void take(void)
{
	const struct ig_namer namer = { trace, name, reads, NULL };

	ig_wait_run_free(&waits);
	assert_int_equal(ig_waits_of(&look, &namer, SELF, &waits), 0);
}

static const struct ig_wait_task *of(size_t i)
{
	return ig_wait_task_of(&waits, tasks[i].task);
}

static void want(size_t i, uint64_t lock, uint64_t owner)
{
	tasks[i].lock = lock;
	tasks[i].sort = IG_SORT_MUTEX;
	tasks[i].owner = owner | MUTEX_WAITERS;
}

static void assert_held(size_t n, uint64_t task, enum ig_hold_proof proof)
{
	assert_int_equal(waits.nholds, n);
	assert_int_equal(waits.holds[n - 1].task, task);
	assert_int_equal(waits.holds[n - 1].proof, proof);
}

static void nobody_waits(void **state)
{
	(void)state;
	take();
	assert_int_equal(waits.ntasks, 0);
	assert_int_equal(waits.nlocks, 0);
}

static void a_mutex(void **state)
{
	(void)state;
	want(0, LOCK, tasks[1].task);
	tasks[1].state = 0;
	take();
	assert_int_equal(waits.ntasks, 2);
	assert_int_equal(of(0)->kind, IG_WAIT_LOCK);
	assert_int_equal(of(0)->on, LOCK);
	assert_int_equal(of(0)->asleep_ns, 3000);
	assert_string_equal(of(0)->state, "D");
	assert_string_equal(of(1)->state, "R");
	assert_int_equal(waits.locks[0].group, 7);
	assert_string_equal(waits.locks[0].name, "group->mutex");
	assert_held(1, tasks[1].task, IG_HOLD_OWNER);
}

static void names(void **state)
{
	(void)state;
	want(0, LOCK + 64, tasks[1].task);
	want(1, LOCK + 128, tasks[0].task);
	take();
	assert_int_equal(waits.nlocks, 2);
	assert_string_equal(waits.locks[0].name, "lock of 0000:00:10.0");
	assert_int_equal(waits.locks[0].group, -1);
	assert_string_equal(waits.locks[1].name, "a lock");
}

static void who_has_a_group_lock(void **state)
{
	(void)state;
	group.owner = tasks[3].task;
	tasks[3].state = 1;
	take();
	assert_held(1, tasks[3].task, IG_HOLD_OWNER);
	assert_string_equal(of(3)->state, "S");
	/* One that is not there any more. */
	group.owner = 0xffff888100100000;
	take();
	assert_int_equal(waits.ntasks, 1);
	assert_string_equal(waits.tasks[0].state, "X");
	assert_null(waits.tasks[0].trace);
	group.owner = tasks[3].task;
	tasks[3].exit_state = 32;
	take();
	assert_string_equal(of(3)->state, "Z");
}

static void want_to_write(size_t i, uint64_t count, uint64_t owner)
{
	tasks[i].lock = LOCK + 256;
	tasks[i].sort = IG_SORT_RWSEM;
	tasks[i].count = count;
	tasks[i].owner = owner;
}

static void a_writer_has_it(void **state)
{
	(void)state;
	want_to_write(0, 3, tasks[1].task);
	tasks[0].read = 1;
	take();
	assert_true(of(0)->read);
	assert_held(1, tasks[1].task, IG_HOLD_OWNER);
}

static void readers_have_it(void **state)
{
	(void)state;
	want_to_write(0, 0x202, tasks[1].task | 3);
	take();
	assert_held(1, tasks[1].task, IG_HOLD_LAST_READER);
	assert_int_equal(waits.locks[0].readers, 2);
	seen[0] = tasks[2].task;
	seen[1] = tasks[3].task;
	take();
	assert_held(2, tasks[3].task, IG_HOLD_SEEN);
	/* One that waits to read is no reader, though the probes saw it try. */
	tasks[3].lock = LOCK + 256;
	tasks[3].sort = IG_SORT_RWSEM;
	tasks[3].read = 1;
	tasks[3].count = tasks[0].count;
	tasks[3].owner = tasks[0].owner;
	take();
	assert_held(1, tasks[2].task, IG_HOLD_SEEN);
	tasks[3].lock = 0;
	/* More were seen than there are: one was seen wrongly. */
	tasks[0].count = 0x102;
	take();
	assert_held(1, tasks[1].task, IG_HOLD_LAST_READER);
	/* The last one is gone, so it does not read. */
	seen[0] = seen[1] = 0;
	tasks[0].owner = 0xffff888100100001;
	take();
	assert_int_equal(waits.nholds, 0);
}

static void a_work_item(void **state)
{
	(void)state;
	tasks[1].barriers[0] = LOCK;
	tasks[1].barriers[1] = STACK(0) + 0x3f00;
	take();
	assert_int_equal(of(0)->kind, IG_WAIT_WORK);
	assert_int_equal(of(0)->on, tasks[1].task);
	/* On nobody's stack. */
	tasks[1].barriers[1] = STACK(0) + 0x4000;
	take();
	assert_int_equal(waits.ntasks, 0);
}

static void a_kernel_thread(void **state)
{
	(void)state;
	tasks[0].completion = 0xffff888000002040;
	tasks[1].kthread = 0xffff888000001000;
	tasks[2].kthread = 0xffff888000002000;
	take();
	assert_int_equal(of(0)->kind, IG_WAIT_THREAD);
	assert_int_equal(of(0)->on, tasks[2].task);
	tasks[0].completion = 0xffff888000002100;
	take();
	assert_int_equal(waits.ntasks, 0);
}

static void a_sysfs_file(void **state)
{
	(void)state;
	tasks[0].sort = IG_SORT_KERNFS;
	tasks[0].nodes[1] = 0xffff888000003000;
	tasks[1].nodes[2] = 0xffff888000003000;
	take();
	assert_int_equal(of(0)->kind, IG_WAIT_NODE);
	assert_int_equal(of(0)->on, tasks[1].task);
	tasks[1].nodes[2] = 0;
	take();
	assert_int_equal(waits.ntasks, 0);
}

static void the_collectors_own(void **state)
{
	(void)state;
	want(0, LOCK, tasks[1].task);
	tasks[0].parent = SELF;
	take();
	/* Its workload is a child, too, but not a helper. */
	assert_false(of(0)->own);
	tasks[0].exit_signal = 0;
	take();
	assert_true(of(0)->own);
	tasks[0].parent = 1;
	tasks[0].tgid = SELF;
	take();
	assert_true(of(0)->own);
}

static void not_known_for_which(void **state)
{
	struct ig_task_look earlier[6];
	struct ig_look before = { .tasks = earlier, .ntasks = 6 };

	(void)state;
	tasks[0].sort = IG_SORT_MUTEX;
	tasks[1].sort = IG_SORT_COMPLETION;
	want(2, LOCK, tasks[1].task);
	memcpy(earlier, tasks, sizeof(earlier));
	assert_int_equal(ig_waits_unread(&look, &before), 1);
	tasks[0].switches++;
	assert_int_equal(ig_waits_unread(&look, &before), 0);
}

#define test(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest all[] = {
		test(nobody_waits),
		test(a_mutex),
		test(names),
		test(who_has_a_group_lock),
		test(a_writer_has_it),
		test(readers_have_it),
		test(a_work_item),
		test(a_kernel_thread),
		test(a_sysfs_file),
		test(the_collectors_own),
		test(not_known_for_which),
	};

	return cmocka_run_group_tests(all, NULL, NULL);
}
