// SPDX-License-Identifier: GPL-2.0
/* References from before the run, which a put may have dropped. */
#include "unit/refs/one_history.h"

#define HELD_GET "holder_take+0x5/0x10 [ig_holder]"
#define HELD_PUT "holder_drop+0x5/0x10 [ig_holder]"
#define LEAK "leak_get+0x1a/0x40 [ig_leak]"
#define DOUBLE_GET "double_get+0x2b/0x50 [ig_double]"
#define DOUBLE_PUT "double_put+0x2b/0x50 [ig_double]"

static struct ig_site_count *at(struct ig_site_count *site, unsigned int first,
				unsigned int last)
{
	site->first_event = first;
	site->last_event = last;
	return site;
}

/* @n external references when one more was taken, @seen times that few. */
static void least(int n, unsigned int seen)
{
	h.after[0].least = n;
	h.after[0].least_seen = seen;
}

static struct ig_trace *unbinding(void)
{
	static char *frames[] = {
		(char *)"drv_remove+0x5/0x10 [ig_holder]",
		(char *)"pci_device_remove+0x3b/0xa0",
		(char *)"device_release_driver_internal+0x19e/0x200"
	};
	static struct ig_trace trace = { frames, 3, 9, "sh" };

	return &trace;
}

/* The number is the same, the references are not. */
static void dropped_then_leaked(void **state)
{
	(void)state;
	before(&h, 7, 2, 1);
	after(&h, 7, 2, 1);
	least(0, 1);
	at(puts_(&h, 7, HELD_PUT, 1, 0), 1, 1)->module_alive = false;
	at(gets(&h, 7, LEAK, 1, 0), 2, 2);
	assert_int_equal(judge(&h), IG_FINDINGS);
	assert_int_equal(only(&h, "ref-leak")->count, 1);
	assert_suspect(only(&h, "ref-leak"), 0, LEAK, 1);
}

static void leaked_then_dropped(void **state)
{
	(void)state;
	before(&h, 7, 2, 1);
	after(&h, 7, 2, 1);
	least(1, 1);
	at(gets(&h, 7, LEAK, 1, 0), 1, 1);
	at(puts_(&h, 7, HELD_PUT, 1, 0), 2, 2)->module_alive = false;
	assert_int_equal(judge(&h), IG_INCONCLUSIVE);
	assert_int_equal(find_loss(&h, "older_replaced")->count, 1);
}

/* With nothing older about, the other task's put can only answer the get. */
static void handed_over(void **state)
{
	(void)state;
	before(&h, 7, 1, 1);
	after(&h, 7, 1, 1);
	least(0, 1);
	at(gets(&h, 7, LEAK, 1, 0), 1, 1);
	at(puts_(&h, 7, HELD_PUT, 1, 0), 2, 2);
	assert_int_equal(judge(&h), IG_CLEAN);
}

/* Two sites that move together over and over belong together. */
static void handed_over_beside_an_older_one(void **state)
{
	(void)state;
	before(&h, 7, 2, 1);
	after(&h, 7, 2, 1);
	least(1, 50);
	at(gets(&h, 7, LEAK, 50, 0), 1, 99);
	at(puts_(&h, 7, HELD_PUT, 50, 0), 2, 100);
	assert_int_equal(judge(&h), IG_CLEAN);
}

static void put_twice_beside_an_older_one(void **state)
{
	(void)state;
	before(&h, 7, 2, 1);
	after(&h, 7, 1, 1);
	least(1, 1);
	at(gets(&h, 7, DOUBLE_GET, 1, 1), 1, 1);
	at(puts_(&h, 7, DOUBLE_PUT, 2, 1), 2, 3);
	assert_int_equal(judge(&h), IG_INCONCLUSIVE);
	assert_int_equal(find_loss(&h, "older_dropped")->count, 1);
	assert_non_null(strstr(h.result.notes[1].message, DOUBLE_PUT));
}

static void holder_has_left(void **state)
{
	(void)state;
	before(&h, 7, 3, 1);
	after(&h, 7, 2, 1);
	puts_(&h, 7, HELD_PUT, 1, 0)->module_alive = false;
	assert_int_equal(judge(&h), IG_CLEAN);
	assert_int_equal(h.result.nnotes, 1);
	assert_non_null(strstr(h.result.notes[0].message, "from before"));
}

static void driver_was_unbound(void **state)
{
	struct ig_site_count *put;

	(void)state;
	before(&h, 7, 2, 1);
	after(&h, 7, 1, 1);
	put = puts_(&h, 7, HELD_PUT, 1, 0);
	assert_int_equal(judge(&h), IG_INCONCLUSIVE);
	put->first = unbinding();
	assert_int_equal(judge(&h), IG_CLEAN);
}

/* The same code drops its own and takes another: that need be no leak. */
static void taken_again_by_the_same(void **state)
{
	(void)state;
	before(&h, 7, 2, 1);
	after(&h, 7, 2, 1);
	least(0, 1);
	at(puts_(&h, 7, HELD_PUT, 1, 0), 1, 1)->first = unbinding();
	at(gets(&h, 7, HELD_GET, 1, 0), 2, 2);
	assert_int_equal(judge(&h), IG_INCONCLUSIVE);
	assert_int_equal(find_loss(&h, "older_replaced")->count, 1);
}

static struct ig_site_count *turning(unsigned int seen)
{
	struct ig_site_count *get = gets(&h, 7, LEAK, 1000, 999);

	before(&h, 7, 1, 1);
	after(&h, 7, 2, 1);
	least(0, seen);
	get->late_gets = 20;
	puts_(&h, 7, HELD_PUT, 999, 999)->late_puts = 20;
	return get;
}

static void in_flight(void **state)
{
	struct ig_site_count *get;

	(void)state;
	get = turning(1);
	assert_int_equal(judge(&h), IG_CLEAN);
	assert_int_equal(h.result.nheld, 1);
	assert_string_equal(h.result.held[0].holder, "in flight");
	/* It has stopped: then what is left is left. */
	get->late_gets = 0;
	assert_int_equal(judge(&h), IG_FINDINGS);
}

/* It came back to nothing many times, and then did not. */
static void leak_among_what_goes_on(void **state)
{
	(void)state;
	turning(500);
	assert_int_equal(judge(&h), IG_INCONCLUSIVE);
	assert_int_equal(find_loss(&h, "in_flight")->count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(dropped_then_leaked),
		test(leaked_then_dropped),
		test(handed_over),
		test(handed_over_beside_an_older_one),
		test(put_twice_beside_an_older_one),
		test(holder_has_left),
		test(driver_was_unbound),
		test(taken_again_by_the_same),
		test(in_flight),
		test(leak_among_what_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
