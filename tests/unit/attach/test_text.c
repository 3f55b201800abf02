// SPDX-License-Identifier: GPL-2.0
/* Attach times as people read them. */
#include <math.h>

#include "unit/attach/report_text.h"

#include "attach/print_parts.h"

static void words_of_durations(void **state)
{
	static const struct {
		double ns;
		const char *words;
	} cases[] = {
		{ 0, "0 ns" },		 { 7, "7 ns" },
		{ 7.25, "7.25 ns" },	 { 52.31, "52.3 ns" },
		{ 999, "999 ns" },	 { 999.4, "999 ns" },
		{ 999.5, "1.00 us" },	 { 1000, "1.00 us" },
		{ 9994, "9.99 us" },	 { 9996, "10.0 us" },
		{ 99949, "99.9 us" },	 { 99960, "100 us" },
		{ 999499, "999 us" },	 { 999500, "1.00 ms" },
		{ 12345678, "12.3 ms" }, { 1.5e9, "1.50 s" },
		{ 3.6e12, "3600 s" },
	};
	char buf[IG_SHORT_LEN];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_string_equal(ig_duration_name(buf, cases[i].ns),
				    cases[i].words);
	assert_string_equal(ig_cost_name(buf, 1200), "+ 1.20 us");
	assert_string_equal(ig_cost_name(buf, -1200), "- 1.20 us");
	ig_duration_name(buf, 1.8e19);
	ig_duration_name(buf, 1e300);
	ig_cost_name(buf, -1e300);
	assert_true(strlen(buf) < sizeof(buf));
}

static void text_of_nothing(void **state)
{
	(void)state;
	assert_string_equal(
		write_as(ig_timing_text),
		"no attach, detach or change of owner or domain was seen\n"
		"\n"
		"attach: kernel 6.1.0-test, backend fentry, IOMMU intel, 1.500 s, no workload\n");
	/* a place in a map is not an operation */
	size_of(&a, IG_ATTACH_GROUP, 1);
	make_losses();
	report.interrupted = true;
	assert_string_equal(
		write_as(ig_timing_text),
		"no attach, detach or change of owner or domain was seen\n"
		"\n"
		"lost:\n"
		"  attach_sizes_full: 7 (raise --max-cases)\n"
		"\n"
		"attach: kernel 6.1.0-test, backend fentry, IOMMU intel, 1.500 s, interrupted, no workload\n");
}

static void text_of_a_run(void **state)
{
	(void)state;
	make_lines();
	report.has_workload = true;
	report.workload_status = EXITED(3);
	write_as(ig_timing_text);
	assert_has(
		out,
		"OPERATION          DEV COUNT     MIN     P50     P90     P99     MAX    WAIT  DRIVER     OWN    REST PER-DEV\n"
		"iommu_attach_group   1    10 5.65 us 5.65 us 5.65 us 5.65 us 5.65 us 1.00 us 2.00 us   50 ns 2.60 us 4.60 us\n"
		"iommu_attach_group   8    10 29.8 us 29.8 us 29.8 us 29.8 us 29.8 us 1.00 us 16.0 us  400 ns 12.4 us 3.55 us\n");
	assert_has(out, "are off by 1.6 % at most");
	assert_has(
		out,
		"  OWN     what this tool adds by timing that, 50 ns each\n");
	assert_has(
		out,
		"  iommu_attach_group: 1.20 us + 3.40 us a device, off by 0.0 % (3 sizes, 1 to 64)\n");
	assert_has(
		out,
		"  iommu_detach_group: 500 ns + 500 ns a device (2 sizes, 1 and 2: too few to tell how it grows)\n");
	assert_has_not(out, "grows faster");
	assert_has_not(out, "neither");
	assert_has_not(out, "not seen");
	assert_has_not(out, "FAILED");
	assert_has_not(out, "lost");
	assert_has_not(out, "slowest");
	assert_has(out, "workload ended with status 3\n");
}

static void text_of_an_own_share_that_is_all(void **state)
{
	(void)state;
	make_lines();
	a.run.own_call = 1e6;
	write_as(ig_timing_text);
	assert_has(
		out,
		"  iommu_attach_group: no line; left out: 3 sizes, where OWN is all of the quickest\n");
	a.sizes[0].times.calls = a.sizes[1].times.calls = 0;
	write_as(ig_timing_text);
	assert_has(
		out,
		"(2 sizes, 1 and 8: too few to tell how it grows)\n    left out: 1 size, where");
}

static void text_of_growth(void **state)
{
	uint32_t n;

	(void)state;
	for (n = 1; n <= 4096; n *= 2) {
		took_times(IG_ATTACH_GROUP, n, 1000 + 9 * n * n, 1);
		took_times(IG_DETACH_GROUP, n, 1000 * sqrt(n), 1);
	}
	write_as(ig_timing_text);
	assert_has(
		out,
		"    grows faster than the group: a term in N^2 explains 100 % of the time at 4096 devices\n");
	assert_has(out,
		   "    neither a line nor a term in N^2 describes it well\n");
}

static void text_of_what_was_not_seen(void **state)
{
	(void)state;
	make_lines();
	took_times(IG_DETACH_GROUP, 0, 700, 1);
	a.run.driver_seen = false;
	a.run.wait_seen = false;
	make_slow();
	write_as(ig_timing_text);
	assert_has(out, "WAIT    not seen here");
	assert_has(out, "DRIVER  not seen here");
	assert_has(out, " 700 ns    -      -   -  700 ns       -\n");
	assert_has_not(out, "OWN     what");
	assert_has_not(out, "waiting,");
	assert_has_not(out, "callback,");
}

static void text_of_loops(void **state)
{
	(void)state;
	make_lines();
	make_slow();
	write_as(ig_timing_text);
	assert_has_not(out, "no such loop");
	a.run.calls = false;
	write_as(ig_timing_text);
	assert_has(out, "   0 ns       -    0 ns");
	assert_has(out, "(-: no such loop was seen;");
	assert_has(out,
		   "DRIVER  in the loop that calls the driver for each device");
	assert_has(out, " in the driver\n");
	assert_has_not(out, "callback");
}

static void text_of_failures(void **state)
{
	(void)state;
	make_failures();
	write_as(ig_timing_text);
	assert_has(out, "3 ENOMEM, 1 524\n");
	assert_has(out, "iommu_attach_group, 8 devices, 4 times, failed:\n");
	a.sizes[0].nerrors = 0;
	assert_has(write_as(ig_timing_text), " yes\n");
	took_times(IG_ATTACH_GROUP, 2, 100, 1);
	write_as(ig_timing_text);
	assert_has(out, "iommu_attach_group, 2 devices, 1 time:\n");
	assert_has_not(out, "times, failed");
	report.verbose = true;
	assert_has(write_as(ig_timing_text), "4 times, failed:\n");
}

static void text_of_histograms(void **state)
{
	struct ig_timing_size *size;
	uint64_t seed = 3, ns;
	int i;

	(void)state;
	size = took_times(IG_ATTACH_GROUP, 1, 20, 300);
	took(took(size, 21), 24);
	write_as(ig_timing_text);
	assert_has(
		out,
		"\niommu_attach_group, 1 device, 302 times:\n"
		"     20 ns to 21 ns    |########################################| 300\n"
		"     21 ns to 22 ns    |#                                       | 1\n"
		"     22 ns to 23 ns    |                                        | 0\n"
		"     23 ns to 24 ns    |                                        | 0\n"
		"     24 ns to 25 ns    |#                                       | 1\n");
	start_attaches(&a);
	took(took_times(IG_ATTACH_GROUP, 2, 1000, 1), 3000);
	write_as(ig_timing_text);
	assert_has(
		out,
		"\n    960 ns to 1.02 us  |########################################| 1\n"
		"   1.02 us to 1.15 us  |                                        | 0\n");
	assert_has(
		out,
		"   2.82 us to 3.07 us  |########################################| 1\n");
	/* any spread, to the end of all buckets */
	for (i = 0; i < 64; i++) {
		start_attaches(&a);
		size = took_times(IG_ATTACH_GROUP, 1, 1, 1);
		for (ns = 0; ns < 100; ns++)
			took(size, random_bits(&seed) >> i);
		write_as(ig_timing_text);
		assert_true(count_of(out, "|") <= 2 * 20);
		assert_has(out, "101 times:\n");
	}
	took(size, UINT64_MAX >> 1);
	assert_has(write_as(ig_timing_text), " to more ");
}

/* The size that took most time; with verbose all of them. */
static void text_of_the_right_histograms(void **state)
{
	(void)state;
	took_times(IG_ATTACH_GROUP, 1, 100, 30);
	took_times(IG_ATTACH_GROUP, 2, 150, 30);
	took_times(IG_ATTACH_GROUP, 3, 4000, 1);
	took_times(IG_DETACH_GROUP, 5, 100, 1);
	write_as(ig_timing_text);
	assert_int_equal(count_of(out, ":\n  "), 4);
	assert_has(out, "iommu_attach_group, 2 devices, 30 times:\n");
	assert_has(out, "iommu_detach_group, 5 devices, 1 time:\n");
	report.verbose = true;
	write_as(ig_timing_text);
	assert_int_equal(count_of(out, ":\n  "), 6);
}

static void text_of_the_slowest(void **state)
{
	int i;

	(void)state;
	took_times(IG_ATTACH_GROUP, 3, 12300000, 1);
	for (i = 0; i < 4; i++)
		make_slow();
	a.slow[1].raw.err = -EBUSY;
	a.slow[1].raw.total--;
	a.slow[2].raw.calls = 1;
	a.slow[2].raw.total -= 2;
	a.slow[2].raw.group = IG_NO_GROUP;
	a.slow[2].trace = NULL;
	a.slow[3].raw.calls = 4000;
	a.slow[3].raw.total -= 3;
	memset(a.slow[3].raw.device, 'x', sizeof(a.slow[3].raw.device));
	write_as(ig_timing_text);
	assert_has(
		out,
		"\nthe slowest:\n"
		"  12.3 ms: iommu_attach_group, group 7, 3 devices, by qe?mu (pid 105), 1.00 us waiting, 900 us in 3 callbacks, 600 us of it in number 2 for 0000:00:10.1\n"
		"  12.3 ms: iommu_attach_group, group 7, 3 devices, failed with EBUSY, by qe?mu (pid 105), ");
	assert_has(
		out,
		"  12.3 ms: iommu_attach_group, 3 devices, 1.00 us waiting, 900 us in 1 callback\n");
	assert_has_not(out, "do?_ioctl");
	assert_has_not(out, "xxx");
	report.verbose = true;
	write_as(ig_timing_text);
	assert_has(
		out,
		"for 0000:00:10.1\n"
		"    the 3 callbacks: 100 us to 600 us, half of them up to 200 us\n"
		"    iommu_attach_group+0x0/0x60\n"
		"    do?_ioctl+0x1/0x9 [vfio]\n");
	assert_has(out, "xxx\n    the first 64 callbacks: ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(words_of_durations),
		test(text_of_nothing),
		test(text_of_a_run),
		test(text_of_an_own_share_that_is_all),
		test(text_of_growth),
		test(text_of_what_was_not_seen),
		test(text_of_loops),
		test(text_of_failures),
		test(text_of_histograms),
		test(text_of_the_right_histograms),
		test(text_of_the_slowest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
