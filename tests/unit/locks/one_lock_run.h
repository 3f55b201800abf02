/* SPDX-License-Identifier: GPL-2.0 */
/* Locks of a run that each test begins anew. */
#ifndef TESTS_UNIT_ONE_LOCK_RUN_H
#define TESTS_UNIT_ONE_LOCK_RUN_H

#include "unit/locks/seen_locks.h"

static struct history h;
static struct locks locks;

static int begin(void **state)
{
	(void)state;
	start_locks(&h, &locks);
	return 0;
}

static int end(void **state)
{
	(void)state;
	finish(&h);
	return 0;
}

#define test(name) cmocka_unit_test_setup_teardown(name, begin, end)

#endif /* TESTS_UNIT_ONE_LOCK_RUN_H */
