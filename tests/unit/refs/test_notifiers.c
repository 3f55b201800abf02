// SPDX-License-Identifier: GPL-2.0
/* notifier-unbalanced and held-across-notifier. */
#include "unit/refs/history.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

static struct history h;

static int setup(void **state)
{
	(void)state;
	start(&h);
	h.run.every_ref_traced = true;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	finish(&h);
	return 0;
}

static void left(unsigned int group, const char *symbol, const char *callback)
{
	struct ig_notifier_left *n = &h.notifiers[h.run.nnotifiers++];

	n->group = group;
	n->gen = 100 + group;
	n->symbol = (char *)symbol;
	n->callback = (char *)callback;
	n->trace = a_trace();
}

static void none_left_is_clean(void **state)
{
	(void)state;
	before(&h, 7, 1, 1);
	after(&h, 7, 1, 1);
	assert_int_equal(judge(&h), IG_CLEAN);
}

static void never_unregistered(void **state)
{
	const struct ig_finding *f;

	(void)state;
	before(&h, 7, 1, 1);
	after(&h, 7, 1, 1);
	left(7, "watch_init+0x1a/0x40 [ig_watch]",
	     "on_change+0x0/0x10 [ig_watch]");
	assert_int_equal(judge(&h), IG_FINDINGS);
	f = only(&h, "notifier-unbalanced");
	assert_int_equal(f->group, 7);
	assert_int_equal(f->count, 1);
	assert_ptr_equal(f->trace, a_trace());
	assert_non_null(strstr(f->message, "registered by watch_init"));
	assert_null(strstr(f->message, "the group is gone"));
}

static void the_group_went_before_it(void **state)
{
	(void)state;
	before(&h, 7, 1, 1);
	left(7, "watch_init+0x1a/0x40 [ig_watch]",
	     "on_change+0x0/0x10 [ig_watch]");
	assert_int_equal(judge(&h), IG_FINDINGS);
	assert_non_null(strstr(only(&h, "notifier-unbalanced")->message,
			       "and the group is gone"));
}

static void one_site_is_one_finding(void **state)
{
	(void)state;
	before(&h, 7, 1, 1);
	after(&h, 7, 1, 1);
	left(7, "watch_init+0x1a/0x40 [ig_watch]",
	     "on_change+0x0/0x10 [ig_watch]");
	left(7, "watch_init+0x1a/0x40 [ig_watch]",
	     "on_change+0x0/0x10 [ig_watch]");
	left(8, "watch_init+0x1a/0x40 [ig_watch]",
	     "on_change+0x0/0x10 [ig_watch]");
	judge(&h);
	assert_int_equal(h.result.nfindings, 2);
	assert_int_equal(h.result.findings[0].count, 2);
	assert_int_equal(h.result.findings[1].group, 8);
}

static void unregistered_without_registering(void **state)
{
	const struct ig_finding *f;

	(void)state;
	before(&h, 7, 1, 1);
	after(&h, 7, 1, 1);
	violation(&h, 7, IG_VIOL_UNREGISTERED_UNKNOWN, 1);
	assert_int_equal(judge(&h), IG_FINDINGS);
	f = only(&h, "notifier-unbalanced");
	assert_non_null(strstr(f->message, "that is not registered"));
	assert_non_null(strstr(f->message, "double_put"));
}

static void dispatched_with_the_lock(void **state)
{
	(void)state;
	before(&h, 7, 1, 1);
	after(&h, 7, 1, 1);
	violation(&h, 7, IG_VIOL_NOTIFIED_LOCKED, 1);
	violation(&h, 7, IG_VIOL_NOTIFIED_LOCKED, 1);
	assert_int_equal(judge(&h), IG_FINDINGS);
	assert_int_equal(only(&h, "held-across-notifier")->count, 2);
	assert_non_null(strstr(only(&h, "held-across-notifier")->message,
			       "with the group lock held"));
}

static void released_with_one(void **state)
{
	(void)state;
	before(&h, 7, 1, 1);
	violation(&h, 7, IG_VIOL_RELEASED_WITH_NOTIFIER, 0);
	assert_int_equal(judge(&h), IG_FINDINGS);
	assert_non_null(strstr(only(&h, "notifier-unbalanced")->message,
			       "released with a notifier registered"));
}

#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(none_left_is_clean),
		test(never_unregistered),
		test(the_group_went_before_it),
		test(one_site_is_one_finding),
		test(unregistered_without_registering),
		test(dispatched_with_the_lock),
		test(released_with_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
