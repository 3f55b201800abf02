// SPDX-License-Identifier: GPL-2.0
/* Each group is in the snapshot after the run, was released, or is a loss. */
#include "unit/refs/one_history.h"
#include "unit/text.h"

static struct ig_known_group known[MAX];

/* As the probes know a group that before() and after() made. */
static void knows(unsigned int id, unsigned int gen, bool released)
{
	if (!h.run.known)
		h.run.known = known;
	known[h.run.nknown++] = (struct ig_known_group){ id, gen, released };
}

static struct ig_unread unread[4];

static void cannot_read(struct ig_snapshot *s, unsigned int group,
			const char *why)
{
	s->unread = s == &h.run.before ? unread : unread + 2;
	s->unread[s->nunread++] = (struct ig_unread){ group, (char *)why };
	s->unreadable++;
}

static void present(void **state)
{
	(void)state;
	before(&h, 7, 1, 1);
	after(&h, 7, 1, 1);
	knows(7, 107, false);
	assert_int_equal(judge(&h), IG_CLEAN);
}

static void released(void **state)
{
	(void)state;
	before(&h, 7, 1, 1);
	knows(7, 107, true);
	assert_int_equal(judge(&h), IG_CLEAN);
}

static void vanished(void **state)
{
	(void)state;
	before(&h, 7, 1, 1);
	before(&h, 8, 1, 1);
	after(&h, 8, 1, 1);
	knows(7, 107, false);
	knows(8, 108, false);
	assert_int_equal(judge(&h), IG_INCONCLUSIVE);
	assert_int_equal(find_loss(&h, "groups_unaccounted")->count, 1);
	assert_has(find_loss(&h, "groups_unaccounted")->detail,
		   "group 7 (0000:00:02.0); not released");
}

static void vanished_and_never_known(void **state)
{
	(void)state;
	before(&h, 7, 1, 1);
	before(&h, 8, 1, 1);
	after(&h, 8, 1, 1);
	knows(8, 108, false);
	assert_int_equal(judge(&h), IG_INCONCLUSIVE);
	assert_int_equal(find_loss(&h, "groups_unaccounted")->count, 1);
}

/* No map had room for it, which is a loss of its own. */
static void vanished_without_a_record(void **state)
{
	(void)state;
	before(&h, 7, 1, 1)->gen = 0;
	before(&h, 8, 1, 1);
	after(&h, 8, 1, 1);
	knows(8, 108, false);
	assert_int_equal(judge(&h), IG_CLEAN);
}

static void made_in_the_run_and_not_in_sysfs(void **state)
{
	(void)state;
	knows(9, 30, false);
	assert_int_equal(judge(&h), IG_INCONCLUSIVE);
	assert_has(find_loss(&h, "groups_unaccounted")->detail, "group 9; ");
}

/* The kernel gives out a number again when the group that had it is gone. */
static void another_has_its_number(void **state)
{
	(void)state;
	before(&h, 7, 1, 1);
	after(&h, 7, 1, 1)->gen = 30;
	knows(7, 30, false);
	assert_int_equal(judge(&h), IG_CLEAN);
}

/* What is in the snapshot is the group before, and the probes know another. */
static void another_than_in_sysfs(void **state)
{
	(void)state;
	before(&h, 7, 1, 1);
	after(&h, 7, 1, 1);
	knows(7, 30, false);
	assert_int_equal(judge(&h), IG_INCONCLUSIVE);
	assert_non_null(find_loss(&h, "groups_unaccounted"));
}

/* Records of format 1. */
static void nothing_known(void **state)
{
	(void)state;
	before(&h, 7, 1, 1);
	assert_int_equal(judge(&h), IG_CLEAN);
}

static void unread_with_the_reason(void **state)
{
	(void)state;
	before(&h, 7, 1, 1);
	knows(7, 107, false);
	cannot_read(&h.run.after, 7, "Permission denied");
	assert_int_equal(judge(&h), IG_INCONCLUSIVE);
	assert_int_equal(h.result.nlosses, 1);
	assert_int_equal(find_loss(&h, "snapshot_unreadable")->count, 1);
	assert_has(find_loss(&h, "snapshot_unreadable")->detail,
		   "group 7, after it: Permission denied; run as root");
}

static void unread_list(void **state)
{
	(void)state;
	before(&h, 7, 1, 1);
	knows(7, 107, false);
	cannot_read(&h.run.before, 3, "Input/output error");
	cannot_read(&h.run.after, IG_NO_GROUP, "Too many open files");
	assert_int_equal(judge(&h), IG_INCONCLUSIVE);
	assert_int_equal(h.result.nlosses, 1);
	assert_int_equal(find_loss(&h, "snapshot_unreadable")->count, 2);
	assert_has(find_loss(&h, "snapshot_unreadable")->detail,
		   "group 3, before the run: Input/output error; "
		   "the list of groups, after it: Too many open files; ");
}

/* It has been read, but for its type. */
static void locked_for_long(void **state)
{
	(void)state;
	before(&h, 7, 1, 1);
	after(&h, 7, 1, 1);
	knows(7, 107, false);
	cannot_read(&h.run.after, 7, "no answer");
	h.run.after.unreadable = 0;
	assert_int_equal(judge(&h), IG_INCONCLUSIVE);
	assert_int_equal(find_loss(&h, "snapshot_unreadable")->count, 1);
}

static void many(void **state)
{
	unsigned int id;

	(void)state;
	for (id = 0; id < 10; id++)
		knows(id, 100 + id, false);
	assert_int_equal(judge(&h), IG_INCONCLUSIVE);
	assert_int_equal(find_loss(&h, "groups_unaccounted")->count, 10);
	assert_has(find_loss(&h, "groups_unaccounted")->detail,
		   "group 0; group 1; group 2; group 3; and 6 more; ");
}

static void a_leak_is_found_all_the_same(void **state)
{
	(void)state;
	before(&h, 7, 1, 1);
	before(&h, 8, 1, 1);
	after(&h, 8, 2, 1);
	knows(7, 107, false);
	knows(8, 108, false);
	assert_int_equal(judge(&h), IG_FINDINGS);
	assert_non_null(find_loss(&h, "groups_unaccounted"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(present),
		test(released),
		test(vanished),
		test(vanished_and_never_known),
		test(vanished_without_a_record),
		test(made_in_the_run_and_not_in_sysfs),
		test(another_has_its_number),
		test(another_than_in_sysfs),
		test(nothing_known),
		test(unread_with_the_reason),
		test(unread_list),
		test(locked_for_long),
		test(many),
		test(a_leak_is_found_all_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
