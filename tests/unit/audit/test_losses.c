// SPDX-License-Identifier: GPL-2.0
/* What was not seen, and what that leaves of a verdict. */
#include "unit/refs/one_history.h"

#define LEAK "leak_get+0x1a/0x40 [ig_leak]"
#define DROP "double_put+0x2b/0x50 [ig_double]"

static void any_loss_is_inconclusive(void **state)
{
	(void)state;
	loss(&h, "ring_buffer_full", 0);
	assert_int_equal(judge(&h), IG_CLEAN);
	assert_int_equal(h.result.nlosses, 0);
	loss(&h, "group_map_full", 12);
	assert_int_equal(judge(&h), IG_INCONCLUSIVE);
	assert_int_equal(h.result.nlosses, 1);
	assert_int_equal(find_loss(&h, "group_map_full")->count, 12);
}

static void a_finding_outranks_losses(void **state)
{
	(void)state;
	before(&h, 7, 1, 1);
	after(&h, 7, 2, 1);
	loss(&h, "group_map_full", 1);
	assert_int_equal(judge(&h), IG_FINDINGS);
	assert_non_null(find_loss(&h, "group_map_full"));
}

static void unreadable(void **state)
{
	(void)state;
	h.run.after.unreadable = 2;
	assert_int_equal(judge(&h), IG_INCONCLUSIVE);
	assert_int_equal(find_loss(&h, "snapshot_unreadable")->count, 2);
}

static void unreadable_before_is_not_new(void **state)
{
	(void)state;
	h.run.before.unreadable = 1;
	after(&h, 7, 3, 1);
	assert_int_equal(judge(&h), IG_INCONCLUSIVE);
	/* What was seen being taken is certain all the same. */
	gets(&h, 7, LEAK, 1, 0);
	assert_int_equal(judge(&h), IG_FINDINGS);
	assert_int_equal(only(&h, "ref-leak")->count, 1);
}

static void unstable(void **state)
{
	(void)state;
	before(&h, 7, 1, 1);
	after(&h, 7, 2, 1)->stable = false;
	assert_int_equal(judge(&h), IG_INCONCLUSIVE);
	assert_int_equal(find_loss(&h, "snapshot_unstable")->count, 1);
	assert_int_equal(h.result.nfindings, 0);
}

static void unstable_before(void **state)
{
	(void)state;
	before(&h, 7, 1, 1)->stable = false;
	after(&h, 7, 2, 1);
	assert_int_equal(judge(&h), IG_INCONCLUSIVE);
	assert_non_null(find_loss(&h, "snapshot_unstable"));
}

static void unstable_in_other_ways(void **state)
{
	(void)state;
	before(&h, 7, 1, 1);
	before(&h, 8, 2, 2);
	after(&h, 7, 1, 0)->stable = false;
	after(&h, 8, 1, 2)->stable = false;
	assert_int_equal(judge(&h), IG_INCONCLUSIVE);
	assert_int_equal(find_loss(&h, "snapshot_unstable")->count, 2);
}

static void sysfs_disagrees(void **state)
{
	(void)state;
	before(&h, 7, 2, 2);
	after(&h, 7, 2, 2)->ndevices = 1;
	assert_int_equal(judge(&h), IG_INCONCLUSIVE);
	assert_non_null(find_loss(&h, "sysfs_disagrees"));
}

static void exact_events_must_explain_the_count(void **state)
{
	(void)state;
	h.run.every_ref_traced = true;
	before(&h, 7, 3, 1);
	after(&h, 7, 2, 1);
	puts_(&h, 7, DROP, 1, 0)->module_alive = false;
	assert_int_equal(judge(&h), IG_CLEAN);
	h.after[0].count_error = -2;
	assert_int_equal(judge(&h), IG_INCONCLUSIVE);
	assert_int_equal(find_loss(&h, "count_disagrees")->count, 2);
	assert_non_null(strstr(h.result.notes[0].message,
			       "it has 2 references, the events add up to 4"));
}

/* A get whose event came after the first reading is in both: off for ever. */
static void what_the_baseline_was_off_by_stays(void **state)
{
	(void)state;
	h.run.every_ref_traced = true;
	before(&h, 7, 2, 1)->count_error = -1;
	after(&h, 7, 2, 1)->count_error = -1;
	assert_int_equal(judge(&h), IG_CLEAN);
	h.after[0].count_error = 0;
	assert_int_equal(judge(&h), IG_INCONCLUSIVE);
	assert_int_equal(find_loss(&h, "count_disagrees")->count, 1);
}

static void inexact_events_are_a_note(void **state)
{
	(void)state;
	before(&h, 7, 3, 1);
	after(&h, 7, 3, 1);
	puts_(&h, 7, DROP, 2, 0);
	assert_int_equal(judge(&h), IG_CLEAN);
	assert_int_equal(h.result.nnotes, 1);
	assert_non_null(strstr(h.result.notes[0].message,
			       "2 references moved without a traced call"));
}

static void exact_events_of_an_unread_group(void **state)
{
	(void)state;
	h.run.every_ref_traced = true;
	h.run.before.unreadable = 1;
	after(&h, 7, 1, 1);
	assert_int_equal(judge(&h), IG_INCONCLUSIVE);
	assert_null(find_loss(&h, "count_disagrees"));
	h.after[0].count_error = 1;
	judge(&h);
	assert_non_null(find_loss(&h, "count_disagrees"));
}

static void inlined_puts_of_a_new_device_are_no_note(void **state)
{
	(void)state;
	before(&h, 7, 1, 1);
	after(&h, 7, 2, 2);
	gets(&h, 7, "some_device_group+0x1/0x2", 1, 0);
	assert_int_equal(judge(&h), IG_CLEAN);
	assert_int_equal(h.result.nnotes, 0);
}

static void exit_codes(void **state)
{
	(void)state;
	assert_int_equal(ig_exit_code(IG_CLEAN, false), 0);
	assert_int_equal(ig_exit_code(IG_CLEAN, true), 4);
	assert_int_equal(ig_exit_code(IG_FINDINGS, false), 2);
	assert_int_equal(ig_exit_code(IG_FINDINGS, true), 2);
	assert_int_equal(ig_exit_code(IG_INCONCLUSIVE, false), 3);
	assert_int_equal(ig_exit_code(IG_INCONCLUSIVE, true), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(any_loss_is_inconclusive),
		test(a_finding_outranks_losses),
		test(unreadable),
		test(unreadable_before_is_not_new),
		test(unstable),
		test(unstable_before),
		test(unstable_in_other_ways),
		test(sysfs_disagrees),
		test(exact_events_must_explain_the_count),
		test(what_the_baseline_was_off_by_stays),
		test(inexact_events_are_a_note),
		test(exact_events_of_an_unread_group),
		test(inlined_puts_of_a_new_device_are_no_note),
		test(exit_codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
