// SPDX-License-Identifier: GPL-2.0
/* Whether a circle of classes is one of locks. */
#include <stdio.h>
#include <stdlib.h>

#include "unit/locks/one_lock_run.h"

/* Not seen being initialised; all are taken at one place. */
static struct ig_lock older(uint64_t addr)
{
	struct ig_lock lock = older_lock("f+0x1/0x9");

	lock.addr = addr;
	return lock;
}

static void assert_doubt(unsigned int loss, uint64_t circles)
{
	size_t i;

	assert_int_equal(judge(&h), IG_INCONCLUSIVE);
	assert_int_equal(h.result.nfindings, 0);
	assert_int_equal(h.result.nlosses, 1);
	assert_int_equal(h.result.losses[0].loss, loss);
	assert_int_equal(h.result.losses[0].count, circles);
	assert_int_equal(h.result.nnotes, circles);
	/* shown whole all the same */
	assert_int_equal(h.result.nunproven, circles);
	for (i = 0; i < circles; i++) {
		assert_int_equal(h.result.unproven[i].rule, IG_RULE_LOCK_CYCLE);
		assert_non_null(h.result.unproven[i].message);
		assert_true(h.result.unproven[i].nedges > 1);
	}
}

static void assert_unproven(uint64_t circles)
{
	assert_doubt(IG_LOSS_CLASS_UNPROVEN, circles);
}

/*
 * Different ones: mutex_lock_nested() or lockdep_set_class() may stand there.
 * One and the same is an inversion whatever they say.
 */
static void initialised_at_one_place(void **state)
{
	struct ig_lock a = initialised_lock("make_a+0x1/0x9", "f+0x1/0x9");
	struct ig_lock b = initialised_lock("make_a+0x1/0x9", "g+0x1/0x9");

	(void)state;
	nest(&h, a, group_lock(7));
	nest(&h, group_lock(7), b);
	assert_doubt(IG_LOSS_INSTANCES_DIFFER, 1);
	locks.edges[1].to.addr = a.addr;
	assert_int_equal(judge(&h), IG_FINDINGS);
	assert_int_equal(h.result.nunproven, 0);
	assert_string_equal(
		only(&h, "lock-cycle")->message,
		"group->mutex is taken while lock initialised in make_a is held, and the other way round");
	locks.edges[0].from.name = (char *)"&a->lock";
	judge(&h);
	assert_string_equal(only(&h, "lock-cycle")->locks[1],
			    "&a->lock (make_a)");
	/* in the same memory, but made anew */
	locks.edges[1].to.init_nr++;
	assert_doubt(IG_LOSS_INSTANCES_DIFFER, 1);
	/* or older than what was made there */
	locks.edges[1].to = older_lock("g+0x1/0x9");
	locks.edges[1].to.addr = a.addr;
	init_site_pair(&h, "make_a+0x1/0x9", "g+0x1/0x9");
	assert_unproven(1);
}

/* An edge has the first lock only; this one has been seen since. */
static void initialised_and_seen_on_both_sides(void **state)
{
	struct ig_lock a = initialised_lock("make_a+0x1/0x9", "f+0x1/0x9");
	struct ig_lock b = initialised_lock("make_a+0x1/0x9", "g+0x1/0x9");

	(void)state;
	nest(&h, a, group_lock(7));
	nest(&h, group_lock(7), b);
	side(&h, a, (struct ig_lock_sides){ .outer = true });
	side(&h, b, (struct ig_lock_sides){ .inner = true });
	assert_doubt(IG_LOSS_INSTANCES_DIFFER, 1);
	locks.sides[0].inner = true;
	assert_int_equal(judge(&h), IG_FINDINGS);
	/* it was another lock in the same memory that was both */
	locks.sides[0].inner = false;
	locks.sides[0].init_nr++;
	side(&h, a, (struct ig_lock_sides){ .inner = true });
	locks.sides[2].init_nr = locks.sides[0].init_nr;
	assert_doubt(IG_LOSS_INSTANCES_DIFFER, 1);
	/* one that is no more, and of which only that is kept */
	locks.sides[2].addr = a.key;
	locks.sides[2].outer = true;
	assert_int_equal(judge(&h), IG_FINDINGS);
	locks.sides[2].initialised = false;
	assert_doubt(IG_LOSS_INSTANCES_DIFFER, 1);
}

/* Parent and child of a tree, with another lock in between. */
static void instances_in_a_circle_of_three(void **state)
{
	struct ig_lock a = initialised_lock("make_a+0x1/0x9", "f+0x1/0x9");
	struct ig_lock b = initialised_lock("make_a+0x1/0x9", "g+0x1/0x9");

	(void)state;
	nest(&h, group_lock(7), a);
	nest(&h, b, static_lock("m"));
	nest(&h, static_lock("m"), group_lock(7));
	assert_doubt(IG_LOSS_INSTANCES_DIFFER, 1);
	side(&h, b, (struct ig_lock_sides){ .inner = true });
	assert_int_equal(judge(&h), IG_FINDINGS);
}

static void initialised_at_two(void **state)
{
	(void)state;
	nest(&h, initialised_lock("make_a+0x1/0x9", "f+0x1/0x9"),
	     group_lock(7));
	nest(&h, group_lock(7),
	     initialised_lock("make_b+0x1/0x9", "f+0x1/0x9"));
	init_site_pair(&h, "make_a+0x1/0x9", "f+0x1/0x9");
	init_site_pair(&h, "make_b+0x1/0x9", "f+0x1/0x9");
	assert_int_equal(judge(&h), IG_CLEAN);
}

/* Two that one helper takes; no other place is known of them. */
static void older_and_taken_at_one_place(void **state)
{
	struct ig_lock a = older(1), b = older(2);

	(void)state;
	nest(&h, a, group_lock(7));
	nest(&h, group_lock(7), b);
	assert_unproven(1);
	assert_non_null(strstr(h.result.notes[0].message,
			       "lock taken in f: in a circle"));
	/* one and the same */
	locks.edges[1].to.addr = 1;
	assert_int_equal(judge(&h), IG_FINDINGS);
	/* of which nobody writes */
	locks.edges[0].from.read = true;
	locks.edges[1].to.read = true;
	assert_int_equal(judge(&h), IG_CLEAN);
}

/* An edge has the first lock only; these have been seen since. */
static void older_and_seen_on_both_sides(void **state)
{
	struct ig_lock a = older(1), b = older(2);
	struct ig_lock c = older(3);

	(void)state;
	nest(&h, a, group_lock(7));
	nest(&h, group_lock(7), reading(b));
	side(&h, a, (struct ig_lock_sides){ .outer = true });
	side(&h, b, (struct ig_lock_sides){ .inner_read = true });
	assert_unproven(1);
	side(&h, c,
	     (struct ig_lock_sides){ .inner_read = true, .outer_read = true });
	assert_unproven(1);
	written(&h, c);
	assert_int_equal(judge(&h), IG_FINDINGS);
	h.run.locks.nuses = 0;
	locks.sides[2].outer = true;
	assert_int_equal(judge(&h), IG_FINDINGS);
	/* but of another class */
	locks.sides[2].key = ip_of("g+0x1/0x9");
	assert_unproven(1);
	locks.sides[0].inner = true;
	assert_int_equal(judge(&h), IG_FINDINGS);
	locks.sides[0].inner = false;
	locks.sides[1].outer = true;
	assert_int_equal(judge(&h), IG_FINDINGS);
}

/* It is next to the group lock on one side only. */
static void a_circle_of_three(void **state)
{
	struct ig_lock a = older(1), b = older(2);

	(void)state;
	nest(&h, group_lock(7), a);
	nest(&h, b, static_lock("m"));
	nest(&h, static_lock("m"), group_lock(7));
	assert_unproven(1);
	side(&h, b, (struct ig_lock_sides){ .outer = true });
	assert_unproven(1);
	locks.sides[0].inner_read = true;
	assert_int_equal(judge(&h), IG_FINDINGS);
	/* a writer is waited for, as the first edge says */
	locks.edges[1].from.read = true;
	assert_int_equal(judge(&h), IG_FINDINGS);
	locks.edges[0].to.read = true;
	assert_int_equal(judge(&h), IG_CLEAN);
	assert_int_equal(h.result.nnotes, 1);
}

static void a_circle_of_three_the_other_way(void **state)
{
	struct ig_lock a = older(1), b = older(2);

	(void)state;
	nest(&h, a, group_lock(7));
	nest(&h, group_lock(7), static_lock("m"));
	nest(&h, static_lock("m"), b);
	side(&h, b, (struct ig_lock_sides){ .inner = true });
	assert_unproven(1);
	locks.sides[0].outer_read = true;
	assert_int_equal(judge(&h), IG_FINDINGS);
	locks.edges[2].to.read = true;
	assert_unproven(1);
	locks.sides[0].outer = true;
	assert_int_equal(judge(&h), IG_FINDINGS);
}

/* Of several edges between two classes, any may be the one that proves it. */
static void another_edge_proves_it(void **state)
{
	struct ig_lock a = older(1), b = older(2);
	struct ig_lock c = older_lock("g+0x1/0x9");

	(void)state;
	c.addr = b.addr;
	site_pair(&h, b.key, c.key);
	nest(&h, a, group_lock(7))->count = 9;
	nest(&h, group_lock(7), b);
	assert_unproven(1);
	nest(&h, c, group_lock(7));
	assert_int_equal(judge(&h), IG_FINDINGS);
}

/* Who takes locks of one sort is taken to take older ones of it as well. */
static void an_older_one_of_a_known_sort(void **state)
{
	struct ig_lock a = initialised_lock("make_a+0x1/0x9", "f+0x1/0x9");
	struct ig_lock b = older_lock("g+0x1/0x9");

	(void)state;
	nest(&h, a, group_lock(7));
	nest(&h, group_lock(7), b);
	assert_int_equal(judge(&h), IG_CLEAN);
	init_site_pair(&h, "make_a+0x1/0x9", "g+0x1/0x9");
	assert_unproven(1);
	assert_non_null(strstr(h.result.notes[0].message,
			       "lock initialised in make_a: in a circle"));
	/* what was there before need not be what was made there */
	locks.edges[0].from.addr = b.addr;
	assert_unproven(1);
	locks.edges[0].from.addr = a.addr;
	/* which it is not when it takes others too */
	init_site_pair(&h, "make_b+0x1/0x9", "g+0x1/0x9");
	assert_int_equal(judge(&h), IG_CLEAN);
}

static void a_reader_that_hands_over(void **state)
{
	struct ig_lock sem = static_lock("sem");

	(void)state;
	nest(&h, reading(sem), group_lock(7));
	nest(&h, group_lock(7), sem);
	assert_int_equal(judge(&h), IG_FINDINGS);
	written(&h, sem)->handed_over = true;
	assert_doubt(IG_LOSS_READER_HANDED_OVER, 1);
	/* a writer does not */
	nest(&h, sem, group_lock(7));
	assert_int_equal(judge(&h), IG_FINDINGS);
}

static void a_finding_beside_what_is_unproven(void **state)
{
	struct ig_lock a = older(1), b = older(2);

	(void)state;
	nest(&h, a, group_lock(7));
	nest(&h, group_lock(7), b);
	nest(&h, group_lock(7), static_lock("m"));
	nest(&h, static_lock("m"), group_lock(7));
	assert_int_equal(judge(&h), IG_FINDINGS);
	only(&h, "lock-cycle");
	assert_int_equal(h.result.losses[0].count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(initialised_at_one_place),
		test(initialised_and_seen_on_both_sides),
		test(instances_in_a_circle_of_three),
		test(initialised_at_two),
		test(older_and_taken_at_one_place),
		test(older_and_seen_on_both_sides),
		test(a_circle_of_three),
		test(a_circle_of_three_the_other_way),
		test(another_edge_proves_it),
		test(an_older_one_of_a_known_sort),
		test(a_reader_that_hands_over),
		test(a_finding_beside_what_is_unproven),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
