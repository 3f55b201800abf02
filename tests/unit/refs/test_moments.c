// SPDX-License-Identifier: GPL-2.0
/* Groups that are read at a bad moment: in the making, or long abandoned. */
#include "unit/refs/one_history.h"

/* Its device was removed, and whoever held it before the run still does. */
static void zombie_by_an_older_holder_is_a_note(void **state)
{
	(void)state;
	before(&h, 7, 2, 1);
	after(&h, 7, 1, 0);
	assert_int_equal(judge(&h), IG_CLEAN);
	assert_int_equal(h.result.nnotes, 1);
	assert_non_null(
		strstr(h.result.notes[0].message, "from before the run"));
}

/* iommu_group_alloc() has just returned. */
static void group_in_the_making_is_inconclusive(void **state)
{
	(void)state;
	after(&h, 7, 1, 0)->looks = 1;
	assert_int_equal(judge(&h), IG_INCONCLUSIVE);
	assert_non_null(find_loss(&h, "snapshot_unstable"));
	h.after[0].looks = 2;
	assert_int_equal(judge(&h), IG_FINDINGS);
	h.after[0].looks = 1;
	gets(&h, 7, "leak_alloc+0x10/0x20 [leak]", 1, 0);
	assert_int_equal(judge(&h), IG_FINDINGS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(zombie_by_an_older_holder_is_a_note),
		test(group_in_the_making_is_inconclusive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
