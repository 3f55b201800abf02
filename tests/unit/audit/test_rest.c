// SPDX-License-Identifier: GPL-2.0
/* Whether two looks agree. */
#include "unit/refs/history.h"
#include "audit/settle.h"

#define SITE "some_get+0x1a/0x40 [some]"

static struct history h;
static struct ig_rest earlier, later;

static int begin(void **state)
{
	(void)state;
	start(&h);
	after(&h, 1, 2, 1);
	after(&h, 2, 1, 1);
	gets(&h, 1, SITE, 5, 5);
	puts_(&h, 1, SITE, 4, 4);
	assert_int_equal(ig_rest_take(&earlier, &h.run, &h.run.after), 0);
	return 0;
}

static int end(void **state)
{
	(void)state;
	ig_rest_free(&earlier);
	ig_rest_free(&later);
	return 0;
}

static size_t moved(void)
{
	assert_int_equal(ig_rest_take(&later, &h.run, &h.run.after), 0);
	return ig_rest_compare(&later, &earlier);
}

static void the_same_is_at_rest(void **state)
{
	(void)state;
	assert_int_equal(moved(), 0);
	assert_true(later.groups[0].at_rest);
	assert_true(later.groups[1].at_rest);
}

static void another_count_has_moved(void **state)
{
	(void)state;
	h.after[0].kref++;
	assert_int_equal(moved(), 1);
	assert_false(later.groups[0].at_rest);
	assert_true(later.groups[1].at_rest);
}

static void another_device_has_moved(void **state)
{
	(void)state;
	h.after[1].ndev++;
	assert_int_equal(moved(), 1);
	assert_false(later.groups[1].at_rest);
}

/* Others look it up. */
static void a_get_and_a_put_agree_and_are_no_rest(void **state)
{
	(void)state;
	h.sites[0].counts.gets++;
	h.sites[1].counts.puts++;
	assert_int_equal(moved(), 0);
	assert_false(later.groups[0].at_rest);
	assert_true(later.groups[1].at_rest);
}

/* Where the put cannot be traced. */
static void a_get_alone_has_moved(void **state)
{
	(void)state;
	h.sites[0].counts.gets++;
	assert_int_equal(moved(), 1);
	assert_false(later.groups[0].at_rest);
}

static void a_violation_in_between_has_moved(void **state)
{
	(void)state;
	violation(&h, 2, IG_VIOL_PUT_BELOW_ZERO, 1);
	assert_int_equal(moved(), 1);
	assert_false(later.groups[1].at_rest);
}

static void a_reading_that_changed_is_no_rest(void **state)
{
	(void)state;
	h.after[0].stable = false;
	assert_int_equal(moved(), 1);
}

static void a_group_that_came_has_moved(void **state)
{
	(void)state;
	after(&h, 3, 1, 1);
	assert_int_equal(moved(), 1);
	assert_false(later.groups[2].at_rest);
}

static void a_group_that_went_has_moved(void **state)
{
	(void)state;
	h.run.after.ngroups = 1;
	assert_int_equal(moved(), 1);
}

static void another_group_of_that_number_is_two(void **state)
{
	(void)state;
	h.after[1].gen++;
	assert_int_equal(moved(), 2);
}

/* Made, leaked and released between the looks. */
static void events_of_what_is_in_neither(void **state)
{
	(void)state;
	total(&h, SITE, 1, 0, 0);
	assert_int_equal(moved(), 1);
	assert_true(later.groups[0].at_rest);
}

#define test(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(the_same_is_at_rest),
		test(another_count_has_moved),
		test(another_device_has_moved),
		test(a_get_and_a_put_agree_and_are_no_rest),
		test(a_get_alone_has_moved),
		test(a_violation_in_between_has_moved),
		test(a_reading_that_changed_is_no_rest),
		test(a_group_that_came_has_moved),
		test(a_group_that_went_has_moved),
		test(another_group_of_that_number_is_two),
		test(events_of_what_is_in_neither),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
