/* SPDX-License-Identifier: GPL-2.0 */
/* A run that each test begins anew. */
#ifndef TESTS_UNIT_ONE_HISTORY_H
#define TESTS_UNIT_ONE_HISTORY_H

#include "unit/refs/history.h"

static struct history h;

static int begin(void **state)
{
	(void)state;
	start(&h);
	return 0;
}

static int end(void **state)
{
	(void)state;
	finish(&h);
	return 0;
}

#define test(name) cmocka_unit_test_setup_teardown(name, begin, end)

#endif /* TESTS_UNIT_ONE_HISTORY_H */
