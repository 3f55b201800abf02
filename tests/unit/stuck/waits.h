/* SPDX-License-Identifier: GPL-2.0 */
/* Who waits for whom, by hand. */
#ifndef TESTS_UNIT_STUCK_WAITS_H
#define TESTS_UNIT_STUCK_WAITS_H

#include <stdio.h>

#include "stuck/stuck.h"
#include "unit/refs/history.h"
#include "unit/text.h"

static struct history h;

/* What is added here is not the run's to free. */
static struct ig_wait_task tasks[16];
static struct ig_wait_lock wait_locks[16];
static struct ig_wait_hold holds[16];
static struct ig_trace traces[16];
static char *frames[16][1];

static int begin(void **state)
{
	(void)state;
	start(&h);
	h.run.audited = IG_AUDIT_STUCK;
	h.run.waits = (struct ig_wait_run){ .tasks = tasks,
					    .locks = wait_locks,
					    .holds = holds };
	return 0;
}

static int end(void **state)
{
	(void)state;
	h.run.waits = (struct ig_wait_run){};
	finish(&h);
	return 0;
}

/* A task that sleeps, and has slept in the look before. */
static struct ig_wait_task *sleeper(uint64_t id)
{
	size_t n = h.run.waits.ntasks++;

	frames[n][0] = (char *)"msleep+0x2d/0x40";
	traces[n] = (struct ig_trace){ frames[n], 1, id, "task" };
	tasks[n] = (struct ig_wait_task){ .task = id,
					  .tgid = id,
					  .state = "D",
					  .switches = 5,
					  .lasts = true,
					  .trace = &traces[n] };
	return &tasks[n];
}

static struct ig_wait_task *waiter(uint64_t id, enum ig_wait_kind kind,
				   uint64_t on)
{
	struct ig_wait_task *t = sleeper(id);

	t->kind = kind;
	t->on = on;
	return t;
}

static struct ig_wait_task *gone(uint64_t id)
{
	struct ig_wait_task *t = sleeper(id);

	t->state[0] = 'X';
	t->trace = NULL;
	return t;
}

static void lock(uint64_t addr, int group, const char *name)
{
	wait_locks[h.run.waits.nlocks++] = (struct ig_wait_lock){
		.addr = addr, .group = group, .name = (char *)name
	};
}

static void held(uint64_t addr, uint64_t by, enum ig_hold_proof proof)
{
	holds[h.run.waits.nholds++] = (struct ig_wait_hold){ addr, by, proof };
}

#define test(name) cmocka_unit_test_setup_teardown(name, begin, end)

#endif /* TESTS_UNIT_STUCK_WAITS_H */
