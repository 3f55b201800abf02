// SPDX-License-Identifier: GPL-2.0
/* How the order of locks is shown. */
#include <stdio.h>
#include <stdlib.h>

#include "unit/locks/order.h"
#include "unit/text.h"

static char *out;

static int cleanup(void **state)
{
	free(out);
	out = NULL;
	return teardown(state);
}

static const char *write_order(int (*how)(FILE *, const struct ig_lock_order *))
{
	size_t size;
	FILE *f;

	free(out);
	look();
	f = open_memstream(&out, &size);
	assert_non_null(f);
	assert_int_equal(how(f, &order), 0);
	fclose(f);
	return out;
}

/* outer > mid > group > in > deep, and what has nothing to do with it */
static void make_order(void)
{
	nest(&h, at(static_lock("outer"), "take_outer+0x1/0x9"),
	     static_lock("mid"))
		->count = 7;
	nest(&h, at(static_lock("outer"), "take_outer+0x1/0x9"), group_lock(1));
	nest(&h, at(static_lock("mid"), "take_mid+0x1/0x9"), group_lock(1))
		->count = 5;
	nest(&h, at(static_lock("far"), "take_far+0x1/0x9"),
	     static_lock("outer"));
	nest(&h, group_lock(2), at(static_lock("in"), "take_in+0x1/0x9"))
		->count = 3;
	nest(&h, static_lock("in"), at(static_lock("deep"), "deep+0x1/0x9"));
	nest(&h, static_lock("outer"), static_lock("in"));
	nest(&h, static_lock("outer"), static_lock("beside"));
	nest(&h, static_lock("above"), static_lock("deep"));
	nest(&h, static_lock("x"), static_lock("y"));
}

static void order_in_words(void **state)
{
	(void)state;
	make_order();
	assert_string_equal(
		write_order(ig_lock_print_order),
		"locks around group->mutex, the outermost first:\n"
		"  far, then\n"
		"    outer: 1 time, static_user+0x10/0x20 [m]\n"
		"  outer, then\n"
		"    group->mutex: 1 time, iommu_group_for_each_dev+0x25/0x70\n"
		"    mid: 7 times, static_user+0x10/0x20 [m]\n"
		"  mid, then\n"
		"    group->mutex: 5 times, iommu_group_for_each_dev+0x25/0x70\n"
		"  group->mutex, then\n"
		"    in: 3 times, take_in+0x1/0x9\n"
		"  in, then\n"
		"    deep: 1 time, deep+0x1/0x9\n");
}

static void order_with_a_circle(void **state)
{
	(void)state;
	nest(&h, static_lock("a"), static_lock("b"));
	nest(&h, static_lock("b"), static_lock("a"));
	nest(&h, static_lock("b"), group_lock(1));
	nest(&h, group_lock(1), static_lock("c"));
	nest(&h, static_lock("c"), static_lock("d"));
	nest(&h, static_lock("d"), static_lock("c"));
	nest(&h, static_lock("m"), group_lock(1));
	nest(&h, group_lock(1), static_lock("m"));
	write_order(ig_lock_print_order);
	assert_has(out, "  a, then\n    b: 1 time, ");
	assert_has(out, "\n    a: 1 time, static_user+0x10/0x20 [m]\n");
	assert_has(
		out,
		"  m, then\n    group->mutex: 1 time, iommu_group_for_each_dev+0x25/0x70, and the other way round\n");
	assert_has(
		out,
		"    m: 1 time, static_user+0x10/0x20 [m], and the other way round\n");
	assert_has(out, "  c, then\n    d: 1 time, ");
}

/* As far out as the longest way. */
static void order_with_two_ways(void **state)
{
	(void)state;
	nest(&h, static_lock("top"), static_lock("b"));
	nest(&h, static_lock("b"), static_lock("c"));
	nest(&h, static_lock("c"), group_lock(1));
	nest(&h, static_lock("top"), static_lock("d"))->count = 5;
	nest(&h, static_lock("d"), group_lock(1));
	write_order(ig_lock_print_order);
	assert_has(out, ":\n  top, then\n    b: 1 time, ");
	assert_has(out, "\n    d: 5 times, ");
	assert_has(out, "\n  b, then\n    c: 1 time, ");
	assert_has(out, "\n  c, then\n    group->mutex: 1 time, ");
	assert_has(out, "\n  d, then\n    group->mutex: 1 time, ");
}

static void order_of_nothing(void **state)
{
	(void)state;
	nest(&h, static_lock("x"), static_lock("y"));
	assert_string_equal(
		write_order(ig_lock_print_order),
		"group->mutex was not taken together with any other lock\n");
	assert_string_equal(write_order(ig_lock_dot),
			    "digraph locks {\n\tnode [shape=box];\n}\n");
}

static void dot(void **state)
{
	(void)state;
	make_order();
	write_order(ig_lock_dot);
	assert_memory_equal(out, "digraph locks {\n", 16);
	assert_has(
		out,
		"\tc0 [label=\"group->mutex\", style=\"filled,bold\", fillcolor=lightgrey];\n");
	assert_has(out, " [label=\"mid\"];\n");
	assert_has(out, " -> c0 [label=\"5\"];\n");
	assert_has(out, "\tc0 -> c5 [label=\"3\"];\n");
	assert_has_not(out, "beside");
	assert_has_not(out, "above");
	assert_has_not(out, "\"x\"");
	assert_has_not(out, "red");
	/* outer > in goes past the group lock */
	assert_has_not(out, "c7 -> c5");
	assert_string_equal(out + strlen(out) - 4, ";\n}\n");
}

static void dot_with_a_circle(void **state)
{
	(void)state;
	nest(&h, static_lock("m\"\\\n"), group_lock(1));
	nest(&h, group_lock(1), static_lock("m\"\\\n"));
	nest(&h, group_lock(1), static_lock("n"));
	assert_string_equal(
		write_order(ig_lock_dot),
		"digraph locks {\n"
		"\tnode [shape=box];\n"
		"\tc0 [label=\"group->mutex\", style=\"filled,bold\", fillcolor=lightgrey];\n"
		"\tc1 [label=\"m\\\"\\\\?\"];\n"
		"\tc2 [label=\"n\"];\n"
		"\tc0 -> c1 [label=\"1\", color=red, fontcolor=red, penwidth=2];\n"
		"\tc0 -> c2 [label=\"1\"];\n"
		"\tc1 -> c0 [label=\"1\", color=red, fontcolor=red, penwidth=2];\n"
		"}\n");
}

#define test(name) cmocka_unit_test_setup_teardown(name, setup, cleanup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(order_in_words),	 test(order_with_a_circle),
		test(order_of_nothing),	 test(dot),
		test(dot_with_a_circle), test(order_with_two_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
