// SPDX-License-Identifier: GPL-2.0
/* Buckets, quantiles and the parts of an attach. */
#include <math.h>
#include <stdlib.h>

#include "unit/attach/attaches.h"

static struct attaches a;

static int begin(void **state)
{
	(void)state;
	start_attaches(&a);
	return 0;
}

static void check_bucket(uint64_t ns)
{
	uint32_t bucket = ig_hist_bucket(ns);

	assert_true(bucket < IG_HIST_BUCKETS);
	assert_true(ig_hist_low(bucket) <= ns);
	if (bucket == IG_HIST_BUCKETS - 1)
		return;
	assert_true(ns < ig_hist_low(bucket + 1));
	/* so its middle is off by half of that at most */
	assert_true(ig_hist_low(bucket + 1) - ig_hist_low(bucket) <=
		    1 + ns / IG_HIST_SUB);
}

static void buckets_of_small_times_are_exact(void **state)
{
	uint64_t ns;

	(void)state;
	for (ns = 0; ns < 2 * IG_HIST_SUB; ns++)
		assert_int_equal(ig_hist_low(ig_hist_bucket(ns)), ns);
}

static void buckets_begin_where_they_say(void **state)
{
	uint32_t i;

	(void)state;
	for (i = 0; i < IG_HIST_BUCKETS; i++) {
		assert_int_equal(ig_hist_bucket(ig_hist_low(i)), i);
		if (i)
			assert_int_equal(ig_hist_bucket(ig_hist_low(i) - 1),
					 i - 1);
	}
}

static void buckets_hold_what_is_put_in(void **state)
{
	uint64_t seed = 42, ns, last = 0;
	int i, bit;

	(void)state;
	for (ns = 0; ns < 200000; ns++)
		check_bucket(ns);
	for (bit = 0; bit < 64; bit++)
		for (i = -2; i <= 2; i++)
			check_bucket((1ULL << bit) + i);
	for (i = 0; i < 200000; i++) {
		ns = random_bits(&seed) >> (i % 64);
		check_bucket(ns);
		assert_true((ns < last) ||
			    ig_hist_bucket(ns) >= ig_hist_bucket(last));
		last = ns;
	}
	assert_int_equal(ig_hist_bucket(UINT64_MAX), IG_HIST_BUCKETS - 1);
}

static int by_value(const void *x, const void *y)
{
	uint64_t m = *(const uint64_t *)x, n = *(const uint64_t *)y;

	return (m > n) - (m < n);
}

/* The same by sorting, within what a bucket allows. */
static void check_quantile(const struct ig_timing_size *size,
			   const uint64_t *sorted, double share)
{
	size_t n = size->times.count, rank = ceil(share * n);
	double exact = sorted[rank ? rank - 1 : 0];
	double read = ig_timing_quantile(&size->times, share);

	assert_true(read >= size->times.min && read <= size->times.max);
	assert_true(fabs(read - exact) <= 0.5 + exact / (2 * IG_HIST_SUB));
}

static void quantiles_of_random_times(void **state)
{
	static const double shares[] = { 0,   1e-9, 0.01, 0.1,	0.25,
					 0.5, 0.9,  0.95, 0.99, 1 };
	uint64_t seed = 7, times[1000];
	size_t round, i, n;

	(void)state;
	for (round = 0; round < 200; round++) {
		struct ig_timing_size *size;

		start_attaches(&a);
		size = size_of(&a, IG_ATTACH_GROUP, 1);
		n = 1 + random_bits(&seed) % 1000;
		for (i = 0; i < n; i++) {
			times[i] = random_bits(&seed) >>
				   (24 + random_bits(&seed) % 40);
			took(size, times[i]);
		}
		qsort(times, n, sizeof(*times), by_value);
		for (i = 0; i < sizeof(shares) / sizeof(*shares); i++)
			check_quantile(size, times, shares[i]);
	}
}

static void quantiles_at_the_edges(void **state)
{
	struct ig_timing_size *size = size_of(&a, IG_ATTACH_GROUP, 1);
	int i;

	(void)state;
	took(size, 1000003);
	assert_int_equal(ig_timing_quantile(&size->times, 0), 1000003);
	assert_int_equal(ig_timing_quantile(&size->times, 0.5), 1000003);
	assert_int_equal(ig_timing_quantile(&size->times, 1), 1000003);
	took(size, 5);
	assert_int_equal(ig_timing_quantile(&size->times, 0.5), 5);
	/* the 99th of a hundred is not the longest */
	for (i = 0; i < 98; i++)
		took(size, 10);
	assert_int_equal(ig_timing_quantile(&size->times, 0.99), 10);
	assert_int_equal(ig_timing_quantile(&size->times, 0.991), 1000003);
}

static void quantiles_beyond_the_last_bucket(void **state)
{
	struct ig_timing_size *size = size_of(&a, IG_ATTACH_GROUP, 1);
	int i;

	(void)state;
	for (i = 0; i < 3; i++)
		took(size, 1ULL << 45);
	assert_int_equal(ig_timing_quantile(&size->times, 0.5), 1ULL << 45);
	memset(size->times.buckets, 0, sizeof(size->times.buckets));
	assert_int_equal(ig_timing_quantile(&size->times, 0.5), 1ULL << 45);
	memset(&size->times, 0, sizeof(size->times));
	assert_int_equal(ig_timing_quantile(&size->times, 0.5), 0);
}

static void check_split(const struct ig_timing_size *size, double wait,
			double driver, double own, double rest)
{
	struct ig_timing_split s;

	ig_timing_split(&a.run, size, &s);
	assert_float_equal(s.wait, wait, 1e-9);
	assert_float_equal(s.driver, driver, 1e-9);
	assert_float_equal(s.own, own, 1e-9);
	assert_float_equal(s.rest, rest, 1e-9);
	assert_float_equal(s.total, wait + driver + own + rest, 1e-9);
	assert_float_equal(s.net, driver + rest, 1e-9);
}

static void parts_of_an_average_operation(void **state)
{
	struct ig_timing_size *size = size_of(&a, IG_ATTACH_GROUP, 4);

	(void)state;
	took(took(size, 1000), 3000);
	check_split(size, 0, 0, 0, 2000);
	size->times.wait = 600;
	size->times.driver = 1000;
	size->times.calls = 8;
	a.run.own_call = 50;
	check_split(size, 300, 500, 200, 1000);
}

static void no_part_is_negative(void **state)
{
	struct ig_timing_size *size = size_of(&a, IG_ATTACH_GROUP, 4);

	(void)state;
	check_split(size, 0, 0, 0, 0);
	took(size, 1000);
	size->times.driver = 900;
	size->times.calls = 4;
	a.run.own_call = 50;
	check_split(size, 0, 900, 100, 0);
	size->times.wait = 5000;
	check_split(size, 1000, 0, 0, 0);
	size->times.wait = 0;
	a.run.own_call = -50;
	check_split(size, 0, 900, 0, 100);
	a.run.own_call = NAN;
	check_split(size, 0, 900, 0, 100);
}

static void names_of_operations(void **state)
{
	uint32_t op;

	(void)state;
	for (op = 0; op < IG_TIMING_OPS; op++)
		assert_memory_equal(ig_timing_op_name(op), "iommu", 5);
	assert_string_equal(ig_timing_op_name(IG_ATTACH_GROUP),
			    "iommu_attach_group");
	assert_string_equal(ig_timing_op_name(IG_STORE_TYPE),
			    "iommu_group_store_type");
	assert_string_equal(ig_timing_op_name(IG_STORE_TYPE),
			    "iommu_group_store_type");
	assert_string_equal(ig_timing_op_name(IG_TIMING_OPS), "?");
}

static void sorted_sizes(void **state)
{
	static const struct ig_timing_case order[] = {
		{ IG_ATTACH_GROUP, 2, 0 }, { IG_ATTACH_GROUP, 10, 0 },
		{ IG_ATTACH_GROUP, 1, 1 }, { IG_ATTACH_GROUP, 10, 7 },
		{ IG_DETACH_GROUP, 1, 0 },
	};
	static const size_t shuffled[] = { 3, 0, 4, 2, 1 };
	size_t i;

	(void)state;
	ig_timing_sort(&a.run);
	for (i = 0; i < 5; i++)
		size_of(&a, 0, 0)->of = order[shuffled[i]];
	ig_timing_sort(&a.run);
	for (i = 0; i < 5; i++)
		assert_memory_equal(&a.sizes[i].of, &order[i],
				    sizeof(order[i]));
}

static void sorted_errors_and_slow(void **state)
{
	struct ig_timing_errno errors[] = { { 16, 1 }, { 22, 9 }, { 12, 1 } };
	struct ig_timing_size *size = size_of(&a, IG_ATTACH_GROUP, 1);

	(void)state;
	size->errors = errors;
	size->nerrors = 3;
	a.slow[0].raw = (struct ig_slow){ .total = 5, .began = 2 };
	a.slow[1].raw = (struct ig_slow){ .total = 5, .began = 1 };
	a.slow[2].raw = (struct ig_slow){ .total = 1ULL << 40 };
	a.run.nslow = 3;
	ig_timing_sort(&a.run);
	assert_int_equal(errors[0].err, 22);
	assert_int_equal(errors[1].err, 12);
	assert_int_equal(errors[2].err, 16);
	assert_int_equal(a.slow[0].raw.total, 1ULL << 40);
	assert_int_equal(a.slow[1].raw.began, 1);
}

#define test(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(buckets_of_small_times_are_exact),
		test(buckets_begin_where_they_say),
		test(buckets_hold_what_is_put_in),
		test(quantiles_of_random_times),
		test(quantiles_at_the_edges),
		test(quantiles_beyond_the_last_bucket),
		test(parts_of_an_average_operation),
		test(no_part_is_negative),
		test(names_of_operations),
		test(sorted_sizes),
		test(sorted_errors_and_slow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
