/* SPDX-License-Identifier: GPL-2.0 */
/* Looking at the order of hand-written locks. */
#ifndef TESTS_UNIT_LOCK_ORDER_H
#define TESTS_UNIT_LOCK_ORDER_H

#include "locks/locks.h"
#include "locks/print.h"
#include "unit/locks/seen_locks.h"

static struct history h;
static struct locks locks;
static struct ig_lock_order order;
static struct ig_lock_cycle *cycles;
static size_t ncycles;

static int setup(void **state)
{
	(void)state;
	start_locks(&h, &locks);
	return 0;
}

static inline void drop(void)
{
	ig_lock_cycles_free(cycles, ncycles);
	cycles = NULL;
	ncycles = 0;
	ig_lock_order_free(&order);
}

static int teardown(void **state)
{
	(void)state;
	drop();
	return 0;
}

static inline void look(void)
{
	drop();
	assert_int_equal(ig_lock_order(&h.run.locks, &order), 0);
	assert_int_equal(ig_lock_cycles(&order, &cycles, &ncycles), 0);
}

static inline const struct ig_lock_step *step_of(const char *from,
						 const char *to)
{
	size_t i;

	for (i = 0; i < order.nsteps; i++)
		if (!strcmp(order.classes[order.steps[i].from].name, from) &&
		    !strcmp(order.classes[order.steps[i].to].name, to))
			return &order.steps[i];
	return NULL;
}

#endif /* TESTS_UNIT_LOCK_ORDER_H */
