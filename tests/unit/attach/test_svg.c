// SPDX-License-Identifier: GPL-2.0
/* Attach times as a chart that any parser of XML takes. */
#include <math.h>

#include "unit/attach/report_text.h"

static const char *const awkward = "bad \xff\xc0\x80 <&>\"' \x01\x1b[31m \n# x";

/* Every tag is closed in its turn; what is between them has no markup. */
static void assert_well_formed(const char *svg)
{
	char open[16][16];
	size_t depth = 0;
	const char *c = strstr(svg, "?>");

	assert_non_null(c);
	assert_has_not(svg, "nan");
	assert_has_not(svg, "inf");
	for (c += 2; (c = strchr(c, '<')); c = strchr(c, '>')) {
		bool closing = *++c == '/';
		size_t length = strcspn(c += closing, " />");
		const char *stop = strchr(c, '>');

		assert_non_null(stop);
		assert_true(length && length < sizeof(open[0]));
		/* not inside of a tag */
		assert_true(strcspn(c, "<") > (size_t)(stop - c));
		if (closing) {
			assert_true(depth > 0);
			assert_memory_equal(open[--depth], c, length);
			assert_int_equal(open[depth][length], 0);
		} else if (stop[-1] != '/') {
			assert_true(depth < 16);
			snprintf(open[depth++], sizeof(open[0]), "%.*s",
				 (int)length, c);
		}
	}
	assert_int_equal(depth, 0);
	assert_int_equal(count_of(svg, "\"") % 2, 0);
	assert_int_equal(count_of(svg, "<svg "), 1);
}

static const char *chart(void)
{
	assert_well_formed(write_as(ig_timing_svg));
	return out;
}

static void chart_of_nothing(void **state)
{
	(void)state;
	assert_has(chart(), "no operation on a group with devices succeeded");
	make_failures();
	took_times(IG_ATTACH_GROUP, 0, 100, 1);
	size_of(&a, IG_ATTACH_GROUP, 4);
	took_times(IG_TIMING_OPS + 3, 4, 100, 1);
	assert_has(chart(), "no operation on a group with devices succeeded");
	assert_has_not(out, "<circle");
}

static void chart_of_one_size(void **state)
{
	(void)state;
	took_times(IG_ATTACH_GROUP, 1, 5000, 1);
	chart();
	assert_has(out, ">iommu_attach_group</text>");
	assert_has(out, "kernel 6.1.0-test, backend fentry, IOMMU intel");
	assert_int_equal(count_of(out, "<circle"), 1);
	assert_has_not(out, "6 4\" clip-path");
}

static void chart_of_a_run(void **state)
{
	char *again;

	(void)state;
	make_lines();
	chart();
	assert_int_equal(count_of(out, "<circle"), 5);
	assert_int_equal(count_of(out, "6 4\" clip-path"), 2);
	assert_has(out, ">1.20 us + 3.40 us a device</text>");
	assert_has(out, ">1 us</text>");
	assert_has(out, ">1 ms</text>");
	assert_has(out, ">100</text>");
	again = strdup(out);
	assert_string_equal(chart(), again);
	free(again);
}

static void chart_without_lines(void **state)
{
	(void)state;
	make_lines();
	a.run.own_call = 1e6;
	chart();
	assert_int_equal(count_of(out, "6 4\" clip-path"), 1);
}

static void chart_of_all_operations(void **state)
{
	uint32_t op, n;

	(void)state;
	for (op = 0; op < IG_TIMING_OPS; op++)
		for (n = 1; n < 1000; n *= 10)
			took_times(op, n, op * n * n, 1);
	chart();
	assert_int_equal(count_of(out, "<circle"), 3 * IG_TIMING_OPS);
	assert_has(out, ", and faster</text>");
}

static void chart_of_extremes(void **state)
{
	(void)state;
	took_times(IG_ATTACH_GROUP, 1, 0, 1);
	chart();
	took_times(IG_ATTACH_GROUP, UINT32_MAX, UINT64_MAX >> 2, 2);
	took_times(IG_ATTACH_GROUP, UINT32_MAX - 1, 1, 1);
	took_times(IG_DETACH_GROUP, 1, UINT64_MAX >> 1, 1);
	a.run.own_call = 1e30;
	chart();
	a.run.own_call = NAN;
	report.kernel = report.iommu = awkward;
	report.backend = NULL;
	chart();
	assert_has(out, "&lt;&amp;&gt;&quot;");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(chart_of_nothing),	       test(chart_of_one_size),
		test(chart_of_a_run),	       test(chart_without_lines),
		test(chart_of_all_operations), test(chart_of_extremes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
