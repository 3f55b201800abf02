// SPDX-License-Identifier: GPL-2.0
/* Which locks are one, and which nests in which. */
#include "unit/locks/order.h"

static void assert_class(size_t i, enum ig_lock_class_kind kind,
			 const char *name)
{
	assert_true(i < order.nclasses);
	assert_int_equal(order.classes[i].kind, kind);
	assert_string_equal(order.classes[i].name, name);
}

static void nothing(void **state)
{
	(void)state;
	look();
	assert_int_equal(order.nclasses, 0);
	assert_int_equal(ncycles, 0);
}

static void names_and_their_order(void **state)
{
	(void)state;
	nest(&h, static_lock("zz_mutex"), group_lock(1));
	nest(&h, group_lock(2), device_lock("0000:00:10.0"));
	nest(&h, group_lock(2), older_lock("vfio_open+0x1a/0x40 [vfio]"));
	nest(&h, static_lock("aa_mutex"), group_lock(3))->count = 4;
	nest(&h, static_lock("aa_mutex"), group_lock(1))->count = 5;
	look();
	assert_int_equal(order.nclasses, 5);
	assert_class(0, IG_CLASS_GROUP, "group->mutex");
	assert_class(1, IG_CLASS_STATIC, "aa_mutex");
	assert_class(2, IG_CLASS_DEVICE, "lock of 0000:00:10.0");
	assert_class(3, IG_CLASS_CALL_SITE, "lock taken in vfio_open");
	assert_class(4, IG_CLASS_STATIC, "zz_mutex");
	assert_int_equal(order.nsteps, 4);
	assert_int_equal(step_of("aa_mutex", "group->mutex")->count, 9);
	assert_ptr_equal(step_of("aa_mutex", "group->mutex")->edge,
			 &locks.edges[4]);
	assert_false(step_of("aa_mutex", "group->mutex")->in_cycle);
	assert_int_equal(ncycles, 0);
}

/* The edge that is shown does not hang on the order in which they are read. */
static void the_same_edge_is_shown(void **state)
{
	struct ig_lock other = at(group_lock(1), "before+0x1/0x2");

	(void)state;
	nest(&h, static_lock("m"), group_lock(1));
	nest(&h, static_lock("m"), other);
	look();
	assert_ptr_equal(order.steps[0].edge, &locks.edges[1]);
	locks.edges[0].to = other;
	locks.edges[1].to = group_lock(1);
	look();
	assert_ptr_equal(order.steps[0].edge, &locks.edges[0]);
}

static void places_of_one_lock(void **state)
{
	struct ig_lock a = older_lock("f+0x1/0x9"), b = older_lock("g+0x1/0x9"),
		       c = older_lock("e+0x1/0x9");

	(void)state;
	nest(&h, a, group_lock(1));
	nest(&h, group_lock(1), b);
	look();
	assert_int_equal(ncycles, 0);
	/* By way of a place where it was alone. */
	site_pair(&h, a.key, c.key);
	look();
	assert_int_equal(ncycles, 0);
	site_pair(&h, b.key, c.key);
	look();
	assert_int_equal(order.nclasses, 2);
	assert_class(1, IG_CLASS_CALL_SITE,
		     "lock taken in f and at 2 more call sites");
	assert_int_equal(ncycles, 1);
}

static void an_edge_inside_a_merged_class(void **state)
{
	struct ig_lock a = older_lock("f+0x1/0x9"), b = older_lock("g+0x1/0x9");

	(void)state;
	nest(&h, a, b);
	nest(&h, b, group_lock(1));
	site_pair(&h, b.key, a.key);
	look();
	assert_class(1, IG_CLASS_CALL_SITE,
		     "lock taken in f and at 1 more call site");
	assert_int_equal(order.nsteps, 1);
}

static void places_of_the_group_lock(void **state)
{
	struct ig_lock a = older_lock("f+0x1/0x9"), b = older_lock("g+0x1/0x9"),
		       c = older_lock("h+0x1/0x9");

	(void)state;
	nest(&h, a, static_lock("m"));
	nest(&h, static_lock("m"), b);
	nest(&h, c, static_lock("m"));
	site_pair(&h, 0, a.key);
	site_pair(&h, b.key, a.key);
	look();
	assert_int_equal(order.nclasses, 3);
	assert_class(0, IG_CLASS_GROUP, "group->mutex");
	assert_class(1, IG_CLASS_CALL_SITE, "lock taken in h");
	assert_int_equal(ncycles, 1);
}

static void an_alias_to_the_key_of_a_group_lock(void **state)
{
	struct ig_lock a = older_lock("f+0x1/0x9"), group = group_lock(1);

	(void)state;
	group.key = 0x1234;
	nest(&h, a, static_lock("m"));
	nest(&h, static_lock("m"), group);
	look();
	assert_int_equal(order.nclasses, 3);
	assert_int_equal(ncycles, 0);
	site_pair(&h, a.key, 0x1234);
	look();
	assert_int_equal(order.nclasses, 2);
	assert_int_equal(ncycles, 1);
}

/* Memory of a group may have been another lock's before, or be it by now. */
static void at_the_address_of_a_group(void **state)
{
	struct ig_lock a = older_lock("f+0x1/0x9");

	(void)state;
	a.addr = group_lock(7).addr;
	nest(&h, a, static_lock("m"));
	nest(&h, static_lock("m"), group_lock(7));
	misuse(&h, IG_MISUSE_TOO_LONG, group_lock(7));
	look();
	assert_int_equal(order.nclasses, 3);
	assert_int_equal(ncycles, 0);
	site_pair(&h, 0, a.key);
	look();
	assert_int_equal(order.nclasses, 2);
	assert_int_equal(ncycles, 1);
}

/* No caller: two of them need not be the same lock. */
static void unknown_places_are_not_one(void **state)
{
	struct ig_lock a = older_lock("f+0x1/0x9"), b = older_lock("g+0x1/0x9");

	(void)state;
	a.key = b.key = 0;
	a.site = b.site = NULL;
	nest(&h, a, group_lock(1));
	nest(&h, group_lock(1), b);
	look();
	assert_int_equal(order.nclasses, 3);
	assert_class(1, IG_CLASS_CALL_SITE,
		     "lock taken in a call site without a name");
	assert_int_equal(ncycles, 0);
}

static void one_function_takes_two_locks(void **state)
{
	(void)state;
	nest(&h, older_lock("f+0x1/0x9"), group_lock(1));
	nest(&h, older_lock("f+0x5/0x9"), group_lock(1));
	nest(&h, older_lock("g+0x5/0x9"), group_lock(1));
	look();
	assert_class(1, IG_CLASS_CALL_SITE, "lock taken at f+0x1/0x9");
	assert_class(2, IG_CLASS_CALL_SITE, "lock taken at f+0x5/0x9");
	assert_class(3, IG_CLASS_CALL_SITE, "lock taken in g");
}

/* A module may be loaded to where another one was. */
static void another_lock_at_the_same_address(void **state)
{
	struct ig_lock a = static_lock("a [m]"), b = static_lock("b [n]");

	(void)state;
	b.key = a.key;
	nest(&h, a, group_lock(1));
	nest(&h, group_lock(1), b);
	look();
	assert_int_equal(order.nclasses, 3);
	assert_int_equal(ncycles, 0);
}

static void locks_of_one_name_are_two(void **state)
{
	struct ig_lock a = static_lock("lock"), b = a;

	(void)state;
	b.key++;
	nest(&h, a, group_lock(1));
	nest(&h, group_lock(1), b);
	look();
	assert_int_equal(order.nclasses, 3);
	assert_int_equal(ncycles, 0);
}

static void a_device_comes_back(void **state)
{
	struct ig_lock a = device_lock("0000:00:10.0"), b = a;

	(void)state;
	b.key++;
	nest(&h, a, group_lock(1));
	nest(&h, group_lock(1), b);
	look();
	assert_int_equal(order.nclasses, 2);
	assert_int_equal(ncycles, 1);
}

#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(nothing),
		test(names_and_their_order),
		test(the_same_edge_is_shown),
		test(places_of_one_lock),
		test(an_edge_inside_a_merged_class),
		test(places_of_the_group_lock),
		test(an_alias_to_the_key_of_a_group_lock),
		test(at_the_address_of_a_group),
		test(unknown_places_are_not_one),
		test(one_function_takes_two_locks),
		test(another_lock_at_the_same_address),
		test(locks_of_one_name_are_two),
		test(a_device_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
