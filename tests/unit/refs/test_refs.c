// SPDX-License-Identifier: GPL-2.0
/* From histories to verdicts. */
#include "unit/refs/one_history.h"

#define LEAK "leak_get+0x1a/0x40 [ig_leak]"
#define DROP "double_put+0x2b/0x50 [ig_double]"

static void no_groups_at_all(void **state)
{
	struct ig_run empty = {};

	(void)state;
	assert_int_equal(judge(&h), IG_CLEAN);
	finish(&h);
	assert_int_equal(ig_analyse(&empty, &h.result), 0);
	assert_int_equal(h.result.verdict, IG_CLEAN);
}

static void balanced(void **state)
{
	(void)state;
	before(&h, 0, 1, 1);
	before(&h, 7, 3, 3);
	after(&h, 0, 1, 1);
	after(&h, 7, 3, 3);
	gets(&h, 7, LEAK, 100, 100);
	puts_(&h, 7, DROP, 100, 100);
	assert_int_equal(judge(&h), IG_CLEAN);
	assert_int_equal(h.result.nnotes, 0);
}

static void leak(void **state)
{
	const struct ig_finding *f;

	(void)state;
	before(&h, 7, 2, 2);
	after(&h, 7, 5, 2);
	gets(&h, 7, LEAK, 1003, 1000)->high = a_trace();
	assert_int_equal(judge(&h), IG_FINDINGS);
	f = only(&h, "ref-leak");
	assert_int_equal(f->group, 7);
	assert_int_equal(f->count, 3);
	assert_int_equal(f->unattributed, 0);
	assert_suspect(f, 0, LEAK, 3);
	assert_ptr_equal(f->suspects[0].trace, a_trace());
	assert_int_equal(f->ndevices, 2);
	assert_string_equal(f->devices[1], "0000:00:02.1");
	assert_string_equal(
		f->message,
		"group 7 (0000:00:02.0 and 1 more): 3 references leaked, all taken by " LEAK
		" (took 1003, dropped 1000)");
}

static void leak_that_nobody_was_seen_to_take(void **state)
{
	const struct ig_finding *f;

	(void)state;
	before(&h, 7, 1, 1);
	after(&h, 7, 2, 1);
	judge(&h);
	f = only(&h, "ref-leak");
	assert_int_equal(f->unattributed, 1);
	assert_int_equal(f->nsuspects, 0);
}

static void devices_bring_their_own_references(void **state)
{
	(void)state;
	before(&h, 7, 1, 1);
	after(&h, 7, 3, 3);
	assert_int_equal(judge(&h), IG_CLEAN);
	assert_int_equal(h.result.nnotes, 0);
}

static void references_from_before_the_trace(void **state)
{
	(void)state;
	before(&h, 7, 4, 1);
	after(&h, 7, 4, 1);
	assert_int_equal(judge(&h), IG_CLEAN);
}

static void zombie(void **state)
{
	const struct ig_finding *f;

	(void)state;
	before(&h, 7, 1, 1);
	after(&h, 7, 1, 0);
	gets(&h, 7, LEAK, 1, 0);
	judge(&h);
	assert_int_equal(h.result.nfindings, 2);
	/* It says more than that it leaks, so it comes first. */
	assert_string_equal(ig_rule_name(h.result.findings[1].rule),
			    "ref-leak");
	f = &h.result.findings[0];
	assert_string_equal(ig_rule_name(f->rule), "zombie-group");
	assert_suspect(f, 0, LEAK, 1);
	/* The devices that it had. */
	assert_int_equal(f->ndevices, 1);
}

static void listed_after_removal(void **state)
{
	(void)state;
	before(&h, 7, 2, 2);
	after(&h, 7, 2, 2)->removed_listed = 1;
	assert_int_equal(judge(&h), IG_FINDINGS);
	assert_string_equal(ig_rule_name(h.result.findings[0].rule),
			    "device-unbalanced");
	assert_int_equal(h.result.findings[0].count, 1);
}

/* It was added while the map had no room for it. */
static void unknown_device_after_a_full_map(void **state)
{
	(void)state;
	before(&h, 7, 2, 2);
	after(&h, 7, 1, 1);
	violation(&h, 7, IG_VIOL_REMOVED_UNKNOWN, 0);
	loss(&h, "device_map_full", 1);
	assert_int_equal(judge(&h), IG_INCONCLUSIVE);
	assert_int_equal(h.result.nfindings, 0);
}

static void zombie_from_before_is_a_note(void **state)
{
	(void)state;
	before(&h, 7, 1, 0);
	after(&h, 7, 1, 0);
	assert_int_equal(judge(&h), IG_CLEAN);
	assert_int_equal(h.result.nnotes, 1);
}

static void zombie_from_before_can_still_leak(void **state)
{
	(void)state;
	before(&h, 7, 1, 0);
	after(&h, 7, 2, 0);
	judge(&h);
	only(&h, "ref-leak");
}

static void double_put_caught_in_the_act(void **state)
{
	const struct ig_finding *f;

	(void)state;
	before(&h, 7, 1, 1);
	after(&h, 7, 0, 1);
	puts_(&h, 7, DROP, 2, 0);
	violation(&h, 7, IG_VIOL_PUT_BELOW_DEVICES, 0x10);
	violation(&h, 7, IG_VIOL_PUT_BELOW_ZERO, 0x10);
	judge(&h);
	f = only(&h, "ref-underflow");
	assert_int_equal(f->count, 2);
	assert_non_null(f->trace);
	assert_non_null(strstr(f->message, DROP));
}

static void each_site_of_a_double_put(void **state)
{
	(void)state;
	before(&h, 7, 1, 1);
	violation(&h, 7, IG_VIOL_PUT_BELOW_DEVICES, 0x10);
	violation(&h, 7, IG_VIOL_PUT_BELOW_DEVICES, 0x20);
	violation(&h, 8, IG_VIOL_PUT_BELOW_DEVICES, 0x10);
	violation(&h, 7, IG_VIOL_RELEASED_WITH_DEVICES, 0x10);
	judge(&h);
	assert_int_equal(h.result.nfindings, 4);
}

static void double_put_seen_by_the_count_only(void **state)
{
	const struct ig_finding *f;

	(void)state;
	before(&h, 7, 3, 3);
	after(&h, 7, 1, 3);
	puts_(&h, 7, "innocent_put+0x1/0x2 [x]", 90, 90);
	puts_(&h, 7, DROP, 12, 10)->first = a_trace();
	judge(&h);
	f = only(&h, "ref-underflow");
	assert_int_equal(f->count, 2);
	assert_int_equal(f->nsuspects, 1);
	assert_suspect(f, 0, DROP, 2);
	assert_ptr_equal(f->suspects[0].trace, a_trace());
}

static void underflow_from_before_is_a_note(void **state)
{
	(void)state;
	before(&h, 7, 2, 3);
	after(&h, 7, 2, 3);
	assert_int_equal(judge(&h), IG_CLEAN);
	assert_int_equal(h.result.nnotes, 1);
	h.after[0].kref = 1;
	assert_int_equal(judge(&h), IG_FINDINGS);
}

static void another_group_of_that_number_misused(void **state)
{
	(void)state;
	violation(&h, 9, IG_VIOL_USE_AFTER_RELEASE, 0x10);
	violation(&h, 9, IG_VIOL_USE_AFTER_RELEASE, 0x10)->raw.gen++;
	judge(&h);
	assert_int_equal(h.result.nfindings, 2);
}

static void use_after_release(void **state)
{
	const struct ig_finding *f;

	(void)state;
	violation(&h, 9, IG_VIOL_USE_AFTER_RELEASE, 0x10);
	assert_int_equal(judge(&h), IG_FINDINGS);
	f = only(&h, "use-after-release");
	assert_int_equal(f->group, 9);
	assert_int_equal(f->count, 1);
}

static void devices_unbalanced(void **state)
{
	(void)state;
	strcpy(violation(&h, 9, IG_VIOL_ADDED_TWICE, 0)->raw.device, "dev7");
	strcpy(violation(&h, 9, IG_VIOL_ADDED_TWICE, 0)->raw.device, "dev8");
	violation(&h, 9, IG_VIOL_REMOVED_UNKNOWN, 0);
	violation(&h, 9, IG_VIOL_STILL_LISTED, 0);
	judge(&h);
	assert_int_equal(h.result.nfindings, 3);
	assert_string_equal(ig_rule_name(h.result.findings[0].rule),
			    "device-unbalanced");
	assert_string_equal(ig_rule_name(h.result.findings[2].rule),
			    "device-unbalanced");
	assert_int_equal(h.result.findings[0].ndevices, 2);
	assert_string_equal(h.result.findings[0].devices[1], "dev8");
}

static void unknown_violation_is_not_lost(void **state)
{
	(void)state;
	violation(&h, 9, 99, 0);
	assert_int_equal(judge(&h), IG_INCONCLUSIVE);
}

static void released_and_made_again(void **state)
{
	const struct ig_finding *f;
	struct ig_group_state *g;

	(void)state;
	before(&h, 7, 3, 1);
	g = after(&h, 7, 2, 1);
	g->gen = 500;
	gets(&h, 7, LEAK, 1, 0)->gen = 500;
	/* What the old one had open is gone with it. */
	gets(&h, 7, DROP, 9, 0);
	judge(&h);
	f = only(&h, "ref-leak");
	assert_int_equal(f->count, 1);
	assert_int_equal(f->nsuspects, 1);
	assert_suspect(f, 0, LEAK, 1);
}

static void same_number_at_another_address(void **state)
{
	(void)state;
	before(&h, 7, 2, 1);
	after(&h, 7, 2, 1)->addr += 0x800;
	judge(&h);
	only(&h, "ref-leak");
}

static void made_in_the_workload_and_clean(void **state)
{
	(void)state;
	before(&h, 1, 1, 1);
	after(&h, 1, 1, 1);
	after(&h, 9, 2, 2);
	assert_int_equal(judge(&h), IG_CLEAN);
}

static void released_in_the_workload(void **state)
{
	(void)state;
	before(&h, 1, 1, 1);
	before(&h, 7, 3, 2);
	after(&h, 1, 1, 1);
	total(&h, LEAK, 8, 0, 8);
	assert_int_equal(judge(&h), IG_CLEAN);
}

static void group_without_a_record_has_no_sites(void **state)
{
	(void)state;
	before(&h, 7, 1, 1)->gen = 0;
	after(&h, 7, 2, 1)->gen = 0;
	gets(&h, 7, LEAK, 1, 0)->gen = 0;
	judge(&h);
	assert_int_equal(only(&h, "ref-leak")->unattributed, 1);
}

static struct ig_attach_count *attached(const char *symbol, uint64_t attaches,
					uint64_t detaches, bool alive)
{
	struct ig_attach_count *a = &h.attaches[h.run.nattaches++];

	*a = (struct ig_attach_count){ .group = 7,
				       .gen = 107,
				       .symbol = (char *)symbol,
				       .attaches = attaches,
				       .detaches = detaches,
				       .module_alive = alive,
				       .trace = a_trace() };
	return a;
}

static void attached_and_gone(void **state)
{
	(void)state;
	before(&h, 7, 1, 1);
	after(&h, 7, 1, 1)->foreign_domain = true;
	attached("att+0x1/0x2 [gone]", 3, 2, false);
	judge(&h);
	assert_ptr_equal(only(&h, "attach-unbalanced")->trace, a_trace());
}

/* Somebody else detached what it had attached. */
static void attached_here_and_detached_there(void **state)
{
	(void)state;
	before(&h, 7, 1, 1);
	after(&h, 7, 1, 1)->foreign_domain = true;
	attached("att+0x1/0x2 [gone]", 3, 0, false);
	attached("det+0x1/0x2 [here]", 0, 3, true);
	assert_int_equal(judge(&h), IG_CLEAN);
}

/* Each of these alone makes it right. */
static void attached_and_right(void **state)
{
	struct ig_group_state *g, *b;

	(void)state;
	b = before(&h, 7, 1, 1);
	g = after(&h, 7, 1, 1);
	g->foreign_domain = true;
	attached("att+0x1/0x2 [here]", 3, 2, true);
	assert_int_equal(judge(&h), IG_CLEAN);
	h.attaches[0].module_alive = false;
	assert_int_equal(judge(&h), IG_FINDINGS);
	g->owned = true;
	g->owner_cnt = 1;
	assert_int_equal(judge(&h), IG_CLEAN);
	g->owned = false;
	g->devices[0].driver = (char *)"e1000e";
	assert_int_equal(judge(&h), IG_CLEAN);
	g->devices[0].driver = NULL;
	b->foreign_domain = true;
	assert_int_equal(judge(&h), IG_CLEAN);
	b->foreign_domain = false;
	g->foreign_domain = false;
	assert_int_equal(judge(&h), IG_CLEAN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(no_groups_at_all),
		test(balanced),
		test(leak),
		test(leak_that_nobody_was_seen_to_take),
		test(devices_bring_their_own_references),
		test(references_from_before_the_trace),
		test(zombie),
		test(listed_after_removal),
		test(unknown_device_after_a_full_map),
		test(zombie_from_before_is_a_note),
		test(zombie_from_before_can_still_leak),
		test(double_put_caught_in_the_act),
		test(each_site_of_a_double_put),
		test(double_put_seen_by_the_count_only),
		test(underflow_from_before_is_a_note),
		test(another_group_of_that_number_misused),
		test(use_after_release),
		test(devices_unbalanced),
		test(unknown_violation_is_not_lost),
		test(released_and_made_again),
		test(same_number_at_another_address),
		test(made_in_the_workload_and_clean),
		test(released_in_the_workload),
		test(group_without_a_record_has_no_sites),
		test(attached_and_gone),
		test(attached_and_right),
		test(attached_here_and_detached_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
