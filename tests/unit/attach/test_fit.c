// SPDX-License-Identifier: GPL-2.0
/* What an operation and a device cost, and when that is not all. */
#include <math.h>
#include <stdlib.h>

#include "unit/attach/attaches.h"

static struct attaches a;
static struct ig_timing_fit *fits;
static size_t nfits;
static uint64_t seed;

static int begin(void **state)
{
	(void)state;
	start_attaches(&a);
	seed = 4711;
	return 0;
}

static int end(void **state)
{
	(void)state;
	free(fits);
	fits = NULL;
	return 0;
}

static void fit(void)
{
	free(fits);
	fits = NULL;
	ig_timing_sort(&a.run);
	assert_int_equal(ig_timing_fits(&a.run, &fits, &nfits), 0);
}

static const struct ig_timing_fit *only_fit(void)
{
	fit();
	assert_int_equal(nfits, 1);
	assert_true(isfinite(fits->a) && isfinite(fits->b));
	assert_true(isfinite(fits->residual) && isfinite(fits->quadratic));
	return fits;
}

/** quickest() - one operation of @ns, and one that something disturbed */
static void quickest(uint32_t devices, double ns)
{
	struct ig_timing_size *size = size_of(&a, IG_ATTACH_GROUP, devices);

	took(took(size, llround(ns)), llround(ns) + 1000000);
}

/** uniform() - between -1 and 1 */
static double uniform(void)
{
	return (random_bits(&seed) >> 11) * 0x1p-52 - 1;
}

/** law() - times by group size, with relative noise of up to @noise */
static void law(size_t sizes, double (*ns)(double devices), double noise)
{
	size_t i;

	start_attaches(&a);
	for (i = 0; i < sizes; i++)
		quickest(1 << i, ns(1 << i) * (1 + noise * uniform()));
}

static double linear(double n)
{
	return 1200 + 3400 * n;
}

static double square(double n)
{
	return 1200 + 3400 * n + 7 * n * n;
}

static double pure_square(double n)
{
	return 50 * n * n;
}

static double n_log_n_law(double n)
{
	return 1000 * n * (1 + log2(n));
}

static double root(double n)
{
	return 5000 * sqrt(n);
}

static double constant(double n)
{
	(void)n;
	return 777;
}

static void exact_line(void **state)
{
	const struct ig_timing_fit *f;
	size_t sizes;

	(void)state;
	for (sizes = 2; sizes <= 20; sizes++) {
		law(sizes, linear, 0);
		f = only_fit();
		assert_int_equal(f->op, IG_ATTACH_GROUP);
		assert_int_equal(f->sizes, sizes);
		assert_int_equal(f->least, 1);
		assert_int_equal(f->most, 1 << (sizes - 1));
		assert_float_equal(f->a, 1200, 0.001);
		assert_float_equal(f->b, 3400, 0.001);
		assert_float_equal(f->residual, 0, 1e-6);
		assert_int_equal(f->growth, sizes < 3 ? IG_GROWTH_UNKNOWN :
							IG_GROWTH_LINEAR);
		assert_float_equal(f->quadratic, 0, 0);
	}
}

static void exact_constant(void **state)
{
	const struct ig_timing_fit *f;

	(void)state;
	law(13, constant, 0);
	f = only_fit();
	assert_float_equal(f->a, 777, 1e-3);
	assert_float_equal(f->b, 0, 1e-6);
	assert_int_equal(f->growth, IG_GROWTH_LINEAR);
}

/* The minimum of the sum of squares, found by asking all around it. */
static double deviation(double cost, double each)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < a.run.nsizes; i++) {
		const struct ig_timing_size *s = &a.sizes[i];
		double ns = s->times.least;

		sum += pow((cost + each * s->of.devices - ns) / ns, 2);
	}
	return sqrt(sum / a.run.nsizes);
}

static void least_deviation(void **state)
{
	const struct ig_timing_fit *f;
	int round;

	(void)state;
	for (round = 0; round < 50; round++) {
		law(3 + round % 11, round % 2 ? linear : square, 0.3);
		f = only_fit();
		assert_float_equal(f->residual, deviation(f->a, f->b), 1e-6);
		assert_true(f->residual < deviation(f->a * 1.01, f->b));
		assert_true(f->residual < deviation(f->a * 0.99, f->b));
		assert_true(f->residual < deviation(f->a, f->b * 1.01));
		assert_true(f->residual < deviation(f->a, f->b * 0.99));
	}
}

static void noise_rarely_deceives(void **state)
{
	int round, faster = 0;

	(void)state;
	for (round = 0; round < 5000; round++) {
		double noise = round % 2 ? 0.15 : 0.02;

		law(3 + round % 11, linear, noise);
		assert_true(only_fit()->residual < noise);
		assert_float_equal(fits->b, 3400, 3400 * 3 * noise);
		faster += fits->growth == IG_GROWTH_FASTER;
	}
	assert_true(faster < 5000 * 0.002);
}

static void squares_are_found(void **state)
{
	const struct ig_timing_fit *f;
	int round;

	(void)state;
	for (round = 0; round < 500; round++) {
		law(12 + round % 2, square, 0.02);
		f = only_fit();
		assert_int_equal(f->growth, IG_GROWTH_FASTER);
		assert_float_equal(f->quadratic,
				   7. * f->most * f->most / square(f->most),
				   0.05);
		law(8, square, 0.001);
		f = only_fit();
		assert_int_equal(f->growth, IG_GROWTH_FASTER);
		assert_float_equal(f->quadratic, 0.21, 0.02);
		law(4 + round % 10, pure_square, 0.02);
		f = only_fit();
		assert_int_equal(f->growth, IG_GROWTH_FASTER);
		assert_true(f->quadratic > 0.9 && f->quadratic <= 1);
	}
}

static void a_small_square_is_none(void **state)
{
	uint32_t n;

	(void)state;
	/* 7 % of all at 128 */
	for (n = 1; n <= 128; n *= 2)
		quickest(n, linear(n) + 2. * n * n);
	assert_int_equal(only_fit()->growth, IG_GROWTH_LINEAR);
	assert_float_equal(fits->quadratic, 0, 0);
}

static void slower_than_linear(void **state)
{
	(void)state;
	law(13, root, 0.02);
	assert_int_equal(only_fit()->growth, IG_GROWTH_LINEAR);
	assert_true(fits->residual > 0.1);
}

/* It does grow faster; where it is no square, the deviation says so. */
static void n_log_n(void **state)
{
	(void)state;
	law(6, n_log_n_law, 0);
	assert_int_equal(only_fit()->growth, IG_GROWTH_FASTER);
	law(13, n_log_n_law, 0.02);
	assert_int_equal(only_fit()->growth, IG_GROWTH_LINEAR);
	assert_true(fits->residual > 0.1);
}

/* A first attach that finds cold caches must not look like growth. */
static void a_slow_first_size(void **state)
{
	(void)state;
	law(8, linear, 0);
	a.sizes[0].times.total *= 4;
	assert_int_equal(only_fit()->growth, IG_GROWTH_LINEAR);
}

/* A parabola, but not one of devices that cost more and more. */
static void falls_and_rises(void **state)
{
	uint32_t n;

	(void)state;
	for (n = 1; n <= 12; n++)
		quickest(n, 100 - 10. * n + n * n);
	assert_int_equal(only_fit()->growth, IG_GROWTH_LINEAR);
}

static void one_size_is_no_fit(void **state)
{
	(void)state;
	fit();
	assert_int_equal(nfits, 0);
	quickest(8, 1000);
	/* not even when it was seen twice */
	quickest(8, 2000);
	fit();
	assert_int_equal(nfits, 0);
}

static void two_sizes(void **state)
{
	(void)state;
	quickest(1, 1000);
	quickest(64, 64000);
	assert_int_equal(only_fit()->growth, IG_GROWTH_UNKNOWN);
	assert_float_equal(fits->a, 0, 1e-3);
	assert_float_equal(fits->b, 1000, 1e-3);
	quickest(64, 32000);
	assert_int_equal(only_fit()->sizes, 2);
	assert_int_equal(fits->growth, IG_GROWTH_UNKNOWN);
}

static void three_sizes(void **state)
{
	(void)state;
	law(3, linear, 0.02);
	assert_int_equal(only_fit()->growth, IG_GROWTH_LINEAR);
	start_attaches(&a);
	quickest(1, 1000);
	quickest(10, 10500);
	quickest(100, 103000);
	assert_int_equal(only_fit()->growth, IG_GROWTH_LINEAR);
	a.sizes[2].times.least *= 3;
	assert_int_equal(only_fit()->growth, IG_GROWTH_FASTER);
	assert_true(fits->quadratic > 0.5 && fits->quadratic <= 1);
	/* the same three, two of them twice */
	quickest(1, 1010);
	quickest(100, 310000);
	assert_int_equal(only_fit()->sizes, 3);
	assert_int_equal(fits->growth, IG_GROWTH_FASTER);
}

static void what_does_not_count(void **state)
{
	(void)state;
	law(5, linear, 0);
	quickest(0, 5000);
	quickest(1 << 20, 0);
	size_of(&a, IG_ATTACH_GROUP, 77);
	quickest(3, 1e9);
	a.sizes[a.run.nsizes - 1].of.failed = 1;
	assert_int_equal(only_fit()->sizes, 5);
	assert_int_equal(fits->most, 16);
	assert_float_equal(fits->a, 1200, 1e-3);
}

static void waiting_and_our_own_share_do_not_count(void **state)
{
	size_t i;

	(void)state;
	law(5, linear, 0);
	a.run.own_call = 100;
	for (i = 0; i < 5; i++) {
		struct ig_timing_times *t = &a.sizes[i].times;

		t->calls = t->count * a.sizes[i].of.devices;
		t->wait = (i + 1) * 1000 * t->count;
		t->total += t->wait + 100 * t->calls;
		t->least += 100 * t->calls / t->count;
	}
	assert_float_equal(only_fit()->a, 1200, 1e-3);
	assert_float_equal(fits->b, 3400, 1e-3);
	assert_int_equal(fits->left_out, 0);
}

static void an_own_share_that_is_all(void **state)
{
	size_t i;

	(void)state;
	law(5, linear, 0);
	for (i = 0; i < 5; i++)
		a.sizes[i].times.calls = 2 << i;
	/* of 1200 + 3400 N, 3900 N leaves something for 1 and 2 */
	a.run.own_call = 3900;
	assert_int_equal(only_fit()->sizes, 2);
	assert_int_equal(fits->left_out, 3);
	a.run.own_call = 1e6;
	fit();
	assert_int_equal(nfits, 1);
	assert_int_equal(fits->sizes, 0);
	assert_int_equal(fits->left_out, 5);
	assert_true(isnan(fits->a) && isnan(fits->b) && isnan(fits->residual));
	assert_int_equal(fits->growth, IG_GROWTH_UNKNOWN);
}

static void each_operation_by_itself(void **state)
{
	size_t i;

	(void)state;
	law(5, linear, 0);
	for (i = 0; i < 5; i++) {
		a.sizes[5 + i] = a.sizes[i];
		a.sizes[5 + i].of.op = IG_DETACH_GROUP;
		a.sizes[5 + i].times.least *= 2;
	}
	a.sizes[10] = a.sizes[0];
	a.sizes[10].of.op = IG_STORE_TYPE;
	a.run.nsizes = 11;
	fit();
	assert_int_equal(nfits, 2);
	assert_int_equal(fits[1].op, IG_DETACH_GROUP);
	assert_float_equal(fits[0].b, 3400, 1e-3);
	assert_float_equal(fits[1].b, 6800, 1e-3);
}

static void extreme_numbers(void **state)
{
	(void)state;
	quickest(1, 1);
	quickest(UINT32_MAX, 1e12);
	quickest(UINT32_MAX - 1, 1);
	quickest(UINT32_MAX - 2, 1e12);
	quickest(2, 1);
	only_fit();
	assert_true(fits->quadratic >= 0 && fits->quadratic <= 1);
	start_attaches(&a);
	quickest(UINT32_MAX, 1000);
	quickest(UINT32_MAX - 1, 1000);
	fit();
	assert_true(!nfits || isfinite(fits->a));
}

#define test(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(exact_line),
		test(exact_constant),
		test(least_deviation),
		test(noise_rarely_deceives),
		test(squares_are_found),
		test(a_small_square_is_none),
		test(slower_than_linear),
		test(n_log_n),
		test(a_slow_first_size),
		test(falls_and_rises),
		test(one_size_is_no_fit),
		test(two_sizes),
		test(three_sizes),
		test(what_does_not_count),
		test(waiting_and_our_own_share_do_not_count),
		test(an_own_share_that_is_all),
		test(each_operation_by_itself),
		test(extreme_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
