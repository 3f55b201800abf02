// SPDX-License-Identifier: GPL-2.0
/* Whether a group lock that tasks wait for is stuck. */
#include "unit/stuck/waits.h"

/* The addresses of two locks: that of group 7, and another. */
#define GROUP 0x7000
#define OTHER 0x8000

static void group_lock(void)
{
	lock(GROUP, 7, "group->mutex");
}

static const struct ig_finding *stuck(void)
{
	assert_int_equal(judge(&h), IG_FINDINGS);
	return only(&h, "group-lock-stuck");
}

static const struct ig_wait *waiting(void)
{
	assert_int_equal(judge(&h), IG_INCONCLUSIVE);
	assert_int_equal(h.result.nfindings, 0);
	assert_int_equal(h.result.nlosses, 1);
	assert_int_equal(h.result.losses[0].loss, IG_LOSS_GROUP_LOCK_WAITS);
	assert_int_equal(h.result.nwaits, 1);
	return &h.result.waits[0];
}

static void nothing(void **state)
{
	(void)state;
	assert_int_equal(judge(&h), IG_CLEAN);
	group_lock();
	assert_int_equal(judge(&h), IG_CLEAN);
	sleeper(1);
	held(GROUP, 1, IG_HOLD_OWNER);
	assert_int_equal(judge(&h), IG_CLEAN);
}

static void two_in_a_circle(void **state)
{
	const struct ig_finding *f;

	(void)state;
	after(&h, 7, 1, 1);
	group_lock();
	lock(OTHER, -1, "m [mod]");
	waiter(1, IG_WAIT_LOCK, OTHER);
	waiter(2, IG_WAIT_LOCK, GROUP);
	waiter(3, IG_WAIT_LOCK, GROUP);
	held(GROUP, 1, IG_HOLD_OWNER);
	held(OTHER, 2, IG_HOLD_OWNER);
	f = stuck();
	assert_int_equal(f->group, 7);
	assert_int_equal(f->count, 3);
	assert_int_equal(f->chain.n, 2);
	assert_int_equal(f->chain.circle, 0);
	assert_int_equal(f->chain.nothers, 1);
	assert_ptr_equal(f->chain.links[0].task, &tasks[0]);
	assert_ptr_equal(f->chain.links[0].has, &wait_locks[0]);
	assert_ptr_equal(f->chain.links[0].wants, &wait_locks[1]);
	assert_ptr_equal(f->chain.links[1].task, &tasks[1]);
	assert_ptr_equal(f->chain.others[0].task, &tasks[2]);
	assert_ptr_equal(f->trace, &traces[0]);
	assert_int_equal(f->ndevices, 1);
	assert_string_equal(
		f->message,
		"group 7 (0000:00:02.0): the group lock is held by task (pid 1), which waits for m [mod], held by task (pid 2), which waits for group->mutex, held by task (pid 1): each waits for the next, for ever");
}

static void one_that_has_it_already(void **state)
{
	(void)state;
	group_lock();
	waiter(1, IG_WAIT_LOCK, GROUP);
	held(GROUP, 1, IG_HOLD_OWNER);
	assert_has(stuck()->message, "which it has itself");
}

/* The circle is beyond the group lock, and that is as stuck. */
static void a_circle_behind_it(void **state)
{
	const struct ig_finding *f;

	(void)state;
	group_lock();
	lock(OTHER, -1, "m");
	lock(0x9000, -1, "n");
	waiter(1, IG_WAIT_LOCK, OTHER);
	waiter(2, IG_WAIT_LOCK, 0x9000);
	waiter(3, IG_WAIT_LOCK, OTHER);
	held(GROUP, 1, IG_HOLD_OWNER);
	held(OTHER, 2, IG_HOLD_OWNER);
	held(0x9000, 3, IG_HOLD_OWNER);
	f = stuck();
	assert_int_equal(f->chain.n, 3);
	assert_int_equal(f->chain.circle, 1);
}

static void two_groups_in_one_circle(void **state)
{
	(void)state;
	group_lock();
	lock(OTHER, 8, "group->mutex");
	waiter(1, IG_WAIT_LOCK, OTHER);
	waiter(2, IG_WAIT_LOCK, GROUP);
	held(GROUP, 1, IG_HOLD_OWNER);
	held(OTHER, 2, IG_HOLD_OWNER);
	assert_int_equal(stuck()->group, 7);
}

static void what_is_no_lock(void **state)
{
	static const enum ig_wait_kind kinds[] = { IG_WAIT_WORK, IG_WAIT_THREAD,
						   IG_WAIT_NODE };
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		end(NULL);
		begin(NULL);
		group_lock();
		waiter(1, kinds[i], 2);
		waiter(2, IG_WAIT_LOCK, GROUP);
		held(GROUP, 1, IG_HOLD_OWNER);
		assert_int_equal(stuck()->chain.n, 2);
		/* The work item does something else. */
		tasks[1].kind = IG_WAIT_NONE;
		assert_int_equal(judge(&h), IG_CLEAN);
	}
}

static void sleeps_with_it(void **state)
{
	const struct ig_wait *w;

	(void)state;
	group_lock();
	sleeper(1);
	waiter(2, IG_WAIT_LOCK, GROUP);
	held(GROUP, 1, IG_HOLD_OWNER);
	w = waiting();
	assert_int_equal(w->group, 7);
	assert_int_equal(w->chain.n, 1);
	assert_int_equal(w->chain.circle, 1);
	assert_int_equal(w->chain.nothers, 1);
	assert_has(w->message, "sleeps in msleep+0x2d/0x40, and may wake up");
	assert_string_equal(h.result.losses[0].detail, w->message);
	assert_int_equal(h.result.losses[0].count, 1);
}

static void others_may_go_on(void **state)
{
	(void)state;
	group_lock();
	sleeper(1)->lasts = false;
	tasks[0].state[0] = 'R';
	waiter(2, IG_WAIT_LOCK, GROUP);
	held(GROUP, 1, IG_HOLD_OWNER);
	assert_has(waiting()->message, "runs, and has run meanwhile");
	/* Who waits is another one each time: it goes on. */
	tasks[1].lasts = false;
	assert_int_equal(judge(&h), IG_CLEAN);
}

static void a_wait_that_moves_is_no_circle(void **state)
{
	(void)state;
	group_lock();
	lock(OTHER, -1, "m");
	waiter(1, IG_WAIT_LOCK, OTHER)->lasts = false;
	waiter(2, IG_WAIT_LOCK, GROUP);
	held(GROUP, 1, IG_HOLD_OWNER);
	held(OTHER, 2, IG_HOLD_OWNER);
	waiting();
}

static void a_reader_that_was_seen(void **state)
{
	(void)state;
	group_lock();
	lock(OTHER, -1, "sem");
	waiter(1, IG_WAIT_LOCK, OTHER)->read = true;
	waiter(2, IG_WAIT_LOCK, GROUP);
	held(GROUP, 1, IG_HOLD_OWNER);
	held(OTHER, 2, IG_HOLD_LAST_READER);
	assert_has(waiting()->message, "last read by task (pid 2)");
	assert_has(h.result.waits[0].message, "if that task still reads");
	holds[1].proof = IG_HOLD_SEEN;
	assert_has(stuck()->message, "for ever");
}

/* Of several readers one that is in the circle is enough. */
static void one_of_several_readers(void **state)
{
	(void)state;
	group_lock();
	lock(OTHER, -1, "sem");
	waiter(1, IG_WAIT_LOCK, OTHER);
	sleeper(2);
	waiter(3, IG_WAIT_LOCK, GROUP);
	held(GROUP, 1, IG_HOLD_OWNER);
	held(OTHER, 2, IG_HOLD_SEEN);
	held(OTHER, 3, IG_HOLD_SEEN);
	assert_int_equal(stuck()->chain.n, 2);
}

static void held_by_nobody(void **state)
{
	(void)state;
	group_lock();
	gone(1);
	waiter(2, IG_WAIT_LOCK, GROUP);
	held(GROUP, 1, IG_HOLD_OWNER);
	assert_has(stuck()->message, "nobody can release it");
	assert_ptr_equal(h.result.findings[0].trace, &traces[1]);
	/* Where nobody waits, held-on-exit says it; hang has no such rule. */
	tasks[1].lasts = false;
	stuck();
	h.run.audited |= IG_AUDIT_LOCKS;
	assert_int_equal(judge(&h), IG_CLEAN);
}

static void last_reader_that_is_gone(void **state)
{
	(void)state;
	group_lock();
	lock(OTHER, -1, "sem");
	waiter(1, IG_WAIT_LOCK, OTHER);
	gone(2);
	waiter(3, IG_WAIT_LOCK, GROUP);
	held(GROUP, 1, IG_HOLD_OWNER);
	held(OTHER, 2, IG_HOLD_LAST_READER);
	waiting();
}

static void the_collectors_own_readers(void **state)
{
	(void)state;
	group_lock();
	sleeper(1);
	waiter(2, IG_WAIT_LOCK, GROUP)->own = true;
	held(GROUP, 1, IG_HOLD_OWNER);
	assert_int_equal(judge(&h), IG_CLEAN);
}

static void nobody_known(void **state)
{
	(void)state;
	group_lock();
	waiter(2, IG_WAIT_LOCK, GROUP);
	assert_has(waiting()->message, "who has it is not known");
}

static void settled(void **state)
{
	(void)state;
	group_lock();
	assert_true(ig_waits_settled(&h.run.waits));
	sleeper(1);
	waiter(2, IG_WAIT_LOCK, GROUP);
	held(GROUP, 1, IG_HOLD_OWNER);
	assert_false(ig_waits_settled(&h.run.waits));
	tasks[0].kind = IG_WAIT_THREAD;
	tasks[0].on = 2;
	assert_true(ig_waits_settled(&h.run.waits));
}

static void agree(void **state)
{
	struct ig_wait_task was_tasks[3];
	struct ig_wait_hold was_holds[1] = { { GROUP, 9, IG_HOLD_OWNER } };
	struct ig_wait_run was = {
		.tasks = was_tasks, .ntasks = 3, .holds = was_holds, .nholds = 1
	};
	struct ig_wait_run *is = &h.run.waits;

	(void)state;
	waiter(1, IG_WAIT_LOCK, GROUP);
	waiter(2, IG_WAIT_LOCK, GROUP);
	gone(3);
	sleeper(4);
	memcpy(was_tasks, tasks, sizeof(was_tasks));
	was_tasks[1].switches--;
	held(GROUP, 9, IG_HOLD_OWNER);
	held(GROUP, 3, IG_HOLD_OWNER);
	ig_waits_agree(is, &was, 5);
	assert_true(tasks[0].lasts);
	assert_false(tasks[1].lasts);
	assert_true(tasks[2].lasts);
	assert_false(tasks[3].lasts);
	assert_int_equal(is->nholds, 1);
	assert_int_equal(is->holds[0].task, 9);
	assert_int_equal(is->apart_ns, 5);
	was_tasks[0].on = OTHER;
	ig_waits_agree(is, &was, 5);
	assert_false(tasks[0].lasts);
	tasks[0].state[0] = was_tasks[0].state[0] = 'R';
	was_tasks[0].on = GROUP;
	ig_waits_agree(is, &was, 5);
	assert_false(tasks[0].lasts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(nothing),
		test(two_in_a_circle),
		test(one_that_has_it_already),
		test(a_circle_behind_it),
		test(two_groups_in_one_circle),
		test(what_is_no_lock),
		test(sleeps_with_it),
		test(others_may_go_on),
		test(a_wait_that_moves_is_no_circle),
		test(a_reader_that_was_seen),
		test(one_of_several_readers),
		test(held_by_nobody),
		test(last_reader_that_is_gone),
		test(the_collectors_own_readers),
		test(nobody_known),
		test(settled),
		test(agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
