// SPDX-License-Identifier: GPL-2.0
/* Locks that are taken in a circle. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "unit/locks/order.h"

/* A cycle is what its description says, and its edges fit its steps. */
static void assert_cycle(size_t at, size_t n)
{
	const struct ig_lock_cycle *c;
	size_t i;

	assert_true(at < ncycles);
	c = &cycles[at];
	assert_int_equal(c->nsteps, n);
	assert_int_equal(order.steps[c->steps[0]].from, 0);
	for (i = 0; i < n; i++) {
		const struct ig_lock_step *now = &order.steps[c->steps[i]];
		const struct ig_lock_step *next =
			&order.steps[c->steps[(i + 1) % n]];
		const struct ig_lock_edge *e = c->edges[i];

		assert_int_equal(now->to, next->from);
		assert_true(now->in_cycle);
		assert_true(e == now->modes[0] || e == now->modes[1] ||
			    e == now->modes[2] || e == now->modes[3]);
		assert_false(e->to.read && c->edges[(i + 1) % n]->from.read &&
			     !order.classes[now->to].written);
	}
}

static void no_group_lock_at_all(void **state)
{
	(void)state;
	nest(&h, static_lock("a"), static_lock("b"));
	nest(&h, static_lock("b"), static_lock("a"));
	look();
	assert_string_equal(order.classes[0].name, "a");
	assert_int_equal(order.nsteps, 2);
	assert_int_equal(ncycles, 0);
}

static void ab_ba(void **state)
{
	(void)state;
	nest(&h, static_lock("m"), group_lock(1));
	nest(&h, group_lock(2), static_lock("m"));
	look();
	assert_int_equal(ncycles, 1);
	assert_cycle(0, 2);
	assert_true(step_of("m", "group->mutex")->in_cycle);
}

static void three_in_a_circle(void **state)
{
	(void)state;
	nest(&h, static_lock("a"), group_lock(1));
	nest(&h, group_lock(1), static_lock("b"));
	nest(&h, static_lock("b"), static_lock("a"));
	nest(&h, static_lock("b"), static_lock("c"));
	look();
	assert_int_equal(ncycles, 1);
	assert_cycle(0, 3);
	assert_false(step_of("b", "c")->in_cycle);
}

/* One for each way out of the group lock, the shortest first. */
static void one_cycle_for_each_step(void **state)
{
	(void)state;
	nest(&h, group_lock(1), static_lock("a"));
	nest(&h, static_lock("a"), static_lock("b"));
	nest(&h, static_lock("b"), static_lock("c"));
	nest(&h, static_lock("c"), group_lock(1));
	nest(&h, static_lock("b"), group_lock(1));
	nest(&h, group_lock(1), static_lock("b"));
	nest(&h, group_lock(1), static_lock("d"));
	look();
	assert_int_equal(ncycles, 2);
	assert_cycle(0, 2);
	assert_cycle(1, 3);
	assert_false(step_of("c", "group->mutex")->in_cycle);
}

static void others_have_cycles_of_their_own(void **state)
{
	(void)state;
	nest(&h, group_lock(1), static_lock("a"));
	nest(&h, static_lock("a"), static_lock("b"));
	nest(&h, static_lock("b"), static_lock("a"));
	nest(&h, static_lock("c"), static_lock("d"));
	nest(&h, static_lock("d"), static_lock("c"));
	nest(&h, static_lock("d"), group_lock(1));
	look();
	assert_int_equal(ncycles, 0);
	assert_false(step_of("a", "b")->in_cycle);
}

static void a_class_in_itself_is_no_cycle(void **state)
{
	(void)state;
	nest(&h, group_lock(1), group_lock(2));
	nest(&h, group_lock(2), group_lock(1));
	nest(&h, static_lock("a"), static_lock("a"));
	nest(&h, group_lock(1), older_lock("f+0x1/0x9"));
	nest(&h, older_lock("f+0x1/0x9"), older_lock("f+0x1/0x9"));
	look();
	assert_int_equal(order.nsteps, 1);
	assert_int_equal(ncycles, 0);
}

static void only_readers(void **state)
{
	struct ig_lock sem = reading(static_lock("sem"));

	(void)state;
	nest(&h, sem, group_lock(1));
	nest(&h, group_lock(1), sem);
	look();
	assert_int_equal(ncycles, 0);
}

/* With a writer in between, which may be anywhere. */
static void readers_behind_a_writer(void **state)
{
	struct ig_lock sem = reading(static_lock("sem"));

	(void)state;
	nest(&h, sem, group_lock(1));
	nest(&h, group_lock(1), sem);
	written(&h, sem);
	look();
	assert_int_equal(ncycles, 1);
	assert_cycle(0, 2);
	/* of another lock */
	locks.uses[0].key++;
	look();
	assert_int_equal(ncycles, 0);
	/* tried under something */
	nest(&h, static_lock("m"), static_lock("sem"));
	look();
	assert_int_equal(ncycles, 1);
}

static void two_locks_of_readers(void **state)
{
	struct ig_lock a = reading(static_lock("a"));
	struct ig_lock b = reading(static_lock("b"));

	(void)state;
	nest(&h, group_lock(1), a);
	nest(&h, a, b);
	nest(&h, b, group_lock(1));
	written(&h, a);
	look();
	assert_int_equal(ncycles, 0);
	written(&h, b);
	look();
	assert_int_equal(ncycles, 1);
	assert_cycle(0, 3);
}

static void a_reader_and_a_writer(void **state)
{
	struct ig_lock sem = static_lock("sem");

	(void)state;
	nest(&h, reading(sem), group_lock(1));
	nest(&h, group_lock(1), sem);
	look();
	assert_int_equal(ncycles, 1);
	assert_cycle(0, 2);

	locks.edges[0].from.read = false;
	locks.edges[1].to.read = true;
	look();
	assert_int_equal(ncycles, 1);
	assert_cycle(0, 2);
}

/* Of the edges of a step, that of a writer is the one that counts; it got the
 * lock by a trylock, so nobody waits to write. */
static void readers_and_one_writer(void **state)
{
	struct ig_lock sem = static_lock("sem");

	(void)state;
	nest(&h, reading(sem), group_lock(1))->count = 1000;
	nest(&h, group_lock(1), reading(sem))->count = 1000;
	nest(&h, sem, group_lock(1));
	look();
	assert_int_equal(ncycles, 1);
	assert_cycle(0, 2);
	assert_ptr_equal(cycles[0].edges[1], &locks.edges[2]);
	assert_ptr_equal(step_of("sem", "group->mutex")->edge, &locks.edges[0]);
}

/* Whoever waits for a writer may as well be shown waiting for that. */
static void writers_come_first(void **state)
{
	struct ig_lock sem = static_lock("sem");

	(void)state;
	nest(&h, reading(sem), group_lock(1));
	nest(&h, sem, group_lock(1));
	nest(&h, group_lock(1), sem);
	nest(&h, group_lock(1), reading(sem));
	look();
	assert_cycle(0, 2);
	assert_ptr_equal(cycles[0].edges[0], &locks.edges[2]);
	assert_ptr_equal(cycles[0].edges[1], &locks.edges[1]);
}

/* It is a mutex, whatever an edge says. */
static void the_group_lock_has_no_readers(void **state)
{
	(void)state;
	nest(&h, static_lock("m"), reading(group_lock(1)));
	nest(&h, group_lock(1), static_lock("m"));
	look();
	assert_int_equal(ncycles, 1);
}

/* Nobody waits for what is only held for writing; that takes a trylock. */
static void a_writer_of_another_step(void **state)
{
	struct ig_lock a = static_lock("a"), b = static_lock("b");

	(void)state;
	nest(&h, group_lock(1), reading(a));
	nest(&h, a, reading(b));
	nest(&h, b, reading(a));
	nest(&h, reading(b), group_lock(1));
	look();
	assert_int_equal(ncycles, 0);
	nest(&h, reading(a), b);
	look();
	assert_int_equal(ncycles, 1);
	assert_cycle(0, 3);
}

/* The short way is of readers only; there is a longer one. */
static void around_the_readers(void **state)
{
	struct ig_lock a = static_lock("a"), sem = static_lock("sem");

	(void)state;
	nest(&h, group_lock(1), reading(sem));
	nest(&h, reading(sem), group_lock(1));
	nest(&h, sem, a);
	nest(&h, a, group_lock(1));
	look();
	assert_int_equal(ncycles, 1);
	assert_cycle(0, 3);
}

/* A circle beside the way, of readers at its end, holds up nobody. */
static void not_twice_through_one_lock(void **state)
{
	struct ig_lock a = static_lock("a"), sem = static_lock("sem");

	(void)state;
	nest(&h, group_lock(1), reading(sem));
	nest(&h, sem, a);
	nest(&h, a, reading(sem));
	nest(&h, reading(sem), group_lock(1));
	look();
	assert_int_equal(ncycles, 0);
}

#define SMALL 5

static unsigned int dice(unsigned int sides)
{
	static uint64_t seed = 1;

	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (seed >> 33) % sides;
}

static bool tried_by_writer(size_t at)
{
	size_t i;

	for (i = 0; i < h.run.locks.nedges; i++)
		if (locks.edges[i].to.key == at && !locks.edges[i].to.read)
			return true;
	return false;
}

/* The shortest circle by trying them all; 0 for none. */
static size_t try_all(size_t at, bool read, unsigned int been, size_t length)
{
	size_t i, best = 0, found;

	for (i = 0; i < h.run.locks.nedges; i++) {
		const struct ig_lock_edge *e = &locks.edges[i];
		size_t to = e->to.kind == IG_CLASS_GROUP ? 0 : e->to.key;

		if ((e->from.kind == IG_CLASS_GROUP ? 0 : e->from.key) != at ||
		    (read && e->from.read && !tried_by_writer(at)))
			continue;
		if (!to)
			found = length + 1;
		else if (been & 1u << to)
			continue;
		else
			found = try_all(to, e->to.read, been | 1u << to,
					length + 1);
		if (found && (!best || found < best))
			best = found;
	}
	return best;
}

static struct ig_lock small_lock(unsigned int i)
{
	static const char *const names[] = { "", "1", "2", "3", "4" };
	struct ig_lock lock = i ? static_lock(names[i]) : group_lock(1);

	lock.key = i;
	lock.read = i && dice(2);
	return lock;
}

static void as_by_trying_all(void **state)
{
	size_t round, i, n, found = 0, missed = 0;

	(void)state;
	for (round = 0; round < 20000; round++) {
		start_locks(&h, &locks);
		n = 3 + dice(10);
		for (i = 0; i < n; i++) {
			unsigned int from = dice(SMALL);

			nest(&h, small_lock(from),
			     small_lock((from + 1 + dice(SMALL - 1)) % SMALL));
		}
		look();
		n = try_all(0, false, 0, 0);
		found += !!n;
		assert_true(n || !ncycles);
		if (n && !ncycles) {
			missed++;
			continue;
		}
		for (i = 0; i < ncycles; i++)
			assert_cycle(i, cycles[i].nsteps);
		if (n)
			assert_int_equal(cycles[0].nsteps, n);
	}
	assert_in_range(found, 2000, 18000);
	/* See lock_cycle.c about those. */
	assert_in_range(missed, 0, 5);
}

#define CLASSES 5000
#define EDGES 20000

static double seconds(void)
{
	return clock() / (double)CLOCKS_PER_SEC;
}

/* A long chain out of the group lock and back, and much across it. */
static void many(void **state)
{
	struct ig_lock_edge *edges = calloc(EDGES, sizeof(*edges));
	static char names[CLASSES][8];
	struct ig_lock *all = calloc(CLASSES, sizeof(*all));
	double began = seconds();
	size_t i, from, to;

	(void)state;
	for (i = 0; i < CLASSES; i++) {
		sprintf(names[i], "l%zu", i);
		all[i] = i ? static_lock(names[i]) : group_lock(1);
		all[i].read = i % 7 == 3;
	}
	for (i = 0; i < EDGES; i++) {
		from = i < CLASSES ? i : dice(CLASSES - 100);
		to = i < CLASSES ? (i + 1) % CLASSES : from + 1 + dice(99);
		edges[i] = (struct ig_lock_edge){ all[from], all[to], 1, NULL };
	}
	h.run.locks.edges = edges;
	h.run.locks.nedges = EDGES;
	look();
	assert_int_equal(order.nclasses, CLASSES);
	assert_true(ncycles >= 1);
	assert_cycle(0, cycles[0].nsteps);
	assert_in_range(cycles[0].nsteps, CLASSES / 100, CLASSES / 10);
	/* Generous: under a sanitizer on a busy machine as well. */
	assert_true(seconds() - began < 1);
	free(edges);
	free(all);
}

#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(no_group_lock_at_all),
		test(ab_ba),
		test(three_in_a_circle),
		test(one_cycle_for_each_step),
		test(others_have_cycles_of_their_own),
		test(a_class_in_itself_is_no_cycle),
		test(only_readers),
		test(readers_behind_a_writer),
		test(two_locks_of_readers),
		test(a_reader_and_a_writer),
		test(readers_and_one_writer),
		test(a_writer_of_another_step),
		test(around_the_readers),
		test(not_twice_through_one_lock),
		test(as_by_trying_all),
		test(many),
		test(writers_come_first),
		test(the_group_lock_has_no_readers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
