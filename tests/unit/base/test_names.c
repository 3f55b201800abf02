// SPDX-License-Identifier: GPL-2.0
/* Names that are kept by address. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/names.h"

/** MANY - more than the table begins with */
#define MANY 3000

static uint64_t address(unsigned int i)
{
	return 0xffffffff81000000 + 16 * i;
}

static void test_empty(void **state)
{
	struct ig_names names = {};

	(void)state;
	assert_null(ig_names_get(&names, 0));
	assert_null(ig_names_get(&names, address(0)));
	ig_names_free(&names);
}

static void test_many(void **state)
{
	struct ig_names names = {};
	char text[16];
	unsigned int i;

	(void)state;
	for (i = 0; i < MANY; i++) {
		snprintf(text, sizeof(text), "f%u", i);
		ig_names_put(&names, address(i), text);
	}
	assert_int_equal(names.n, MANY);
	for (i = 0; i < MANY; i++) {
		snprintf(text, sizeof(text), "f%u", i);
		assert_string_equal(ig_names_get(&names, address(i)), text);
		assert_null(ig_names_get(&names, address(i) + 1));
	}
	ig_names_free(&names);
	assert_null(ig_names_get(&names, address(0)));
}

static void test_again(void **state)
{
	struct ig_names names = {};

	(void)state;
	ig_names_put(&names, 1, "first");
	ig_names_put(&names, 1, "second");
	assert_string_equal(ig_names_get(&names, 1), "first");
	assert_int_equal(names.n, 1);
	ig_names_free(&names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
