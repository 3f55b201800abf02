// SPDX-License-Identifier: GPL-2.0
/* Which call site is accused. */
#include "unit/refs/history.h"

#define A "a_get+0x10/0x20 [a]"
#define A_PUT "a_put+0x10/0x20 [a]"
#define B "b_get+0x10/0x20 [b]"
#define B_PUT "b_put+0x10/0x20 [b]"
#define C "c_get+0x10/0x20 [c]"
#define C_PUT "c_put+0x10/0x20 [c]"
#define KERNEL "some_device_group+0x10/0x20"

static struct history h;

static int begin(void **state)
{
	(void)state;
	start(&h);
	before(&h, 1, 1, 1);
	return 0;
}

static int end(void **state)
{
	(void)state;
	finish(&h);
	return 0;
}

static void one_in_a_thousand(void **state)
{
	const struct ig_finding *f;

	(void)state;
	after(&h, 1, 2, 1);
	gets(&h, 1, B, 5000, 5000);
	puts_(&h, 1, B_PUT, 5000, 5000);
	gets(&h, 1, A, 1000, 999);
	puts_(&h, 1, A_PUT, 999, 999);
	gets(&h, 1, C, 3000, 3000);
	puts_(&h, 1, C_PUT, 3000, 3000);
	assert_int_equal(judge(&h), IG_FINDINGS);
	f = only(&h, "ref-leak");
	assert_int_equal(f->count, 1);
	assert_int_equal(f->unattributed, 0);
	assert_int_equal(f->nsuspects, 1);
	assert_suspect(f, 0, A, 1);
	assert_non_null(strstr(f->message, "(took 1000, dropped 999)"));
}

static void balanced_hand_off_is_not_suspect(void **state)
{
	const struct ig_finding *f;

	(void)state;
	after(&h, 1, 4, 1);
	gets(&h, 1, A, 1000, 0)->high = a_trace();
	puts_(&h, 1, B_PUT, 1000, 0);
	gets(&h, 1, C, 3, 0);
	judge(&h);
	f = only(&h, "ref-leak");
	assert_int_equal(f->count, 3);
	assert_int_equal(f->nsuspects, 1);
	assert_suspect(f, 0, C, 3);
}

static void hand_off_with_some_missing(void **state)
{
	const struct ig_finding *f;

	(void)state;
	after(&h, 1, 4, 1);
	gets(&h, 1, A, 1000, 0);
	puts_(&h, 1, B_PUT, 997, 0);
	judge(&h);
	f = only(&h, "ref-leak");
	assert_int_equal(f->nsuspects, 1);
	assert_suspect(f, 0, A, 3);
	assert_string_equal(f->suspects[0].partner, B_PUT);
}

/* B has a put site of its own module, but A is who agrees with it. */
static void equal_numbers_come_first(void **state)
{
	const struct ig_finding *f;

	(void)state;
	after(&h, 1, 1001, 1);
	gets(&h, 1, A, 10, 0);
	gets(&h, 1, B, 1000, 0);
	puts_(&h, 1, B_PUT, 10, 0);
	judge(&h);
	f = only(&h, "ref-leak");
	assert_int_equal(f->nsuspects, 1);
	assert_suspect(f, 0, B, 1000);
}

static void then_the_largest(void **state)
{
	const struct ig_finding *f;

	(void)state;
	after(&h, 1, 9, 1);
	gets(&h, 1, A, 1000, 0);
	gets(&h, 1, B, 5, 0);
	puts_(&h, 1, B_PUT, 997, 0);
	judge(&h);
	f = only(&h, "ref-leak");
	assert_int_equal(f->nsuspects, 2);
	assert_suspect(f, 0, B, 5);
	assert_suspect(f, 1, A, 3);
}

/* What tells A from B happened on groups that are released by now. */
static void the_whole_run_decides(void **state)
{
	const struct ig_finding *f;

	(void)state;
	after(&h, 1, 11, 1);
	gets(&h, 1, A, 10, 0);
	gets(&h, 1, B, 10, 0);
	puts_(&h, 1, B_PUT, 10, 0);
	total(&h, A, 500, 0, 0);
	total(&h, B_PUT, 0, 500, 0);
	total(&h, B, 900, 0, 900);
	judge(&h);
	f = only(&h, "ref-leak");
	assert_int_equal(f->nsuspects, 1);
	assert_suspect(f, 0, B, 10);
}

/* Whatever the order of addresses, so each way round. */
static void suspect_of_equals(const char *one, const char *other,
			      const char *put, const char *suspect)
{
	const struct ig_finding *f;

	start(&h);
	before(&h, 1, 1, 1);
	after(&h, 1, 8, 1);
	gets(&h, 1, one, 7, 0);
	gets(&h, 1, other, 7, 0);
	puts_(&h, 1, put, 7, 0);
	judge(&h);
	f = only(&h, "ref-leak");
	assert_int_equal(f->nsuspects, 1);
	assert_suspect(f, 0, suspect, 7);
	finish(&h);
}

static void names_decide_between_equals(void **state)
{
	(void)state;
	suspect_of_equals(A, B, "b_put+0x1/0x2 [a]", B);
	suspect_of_equals(A, B, "a_put+0x1/0x2 [b]", A);
	suspect_of_equals("x_get+0x1/0x2", "y_get+0x1/0x2", "x_put+0x1/0x2",
			  "y_get+0x1/0x2");
	suspect_of_equals("x_get+0x1/0x2", "y_get+0x1/0x2", "y_put+0x1/0x2",
			  "x_get+0x1/0x2");
}

static void two_put_sites_share_one_get_site(void **state)
{
	const struct ig_finding *f;

	(void)state;
	after(&h, 1, 2, 1);
	gets(&h, 1, A, 1000, 0);
	puts_(&h, 1, A_PUT, 600, 0);
	puts_(&h, 1, B_PUT, 400, 0);
	gets(&h, 1, C, 1, 0);
	judge(&h);
	f = only(&h, "ref-leak");
	assert_int_equal(f->nsuspects, 1);
	assert_suspect(f, 0, C, 1);
}

static void a_put_answers_its_own_group_only(void **state)
{
	const struct ig_finding *f;

	(void)state;
	before(&h, 2, 3, 1);
	after(&h, 1, 3, 1);
	after(&h, 2, 1, 1);
	gets(&h, 1, A, 2, 0);
	puts_(&h, 2, A_PUT, 2, 0);
	judge(&h);
	f = only(&h, "ref-leak");
	assert_int_equal(f->group, 1);
	assert_suspect(f, 0, A, 2);
	assert_null(f->suspects[0].partner);
}

/* The kernel put 50 of them where no probe sees it. */
static void inlined_puts_do_not_hide_the_culprit(void **state)
{
	const struct ig_finding *f;

	(void)state;
	after(&h, 1, 4, 1);
	gets(&h, 1, KERNEL, 50, 0);
	gets(&h, 1, C, 3, 0);
	judge(&h);
	f = only(&h, "ref-leak");
	assert_int_equal(f->count, 3);
	assert_int_equal(f->unattributed, 0);
	assert_int_equal(f->nsuspects, 2);
	assert_suspect(f, 0, C, 3);
	assert_suspect(f, 1, KERNEL, 50);
}

static void what_no_call_took_is_unattributed(void **state)
{
	const struct ig_finding *f;

	(void)state;
	after(&h, 1, 6, 1);
	gets(&h, 1, A, 40, 40)->high = a_trace();
	gets(&h, 1, B, 4, 4);
	gets(&h, 1, C, 2, 0);
	judge(&h);
	f = only(&h, "ref-leak");
	assert_int_equal(f->nsuspects, 2);
	assert_int_equal(f->count, 5);
	assert_int_equal(f->unattributed, 3);
	assert_suspect(f, 0, C, 2);
	assert_suspect(f, 1, A, 0);
	assert_ptr_equal(f->suspects[1].trace, a_trace());
}

static void largest_suspect_first(void **state)
{
	const struct ig_finding *f;

	(void)state;
	after(&h, 1, 7, 1);
	gets(&h, 1, A, 1, 0);
	gets(&h, 1, B, 3, 0);
	gets(&h, 1, C, 2, 0);
	judge(&h);
	f = only(&h, "ref-leak");
	assert_suspect(f, 0, B, 3);
	assert_suspect(f, 1, C, 2);
	assert_suspect(f, 2, A, 1);
}

static void puts_may_be_of_older_references(void **state)
{
	(void)state;
	/* Two from before dropped, two new ones: the count is as it was. */
	h.before[0].kref = 3;
	after(&h, 1, 3, 1);
	gets(&h, 1, A, 2, 0);
	puts_(&h, 1, B_PUT, 2, 0);
	assert_int_equal(judge(&h), IG_INCONCLUSIVE);
	assert_int_equal(find_loss(&h, "older_replaced")->count, 2);
}

static void the_same_site_twice_comes_to_an_end(void **state)
{
	(void)state;
	after(&h, 1, 4, 1);
	gets(&h, 1, A, 4, 0);
	gets(&h, 1, A, 5, 0);
	puts_(&h, 1, A_PUT, 3, 0);
	puts_(&h, 1, A_PUT, 3, 0);
	judge(&h);
	only(&h, "ref-leak");
}

#define test(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(one_in_a_thousand),
		test(balanced_hand_off_is_not_suspect),
		test(hand_off_with_some_missing),
		test(equal_numbers_come_first),
		test(then_the_largest),
		test(the_whole_run_decides),
		test(names_decide_between_equals),
		test(two_put_sites_share_one_get_site),
		test(a_put_answers_its_own_group_only),
		test(inlined_puts_do_not_hide_the_culprit),
		test(what_no_call_took_is_unattributed),
		test(largest_suspect_first),
		test(the_same_site_twice_comes_to_an_end),
		test(puts_may_be_of_older_references),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
