// SPDX-License-Identifier: GPL-2.0
/* Which of two readings of a group counts. */
#include "unit/refs/history.h"
#include "audit/settle.h"
#include "refs/refs.h"

static struct history h;
static struct ig_snapshot next;
static struct ig_group_state next_groups[MAX];
static struct ig_rest *rest;

static int begin(void **state)
{
	(void)state;
	start(&h);
	memset(&next, 0, sizeof(next));
	next.groups = next_groups;
	rest = NULL;
	return 0;
}

static void settle(void)
{
	struct ig_pairing pairing;

	assert_int_equal(ig_pair(&h.run, &pairing), 0);
	ig_snapshot_settle(&h.run, &pairing, &h.run.after, &next, rest);
	ig_pairing_free(&pairing);
}

static void transit_is_gone_in_the_next(void **state)
{
	(void)state;
	before(&h, 1, 1, 1);
	after(&h, 1, 2, 1);
	add_group(&h, &next, 1, 1, 1);
	settle();
	assert_int_equal(h.run.after.ngroups, 1);
	assert_int_equal(h.run.after.groups[0].kref, 1);
	assert_int_equal(next.groups[0].kref, 2);
}

static void transit_in_the_next_does_not_count(void **state)
{
	struct ig_device *devices;

	(void)state;
	before(&h, 1, 1, 1);
	devices = after(&h, 1, 1, 1)->devices;
	add_group(&h, &next, 1, 2, 1);
	settle();
	assert_int_equal(h.run.after.groups[0].kref, 1);
	/* With all that belongs to it. */
	assert_ptr_equal(h.run.after.groups[0].devices, devices);
	assert_ptr_not_equal(next.groups[0].devices, devices);
}

static void looks_add_up(void **state)
{
	(void)state;
	after(&h, 1, 2, 1)->looks = 2;
	after(&h, 2, 1, 1)->looks = 2;
	add_group(&h, &next, 1, 1, 1)->looks = 1;
	add_group(&h, &next, 2, 2, 1)->looks = 1;
	add_group(&h, &next, 3, 1, 0)->looks = 1;
	settle();
	assert_int_equal(h.run.after.groups[0].looks, 3);
	assert_int_equal(h.run.after.groups[1].looks, 3);
	assert_int_equal(h.run.after.groups[2].looks, 1);
}

static void a_leak_stays(void **state)
{
	(void)state;
	before(&h, 1, 1, 1);
	after(&h, 1, 2, 1);
	add_group(&h, &next, 1, 2, 1);
	settle();
	assert_int_equal(h.run.after.groups[0].kref, 2);
}

static void underflow_is_as_far_off_as_a_leak(void **state)
{
	(void)state;
	after(&h, 1, 0, 2);
	add_group(&h, &next, 1, 1, 2);
	settle();
	assert_int_equal(h.run.after.groups[0].kref, 1);
}

static void the_newer_wins_a_tie(void **state)
{
	(void)state;
	after(&h, 1, 1, 1)->devices[0].driver = (char *)"old";
	add_group(&h, &next, 1, 1, 1)->devices[0].driver = (char *)"new";
	settle();
	assert_string_equal(h.run.after.groups[0].devices[0].driver, "new");
}

static void a_living_holder_is_part_of_the_rest(void **state)
{
	(void)state;
	before(&h, 1, 1, 1);
	after(&h, 1, 2, 1)->vfio_group = true;
	add_group(&h, &next, 1, 3, 1)->vfio_group = true;
	settle();
	assert_int_equal(h.run.after.groups[0].kref, 2);
}

/* A reference with a living holder is no worse than none. */
static void the_holder_takes_its_reference_later(void **state)
{
	(void)state;
	before(&h, 1, 1, 1);
	after(&h, 1, 1, 1)->vfio_group = true;
	add_group(&h, &next, 1, 2, 1)->vfio_group = true;
	settle();
	assert_int_equal(h.run.after.groups[0].kref, 2);
}

static void held_still_comes_first(void **state)
{
	(void)state;
	after(&h, 1, 1, 1)->stable = false;
	add_group(&h, &next, 1, 2, 1);
	settle();
	assert_true(h.run.after.groups[0].stable);
	assert_int_equal(h.run.after.groups[0].kref, 2);
}

static void agreeing_with_sysfs_comes_next(void **state)
{
	(void)state;
	after(&h, 1, 2, 1);
	add_group(&h, &next, 1, 1, 1)->ndevices = 0;
	settle();
	assert_int_equal(h.run.after.groups[0].ndevices, 1);
}

static void groups_come_and_go(void **state)
{
	(void)state;
	after(&h, 1, 2, 1);
	after(&h, 3, 1, 1);
	h.run.after.unreadable = 1;
	add_group(&h, &next, 2, 5, 1);
	add_group(&h, &next, 3, 1, 1);
	settle();
	assert_int_equal(h.run.after.ngroups, 2);
	assert_int_equal(h.run.after.groups[0].id, 2);
	assert_int_equal(h.run.after.groups[1].id, 3);
	assert_int_equal(h.run.after.unreadable, 0);
	assert_int_equal(next.ngroups, 2);
}

static void another_group_of_that_number(void **state)
{
	(void)state;
	after(&h, 1, 1, 1);
	add_group(&h, &next, 1, 2, 1)->gen = 900;
	settle();
	assert_int_equal(h.run.after.groups[0].gen, 900);
}

static void nothing_at_all(void **state)
{
	(void)state;
	settle();
	assert_int_equal(h.run.after.ngroups, 0);
}

/*
 * A get in transit as the first reading was taken: the next one is calmer, and
 * only then can be told by how much events and count differ from now on.
 */
static void baseline_learns_what_it_is_off_by(void **state)
{
	(void)state;
	before(&h, 1, 2, 1);
	add_group(&h, &next, 1, 1, 1)->count_error = -1;
	ig_baseline_settle(&h.run, &next);
	assert_int_equal(h.run.before.groups[0].kref, 1);
	assert_int_equal(h.run.before.groups[0].count_error, -1);
}

/* Nothing is in transit there, so the calmer reading is one of the past. */
static void a_late_leak_at_rest_counts(void **state)
{
	struct ig_rest_group group = { .id = 1, .gen = 101, .at_rest = true };
	struct ig_rest found = { .groups = &group, .ngroups = 1 };

	(void)state;
	before(&h, 1, 1, 1);
	after(&h, 1, 1, 1);
	add_group(&h, &next, 1, 2, 1);
	rest = &found;
	settle();
	assert_int_equal(h.run.after.groups[0].kref, 2);
}

static void a_late_get_that_moves_does_not(void **state)
{
	struct ig_rest_group group = { .id = 1, .gen = 101 };
	struct ig_rest found = { .groups = &group, .ngroups = 1 };

	(void)state;
	before(&h, 1, 1, 1);
	after(&h, 1, 1, 1);
	add_group(&h, &next, 1, 2, 1);
	rest = &found;
	settle();
	assert_int_equal(h.run.after.groups[0].kref, 1);
}

#define test(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(transit_is_gone_in_the_next),
		test(baseline_learns_what_it_is_off_by),
		test(transit_in_the_next_does_not_count),
		test(looks_add_up),
		test(a_leak_stays),
		test(underflow_is_as_far_off_as_a_leak),
		test(the_newer_wins_a_tie),
		test(a_living_holder_is_part_of_the_rest),
		test(the_holder_takes_its_reference_later),
		test(held_still_comes_first),
		test(agreeing_with_sysfs_comes_next),
		test(groups_come_and_go),
		test(another_group_of_that_number),
		test(nothing_at_all),
		test(a_late_leak_at_rest_counts),
		test(a_late_get_that_moves_does_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
