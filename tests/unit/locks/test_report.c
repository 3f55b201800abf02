// SPDX-License-Identifier: GPL-2.0
/* How findings about locks, and their order, are shown. */
#include "unit/audit/written.h"
#include "unit/json_text.h"
#include "unit/locks/seen_locks.h"

static struct locks locks;

static int begin(void **state)
{
	(void)state;
	start_locks(&h, &locks);
	start_report("locks");
	return 0;
}

static const char *write_as(enum ig_format format)
{
	judge(&h);
	return write_report(format);
}

/* Which edge comes first does not matter. */
static void make_inversion(void)
{
	static char *forward[] = { (char *)"ig_forward+0x2a/0x40 [ig_inversion]",
				   (char *)"do_one\x1b_initcall+0x59/0x220" };
	static char *backward[] = { (char *)"ig_backward+0x11/0x30" };
	static struct ig_trace traces[] = { { forward, 2, 105, "ins\nmod" },
					    { backward, 1, 106, "other" } };
	struct ig_lock mutex =
		at(static_lock("ig_mutex [ig_inversion]"), "ig_take+0x8/0x10");
	struct ig_lock_edge *e;

	before(&h, 1, 1, 1);
	after(&h, 1, 1, 1);
	e = nest(&h, mutex, group_lock(1));
	e->count = 3;
	e->trace = &traces[0];
	nest(&h, group_lock(1), mutex)->trace = &traces[1];
}

static void text_of_an_inversion(void **state)
{
	(void)state;
	make_inversion();
	assert_has(
		write_as(IG_FORMAT_TEXT),
		"findings: 1 finding\n"
		"\n"
		"1. lock-cycle: group->mutex is taken while ig_mutex [ig_inversion] is held, and the other way round\n"
		"  -> #1: ig_mutex [ig_inversion] is taken while group->mutex is held (held since iommu_group_for_each_dev+0x25/0x70), once, by other (pid 106):\n"
		"       ig_backward+0x11/0x30\n"
		"  -> #2: group->mutex is taken while ig_mutex [ig_inversion] is held (held since ig_take+0x8/0x10), 3 times, by ins?mod (pid 105):\n"
		"       ig_forward+0x2a/0x40 [ig_inversion]\n"
		"       do_one?_initcall+0x59/0x220\n"
		"  Possible unsafe locking scenario:\n"
		"      CPU0                              CPU1\n"
		"      lock(group->mutex);\n"
		"                                        lock(ig_mutex [ig_inversion]);\n"
		"                                        lock(group->mutex);\n"
		"      lock(ig_mutex [ig_inversion]);\n"
		"    and each waits for the next, for ever\n"
		"  1 device: 0000:00:02.0\n");
}

static void text_of_three_with_a_reader(void **state)
{
	struct ig_lock a = older_lock("take_a+0x1/0x9"), b = static_lock("b");

	(void)state;
	nest(&h, group_lock(1), reading(a));
	nest(&h, a, reading(b));
	nest(&h, b, group_lock(1))->trace = NULL;
	write_as(IG_FORMAT_TEXT);
	assert_has(
		out,
		"  -> #1: lock taken in take_a is taken for reading while group->mutex is held");
	assert_has(
		out,
		"  -> #3: group->mutex is taken while b is held (held since static_user+0x10/0x20 [m]), once:\n"
		"       iommu_group_for_each_dev+0x25/0x70\n");
	assert_has(
		out,
		"      CPU0                      CPU1                      CPU2\n"
		"      lock(group->mutex);\n"
		"                                lock(taken in take_a);\n"
		"                                                          lock(b);\n"
		"                                                          lock(group->mutex);\n"
		"                                rlock(b);\n"
		"      rlock(taken in take_a);\n");
}

static void text_of_an_event(void **state)
{
	(void)state;
	misuse(&h, IG_MISUSE_ON_EXIT, group_lock(7));
	write_as(IG_FORMAT_TEXT);
	assert_has(
		out,
		"1. held-on-exit: group 7: modprobe (pid 77) ended with the group lock held since iommu_group_for_each_dev+0x25/0x70, once\n"
		"    leak_get+0x1a/0x40 [ig_leak]\n"
		"    probe+0x5/0x10 [ig_leak]\n");
}

static void text_when_clean(void **state)
{
	(void)state;
	nest(&h, group_lock(3), group_lock(5));
	report.verbose = true;
	write_as(IG_FORMAT_TEXT);
	assert_has(out,
		   "clean: no leaked references, no lock-order violations\n");
	assert_has(out, "group->mutex of group 5 is taken while");
	h.run.audited &= ~IG_AUDIT_LOCKS;
	assert_has(write_as(IG_FORMAT_TEXT), "clean: no leaked references\n");
}

static void json_of_an_inversion(void **state)
{
	json_object *doc, *f, *e;

	(void)state;
	make_inversion();
	doc = parse(write_as(IG_FORMAT_JSON));
	f = nth(doc, "findings", 0);
	assert_text(f, "rule", "lock-cycle");
	assert_int_equal(json_object_get_int(get(f, "group")), 1);
	assert_string_equal(json_object_get_string(nth(f, "stack", 0)),
			    "ig_backward+0x11/0x30");
	assert_int_equal(json_object_array_length(get(f, "edges")), 2);
	e = nth(f, "edges", 1);
	assert_text(e, "from", "ig_mutex [ig_inversion]");
	assert_text(e, "to", "group->mutex");
	assert_text(e, "task", "ins\nmod");
	assert_text(e, "held_since", "ig_take+0x8/0x10");
	assert_int_equal(json_object_get_int(get(e, "count")), 3);
	assert_false(json_object_get_boolean(get(e, "to_read")));
	assert_int_equal(json_object_array_length(get(e, "stack")), 2);
	assert_string_equal(json_object_get_string(nth(e, "stack", 0)),
			    "ig_forward+0x2a/0x40 [ig_inversion]");
	e = nth(f, "edges", 0);
	assert_text(e, "from", "group->mutex");
	assert_text(e, "to", "ig_mutex [ig_inversion]");
	json_object_put(doc);
}

static void json_of_an_event(void **state)
{
	json_object *doc, *f;

	(void)state;
	misuse(&h, IG_MISUSE_RECURSION, group_lock(7))->lock.group = -1;
	misuse(&h, IG_MISUSE_READ_AGAIN, reading(static_lock("m")));
	doc = parse(write_as(IG_FORMAT_JSON));
	f = nth(doc, "findings", 0);
	assert_text(f, "rule", "lock-recursion");
	assert_null(get(f, "group"));
	assert_false(json_object_object_get_ex(f, "edges", NULL));
	assert_null(get(nth(doc, "notes", 0), "group"));
	json_object_put(doc);
}

static void junit(void **state)
{
	(void)state;
	make_inversion();
	write_as(IG_FORMAT_JUNIT);
	/* 6 of any kernel, 4 of locks, completeness and workload */
	assert_has(out, "tests=\"12\" failures=\"1\"");
	assert_has(out, "name=\"lock-cycle\"");
	assert_has(out, "name=\"group-lock-nesting\" time=\"0\"/>");
	assert_has(out, "-&gt; #2: group-&gt;mutex is taken while");
	assert_has(out, "ig_forward+0x2a/0x40 [ig_inversion]");
	assert_has(out, "ig_backward+0x11/0x30");
	assert_has(out, "lock(group-&gt;mutex);");
	assert_has_not(out, "held-too-long");
	assert_has_not(out, "notifier");
	h.run.audited |= IG_AUDIT_LONG_HOLDS;
	assert_has(write_as(IG_FORMAT_JUNIT), "name=\"held-too-long\"");
	h.run.every_ref_traced = true;
	assert_has(write_as(IG_FORMAT_JUNIT), "tests=\"15\"");
	h.run.audited &= ~IG_AUDIT_LOCKS;
	h.run.locks.nedges = 0;
	write_as(IG_FORMAT_JUNIT);
	assert_has(out, "tests=\"10\"");
	assert_has_not(out, "name=\"lock-cycle\"");
}

/* What was not asked for has not passed; what was caught is not left out. */
static void rules_of_locks_only(void **state)
{
	(void)state;
	h.run.audited = IG_AUDIT_LOCKS;
	write_as(IG_FORMAT_KTAP);
	assert_has(out, "1..6\n");
	assert_has(out, "\nok 1 lock-cycle\n");
	h.run.every_ref_traced = true;
	write_as(IG_FORMAT_KTAP);
	assert_has(out, "1..7\n");
	assert_has(out, "\nok 1 held-across-notifier\n");
	violation(&h, 9, IG_VIOL_USE_AFTER_RELEASE, 0x10);
	write_as(IG_FORMAT_KTAP);
	assert_has(out, "1..8\n");
	assert_has(out, "\nnot ok 1 use-after-release\n");
}

static void ktap(void **state)
{
	(void)state;
	make_inversion();
	write_as(IG_FORMAT_KTAP);
	assert_has(out, "1..12\n");
	assert_has(out, "#   -> #2: group->mutex is taken while");
	assert_has(out, "\n#        ig_backward+0x11/0x30\n");
	assert_has(out, "\n#   Possible unsafe locking scenario:\n");
	assert_has(out, "\nnot ok 7 lock-cycle\nok 8 lock-recursion\n");
	assert_has(out, "\nok 10 held-on-exit\nok 11 observation-complete\n");
}

#define test(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(text_of_an_inversion),
		test(text_of_three_with_a_reader),
		test(text_of_an_event),
		test(text_when_clean),
		test(json_of_an_inversion),
		test(json_of_an_event),
		test(junit),
		test(ktap),
		test(rules_of_locks_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
