// SPDX-License-Identifier: GPL-2.0
/* What the locks of a run are judged to be. */
#include <stdio.h>
#include <stdlib.h>

#include "unit/locks/one_lock_run.h"

static struct ig_trace *trace_of(const char *frame, unsigned int pid)
{
	static struct ig_trace traces[8];
	static char *frames[8];
	static size_t n;
	struct ig_trace *t = &traces[n % 8];

	frames[n % 8] = (char *)frame;
	*t = (struct ig_trace){ &frames[n++ % 8], 1, pid, "task" };
	return t;
}

static void no_locks_no_findings(void **state)
{
	(void)state;
	before(&h, 7, 1, 1);
	after(&h, 7, 1, 1);
	assert_int_equal(judge(&h), IG_CLEAN);
	nest(&h, static_lock("m"), group_lock(7));
	nest(&h, group_lock(7), static_lock("n"));
	assert_int_equal(judge(&h), IG_CLEAN);
	assert_int_equal(h.result.nnotes, 0);
}

static void an_inversion(void **state)
{
	const struct ig_finding *f;

	(void)state;
	before(&h, 7, 2, 2);
	after(&h, 7, 2, 2);
	nest(&h, static_lock("m"), group_lock(7))->trace = trace_of("a", 1);
	nest(&h, group_lock(7), static_lock("m"))->trace = trace_of("b", 2);
	locks.edges[1].count = 40;
	assert_int_equal(judge(&h), IG_FINDINGS);
	f = only(&h, "lock-cycle");
	assert_int_equal(f->group, 7);
	assert_int_equal(f->nedges, 2);
	assert_ptr_equal(f->edges[0], &locks.edges[1]);
	assert_ptr_equal(f->edges[1], &locks.edges[0]);
	assert_string_equal(f->locks[0], "group->mutex");
	assert_string_equal(f->locks[1], "m");
	assert_string_equal(
		f->message,
		"group->mutex is taken while m is held, and the other way round");
	assert_ptr_equal(f->trace, locks.edges[0].trace);
	assert_int_equal(f->ndevices, 2);
	/* Once more: the first verdict must have been released. */
	assert_int_equal(judge(&h), IG_FINDINGS);
}

/* The rarer way is likelier the wrong one, whichever it is. */
static void the_rarest_edge_is_blamed(void **state)
{
	(void)state;
	nest(&h, static_lock("m"), group_lock(7))->trace = trace_of("a", 1);
	nest(&h, group_lock(7), static_lock("m"))->trace = trace_of("b", 2);
	locks.edges[0].count = 40;
	judge(&h);
	assert_ptr_equal(only(&h, "lock-cycle")->trace, locks.edges[1].trace);
}

static void three_locks(void **state)
{
	(void)state;
	nest(&h, static_lock("b"), group_lock(7));
	nest(&h, group_lock(7), static_lock("a"));
	nest(&h, static_lock("a"), static_lock("b"));
	judge(&h);
	assert_string_equal(
		only(&h, "lock-cycle")->message,
		"group->mutex is taken while b is held, b while a is held and a while group->mutex is held");
}

static void a_cycle_without_a_known_group(void **state)
{
	struct ig_lock a = older_lock("f+0x1/0x9"), b = older_lock("g+0x1/0x9");

	(void)state;
	nest(&h, a, static_lock("m"));
	nest(&h, static_lock("m"), b);
	site_pair(&h, 0, a.key);
	site_pair(&h, 0, b.key);
	judge(&h);
	assert_int_equal(only(&h, "lock-cycle")->group, IG_NO_GROUP);
	assert_int_equal(h.result.findings[0].ndevices, 0);
	/* Known by its address, then because any group lock will do. */
	locks.edges[1].to.addr = group_lock(9).addr;
	nest(&h, group_lock(4), static_lock("n"));
	nest(&h, group_lock(9), static_lock("n"));
	judge(&h);
	assert_int_equal(only(&h, "lock-cycle")->group, 9);
	locks.edges[1].to.addr = 1;
	judge(&h);
	assert_int_equal(only(&h, "lock-cycle")->group, 4);
}

static void recursion(void **state)
{
	const struct ig_finding *f;

	(void)state;
	before(&h, 8, 1, 1);
	after(&h, 7, 1, 1);
	misuse(&h, IG_MISUSE_RECURSION, at(group_lock(7), "f+0x1/0x9"));
	misuse(&h, IG_MISUSE_RECURSION, at(group_lock(7), "f+0x1/0x9"));
	assert_int_equal(judge(&h), IG_FINDINGS);
	f = only(&h, "lock-recursion");
	assert_int_equal(f->group, 7);
	assert_int_equal(f->count, 2);
	assert_ptr_equal(f->trace, a_trace());
	assert_int_equal(f->ndevices, 1);
	assert_string_equal(
		f->message,
		"group 7 (0000:00:02.0): modprobe (pid 77) takes the group lock, which it holds already since f+0x1/0x9, 2 times");
}

static void events_that_differ(void **state)
{
	(void)state;
	misuse(&h, IG_MISUSE_RECURSION, group_lock(7));
	misuse(&h, IG_MISUSE_TO_USER, group_lock(7));
	misuse(&h, IG_MISUSE_ON_EXIT, group_lock(7));
	misuse(&h, IG_MISUSE_ON_EXIT, group_lock(8));
	misuse(&h, IG_MISUSE_ON_EXIT, at(group_lock(8), "f+0x1/0x9"));
	misuse(&h, IG_MISUSE_ON_EXIT, group_lock(8))->trace = trace_of("x", 1);
	misuse(&h, IG_MISUSE_ON_EXIT, group_lock(8));
	assert_int_equal(judge(&h), IG_FINDINGS);
	assert_int_equal(h.result.nfindings, 6);
	assert_string_equal(ig_rule_name(h.result.findings[0].rule),
			    "lock-recursion");
	assert_string_equal(ig_rule_name(h.result.findings[1].rule),
			    "held-on-exit");
	assert_non_null(strstr(h.result.findings[1].message,
			       "returned to user space with the group lock"));
	assert_string_equal(ig_rule_name(h.result.findings[2].rule),
			    "held-on-exit");
	assert_non_null(strstr(h.result.findings[2].message,
			       "(pid 77) ended with the group lock"));
	assert_int_equal(h.result.findings[3].count, 2);
	assert_int_equal(h.result.findings[4].count, 1);
	assert_int_equal(h.result.findings[5].count, 1);
}

static void held_for_long(void **state)
{
	const struct ig_finding *f;

	(void)state;
	misuse(&h, IG_MISUSE_TOO_LONG, group_lock(7))->ns = 20 * 1000000;
	misuse(&h, IG_MISUSE_TOO_LONG, group_lock(7))->ns = 10002000000;
	locks.misuses[1].trace = trace_of("x", 5);
	misuse(&h, IG_MISUSE_TOO_LONG, group_lock(7))->ns = 30 * 1000000;
	assert_int_equal(judge(&h), IG_FINDINGS);
	f = only(&h, "held-too-long");
	assert_int_equal(f->count, 3);
	assert_ptr_equal(f->trace, locks.misuses[1].trace);
	assert_non_null(strstr(
		f->message,
		"task (pid 5) held the group lock for 10.002 s at the longest, taken by iommu_group_for_each_dev+0x25/0x70, 3 times"));
	h.run.locks.nmisuses = 1;
	judge(&h);
	assert_non_null(strstr(only(&h, "held-too-long")->message,
			       "for 20.000 ms, taken by"));
	assert_non_null(strstr(only(&h, "held-too-long")->message, ", once"));
}

/* A hang, wherever it is. */
static void recursion_of_another_lock(void **state)
{
	(void)state;
	misuse(&h, IG_MISUSE_RECURSION, static_lock("m"));
	assert_int_equal(judge(&h), IG_FINDINGS);
	assert_int_equal(only(&h, "lock-recursion")->group, IG_NO_GROUP);
	assert_string_equal(
		h.result.findings[0].message,
		"modprobe (pid 77) takes m, which it holds already since static_user+0x10/0x20 [m], once");
	misuse(&h, IG_MISUSE_RECURSION, older_lock("f+0x1/0x9"))->trace = NULL;
	assert_int_equal(judge(&h), IG_FINDINGS);
	assert_int_equal(h.result.nfindings, 2);
	assert_non_null(strstr(h.result.findings[1].message,
			       "a task takes a lock, which it holds already"));
	/* Another one, at the same place in the code. */
	misuse(&h, IG_MISUSE_RECURSION, static_lock("n"));
	judge(&h);
	assert_int_equal(h.result.nfindings, 3);
	h.run.locks.nmisuses--;
	/* Unless it turns out to be a group's. */
	site_pair(&h, 0, older_lock("f+0x1/0x9").key);
	assert_int_equal(judge(&h), IG_FINDINGS);
	assert_int_equal(h.result.findings[1].group, IG_NO_GROUP);
	assert_non_null(strstr(h.result.findings[1].message,
			       "a group: a task takes the group lock"));
	locks.misuses[1].lock.addr = group_lock(6).addr;
	nest(&h, group_lock(6), static_lock("n"));
	judge(&h);
	assert_int_equal(h.result.findings[1].group, 6);
}

/* Two readers of one task: a hang when a writer comes in between. */
static void reading_again(void **state)
{
	struct ig_lock sem = reading(static_lock("sem"));

	(void)state;
	misuse(&h, IG_MISUSE_READ_AGAIN, sem);
	assert_int_equal(judge(&h), IG_CLEAN);
	assert_int_equal(h.result.nnotes, 1);
	assert_non_null(strstr(h.result.notes[0].message,
			       "reads sem, which it reads already"));
	written(&h, sem);
	assert_int_equal(judge(&h), IG_FINDINGS);
	assert_non_null(strstr(only(&h, "lock-recursion")->message,
			       "a writer in between"));
}

/* Others read it as well, and the task may have let go of it unseen. */
static void reading_may_have_ended(void **state)
{
	struct ig_lock sem = reading(static_lock("sem"));

	(void)state;
	misuse(&h, IG_MISUSE_RECURSION, sem)->unsure = true;
	assert_int_equal(judge(&h), IG_FINDINGS);
	only(&h, "lock-recursion");
	h.run.locks.skipped = 1;
	assert_int_equal(judge(&h), IG_INCONCLUSIVE);
	assert_int_equal(find_loss(&h, "lock_missed")->count, 1);
	locks.misuses[0].unsure = false;
	assert_int_equal(judge(&h), IG_FINDINGS);
}

static void recursion_of_a_device_lock(void **state)
{
	struct ig_lock lock = device_lock("0000:00:10.0");

	(void)state;
	lock.group = 7;
	misuse(&h, IG_MISUSE_RECURSION, lock);
	assert_int_equal(judge(&h), IG_FINDINGS);
	assert_int_equal(only(&h, "lock-recursion")->group, 7);
	assert_non_null(strstr(h.result.findings[0].message,
			       "takes the lock of a device"));
}

/* Only one who writes makes it hang. */
static void readers_in_a_circle(void **state)
{
	struct ig_lock sem = reading(static_lock("sem"));

	(void)state;
	nest(&h, sem, group_lock(7));
	nest(&h, group_lock(7), sem);
	assert_int_equal(judge(&h), IG_CLEAN);
	assert_int_equal(h.result.nnotes, 1);
	assert_non_null(strstr(h.result.notes[0].message,
			       "sem: taken in a circle with group->mutex"));
	written(&h, sem);
	assert_int_equal(judge(&h), IG_FINDINGS);
	only(&h, "lock-cycle");
	assert_int_equal(h.result.nnotes, 0);
}

static void skipped_probes_are_noted(void **state)
{
	(void)state;
	h.run.locks.skipped = 12;
	assert_int_equal(judge(&h), IG_CLEAN);
	assert_int_equal(h.result.nnotes, 1);
	assert_int_equal(h.result.notes[0].group, IG_NO_GROUP);
	assert_non_null(strstr(h.result.notes[0].message,
			       "skipped lock probes 12 times"));
}

/* What it was may be the other side of a circle. */
static void a_class_that_was_forgotten(void **state)
{
	struct ig_lock a = older_lock("f+0x1/0x9"), b = static_lock("m");

	(void)state;
	a.forgotten = true;
	nest(&h, a, b);
	assert_int_equal(judge(&h), IG_CLEAN);
	nest(&h, b, group_lock(7));
	assert_int_equal(judge(&h), IG_INCONCLUSIVE);
	assert_int_equal(find_loss(&h, "lock_class_forgotten")->count, 1);
	assert_non_null(
		strstr(h.result.notes[0].message, "lock taken in f: locks of"));
	locks.edges[1].from = static_lock("n");
	assert_int_equal(judge(&h), IG_CLEAN);
	nest(&h, group_lock(7), a);
	assert_int_equal(judge(&h), IG_INCONCLUSIVE);
	/* where only locks of one sort are taken, it is of these */
	init_site_pair(&h, "make_a+0x1/0x9", "f+0x1/0x9");
	assert_int_equal(judge(&h), IG_CLEAN);
}

/* The loss counts them; a note says who, what and where. */
static void misses_are_named(void **state)
{
	struct ig_trace other = *a_trace();

	(void)state;
	other.pid = 78;
	loss(&h, "lock_missed", 2);
	loss(&h, "lock_task_older", 1);
	h.run.locks.skipped = 3;
	misuse(&h, IG_MISUSE_MISSED, at(static_lock("m"), "f+0x1/0x9"));
	misuse(&h, IG_MISUSE_MISSED, at(static_lock("m"), "f+0x1/0x9"));
	misuse(&h, IG_MISUSE_OLDER, at(group_lock(7), "g+0x1/0x9"));
	misuse(&h, IG_MISUSE_OLDER, at(group_lock(7), "g+0x1/0x9"))->trace =
		&other;
	assert_int_equal(judge(&h), IG_INCONCLUSIVE);
	assert_int_equal(h.result.nnotes, 4);
	assert_string_equal(h.result.notes[0].message,
			    "the kernel skipped lock probes 3 times");
	assert_string_equal(
		h.result.notes[1].message,
		"modprobe (pid 77) releases m in f+0x1/0x9, which it was not seen to take, 2 times");
	assert_non_null(strstr(h.result.notes[2].message,
			       "takes the group lock in g+0x1/0x9, in a call"));
	assert_non_null(strstr(h.result.notes[3].message,
			       "(pid 78) takes the group lock"));
}

static void locks_only(void **state)
{
	(void)state;
	h.run.audited = IG_AUDIT_LOCKS;
	before(&h, 7, 1, 1);
	after(&h, 7, 3, 1);
	gets(&h, 7, "leak_get+0x1a/0x40 [ig_leak]", 2, 0);
	assert_int_equal(judge(&h), IG_CLEAN);
	misuse(&h, IG_MISUSE_ON_EXIT, group_lock(7));
	assert_int_equal(judge(&h), IG_FINDINGS);
	only(&h, "held-on-exit");
}

/* A leak is judged as ever, and said beside what the locks say. */
static void references_are_judged_as_ever(void **state)
{
	const struct ig_finding *leak;

	(void)state;
	before(&h, 7, 1, 1);
	after(&h, 7, 3, 1);
	gets(&h, 7, "leak_get+0x1a/0x40 [ig_leak]", 2, 0);
	nest(&h, static_lock("m"), group_lock(7));
	nest(&h, group_lock(7), static_lock("m"));
	misuse(&h, IG_MISUSE_ON_EXIT, group_lock(7));
	assert_int_equal(judge(&h), IG_FINDINGS);
	assert_int_equal(h.result.nfindings, 3);
	leak = &h.result.findings[2];
	assert_string_equal(ig_rule_name(leak->rule), "ref-leak");
	assert_int_equal(leak->count, 2);
	assert_int_equal(leak->unattributed, 0);
	assert_suspect(leak, 0, "leak_get+0x1a/0x40 [ig_leak]", 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(no_locks_no_findings),
		test(an_inversion),
		test(the_rarest_edge_is_blamed),
		test(three_locks),
		test(a_cycle_without_a_known_group),
		test(recursion),
		test(events_that_differ),
		test(held_for_long),
		test(recursion_of_another_lock),
		test(reading_again),
		test(reading_may_have_ended),
		test(recursion_of_a_device_lock),
		test(readers_in_a_circle),
		test(skipped_probes_are_noted),
		test(a_class_that_was_forgotten),
		test(misses_are_named),
		test(locks_only),
		test(references_are_judged_as_ever),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
