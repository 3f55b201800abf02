// SPDX-License-Identifier: GPL-2.0
/* Locks of two groups, one under the other. */
#include "unit/locks/one_lock_run.h"

static void nesting_in_one_order(void **state)
{
	(void)state;
	nest(&h, group_lock(3), group_lock(5))->count = 2;
	nest(&h, group_lock(5), group_lock(8));
	nest(&h, group_lock(3), group_lock(8));
	nest(&h, group_lock(3), group_lock(3));
	assert_int_equal(judge(&h), IG_CLEAN);
	assert_int_equal(h.result.nnotes, 3);
	assert_int_equal(h.result.notes[0].group, 5);
	assert_string_equal(
		h.result.notes[0].message,
		"group->mutex of group 5 is taken while group->mutex of group 3 is held, 2 times, and not the other way round");
}

static void nesting_in_both_orders(void **state)
{
	const struct ig_finding *f;

	(void)state;
	nest(&h, group_lock(5), group_lock(3));
	nest(&h, group_lock(5), group_lock(8));
	nest(&h, group_lock(3), group_lock(5));
	assert_int_equal(judge(&h), IG_FINDINGS);
	f = only(&h, "group-lock-nesting");
	assert_int_equal(f->group, 3);
	assert_int_equal(f->nedges, 2);
	assert_ptr_equal(f->edges[0], &locks.edges[2]);
	assert_ptr_equal(f->edges[1], &locks.edges[0]);
	assert_string_equal(
		f->message,
		"group->mutex of group 5 is taken while group->mutex of group 3 is held, and the other way round");
	assert_int_equal(h.result.nnotes, 1);
	assert_int_equal(h.result.notes[0].group, 8);
}

static void nesting_of_three(void **state)
{
	const struct ig_finding *f;

	(void)state;
	nest(&h, group_lock(3), group_lock(5));
	nest(&h, group_lock(5), group_lock(8));
	nest(&h, group_lock(8), group_lock(3));
	assert_int_equal(judge(&h), IG_FINDINGS);
	f = only(&h, "group-lock-nesting");
	assert_int_equal(f->nedges, 3);
	assert_ptr_equal(f->edges[0], &locks.edges[0]);
	assert_ptr_equal(f->edges[1], &locks.edges[1]);
	assert_ptr_equal(f->edges[2], &locks.edges[2]);
	assert_string_equal(f->locks[2], "group->mutex of group 8");
	assert_int_equal(h.result.nnotes, 0);
}

static void each_pair_is_a_finding(void **state)
{
	(void)state;
	nest(&h, group_lock(3), group_lock(5));
	nest(&h, group_lock(5), group_lock(3));
	nest(&h, group_lock(5), group_lock(8));
	nest(&h, group_lock(8), group_lock(5));
	assert_int_equal(judge(&h), IG_FINDINGS);
	assert_int_equal(h.result.nfindings, 2);
	assert_int_equal(h.result.findings[0].nedges, 2);
	assert_int_equal(h.result.findings[1].nedges, 2);
	assert_int_equal(h.result.findings[1].group, 5);
}

/* Order by address, and a group that came back at another one. */
static void one_number_two_locks(void **state)
{
	struct ig_lock again = group_lock(5);

	(void)state;
	again.addr = group_lock(1).addr;
	nest(&h, group_lock(3), group_lock(5));
	nest(&h, again, group_lock(3));
	assert_int_equal(judge(&h), IG_CLEAN);
	assert_int_equal(h.result.nnotes, 2);
}

static void nesting_at_places(void **state)
{
	struct ig_lock a = older_lock("f+0x1/0x9"), b = older_lock("g+0x1/0x9");

	(void)state;
	a.addr = group_lock(5).addr;
	nest(&h, a, group_lock(3));
	nest(&h, group_lock(3), group_lock(5));
	site_pair(&h, 0, a.key);
	nest(&h, b, b);
	nest(&h, older_lock("k+0x1/0x9"), b);
	assert_int_equal(judge(&h), IG_FINDINGS);
	assert_int_equal(only(&h, "group-lock-nesting")->group, 3);
	assert_int_equal(h.result.nnotes, 0);
}

static void nesting_of_an_unknown_group(void **state)
{
	struct ig_lock a = group_lock(5);

	(void)state;
	a.group = -1;
	nest(&h, group_lock(3), a);
	judge(&h);
	assert_int_equal(h.result.nnotes, 1);
	assert_int_equal(h.result.notes[0].group, IG_NO_GROUP);
	assert_non_null(strstr(h.result.notes[0].message,
			       "group->mutex at 0xffff888000005000 is taken"));
}

/* Seen twice, once as a group lock that was not yet known. */
static void nesting_of_the_same_two(void **state)
{
	struct ig_lock a = group_lock(5);

	(void)state;
	a.group = -1;
	nest(&h, group_lock(3), a)->count = 2;
	nest(&h, group_lock(3), group_lock(5))->count = 4;
	nest(&h, group_lock(3), group_lock(5))->count = 3;
	judge(&h);
	assert_int_equal(h.result.nnotes, 1);
	assert_non_null(
		strstr(h.result.notes[0].message, "group 3 is held, 9 times"));
	nest(&h, group_lock(5), group_lock(3));
	judge(&h);
	assert_ptr_equal(only(&h, "group-lock-nesting")->edges[0],
			 &locks.edges[1]);
}

/* The way into a circle is no part of it. */
static void nesting_around_a_circle(void **state)
{
	(void)state;
	nest(&h, group_lock(3), group_lock(5));
	nest(&h, group_lock(5), group_lock(8));
	nest(&h, group_lock(8), group_lock(5));
	judge(&h);
	assert_int_equal(only(&h, "group-lock-nesting")->nedges, 2);
	assert_int_equal(h.result.nnotes, 1);
}

/* In the order of groups, wherever their locks lie; and one where another was. */
static void nesting_by_group(void **state)
{
	struct ig_lock a = group_lock(1), b = group_lock(2), c = b;

	(void)state;
	a.group = 9;
	c.group = 4;
	nest(&h, a, group_lock(3));
	nest(&h, b, group_lock(3));
	nest(&h, group_lock(3), c);
	assert_int_equal(judge(&h), IG_CLEAN);
	assert_int_equal(h.result.nnotes, 3);
	assert_non_null(strstr(h.result.notes[0].message, "group 2 is held"));
	assert_non_null(strstr(h.result.notes[1].message, "group 3 is held"));
	assert_non_null(strstr(h.result.notes[2].message, "group 9 is held"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(nesting_in_one_order),
		test(nesting_in_both_orders),
		test(nesting_of_three),
		test(each_pair_is_a_finding),
		test(one_number_two_locks),
		test(nesting_at_places),
		test(nesting_of_an_unknown_group),
		test(nesting_of_the_same_two),
		test(nesting_around_a_circle),
		test(nesting_by_group),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
