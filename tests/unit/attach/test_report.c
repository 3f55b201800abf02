// SPDX-License-Identifier: GPL-2.0
/* Attach times as JSON and as folded stacks. */
#include "unit/attach/report_text.h"
#include "unit/json_text.h"

static const char *const awkward = "bad \xff\xc0\x80 <&>\"' \x01\x1b[31m \n# x";

static int write_folded(FILE *f, const struct ig_timing_report *r)
{
	return ig_timing_folded(f, r->run);
}

static void assert_real(json_object *j, const char *key, double value)
{
	assert_float_equal(json_object_get_double(get(j, key)), value, 1e-3);
}

static json_object *parsed(void)
{
	return parse(write_as(ig_timing_json));
}

static void json_of_nothing(void **state)
{
	json_object *doc = parsed();

	(void)state;
	assert_text(doc, "command", "attach");
	assert_text(doc, "kernel", "6.1.0-test");
	assert_text(doc, "backend", "fentry");
	assert_text(doc, "iommu", "intel");
	assert_number(doc, "duration_ns", 1500000000);
	assert_null(get(doc, "workload"));
	assert_false(json_object_get_boolean(get(doc, "interrupted")));
	assert_int_equal(json_object_array_length(get(doc, "sizes")), 0);
	assert_int_equal(json_object_array_length(get(doc, "failed")), 0);
	assert_int_equal(json_object_array_length(get(doc, "fits")), 0);
	assert_int_equal(json_object_array_length(get(doc, "slowest")), 0);
	assert_int_equal(json_object_object_length(get(doc, "losses")), 0);
	json_object_put(doc);
}

static void json_of_sizes(void **state)
{
	json_object *doc, *j;

	(void)state;
	make_lines();
	took_times(IG_DETACH_GROUP, 0, 700, 1);
	make_failures();
	doc = parsed();
	assert_int_equal(json_object_array_length(get(doc, "sizes")), 6);
	j = nth(doc, "sizes", 1);
	assert_text(j, "operation", "iommu_attach_group");
	assert_number(j, "devices", 8);
	assert_number(j, "count", 10);
	assert_number(j, "min_ns", 29800);
	assert_number(j, "p50_ns", 29800);
	assert_number(j, "p90_ns", 29800);
	assert_number(j, "p99_ns", 29800);
	assert_number(j, "max_ns", 29800);
	assert_number(j, "mean_ns", 29800);
	assert_number(j, "wait_ns", 1000);
	assert_number(j, "max_wait_ns", 3000);
	assert_number(j, "driver_ns", 16000);
	assert_number(j, "own_ns", 400);
	assert_number(j, "rest_ns", 12400);
	assert_real(j, "per_device_ns", 3550);
	assert_false(json_object_object_get_ex(j, "errors", NULL));
	j = nth(j, "histogram", 0);
	assert_int_equal(json_object_get_int(json_object_array_get_idx(j, 0)),
			 ig_hist_low(ig_hist_bucket(29800)));
	assert_int_equal(json_object_get_int(json_object_array_get_idx(j, 1)),
			 10);
	assert_null(get(nth(doc, "sizes", 3), "per_device_ns"));
	j = nth(doc, "failed", 0);
	assert_number(j, "count", 4);
	assert_number(get(j, "errors"), "ENOMEM", 3);
	assert_number(get(j, "errors"), "524", 1);
	json_object_put(doc);
}

static void json_of_fits(void **state)
{
	json_object *doc, *j;

	(void)state;
	make_lines();
	doc = parsed();
	assert_real(doc, "own_ns_per_call", 50);
	assert_int_equal(json_object_array_length(get(doc, "fits")), 2);
	j = nth(doc, "fits", 0);
	assert_text(j, "operation", "iommu_attach_group");
	assert_number(j, "sizes", 3);
	assert_number(j, "left_out", 0);
	assert_number(j, "least", 1);
	assert_number(j, "most", 64);
	assert_real(j, "a_ns", 1200);
	assert_real(j, "b_ns", 3400);
	assert_real(j, "residual", 0);
	assert_text(j, "growth", "linear");
	assert_real(j, "quadratic", 0);
	assert_text(nth(doc, "fits", 1), "growth", "unknown");
	json_object_put(doc);
}

static void json_of_the_slowest(void **state)
{
	json_object *doc, *j;

	(void)state;
	make_slow();
	make_slow()->err = -ENOMEM;
	a.slow[1].raw.total = 1;
	a.slow[1].raw.calls = 1000;
	a.slow[1].raw.group = IG_NO_GROUP;
	a.slow[1].trace = NULL;
	doc = parsed();
	j = nth(doc, "slowest", 0);
	assert_text(j, "operation", "iommu_attach_group");
	assert_number(j, "devices", 3);
	assert_number(j, "group", 7);
	assert_number(j, "total_ns", 12300000);
	assert_number(j, "wait_ns", 1000);
	assert_number(j, "driver_ns", 900000);
	assert_number(j, "calls", 3);
	assert_text(j, "task", "qe\nmu");
	assert_number(j, "pid", 105);
	assert_int_equal(json_object_array_length(get(j, "stack")), 2);
	assert_int_equal(json_object_array_length(get(j, "calls_ns")), 3);
	assert_number(get(j, "slowest_call"), "number", 1);
	assert_text(get(j, "slowest_call"), "device", "0000:00:10.1");
	assert_number(get(j, "slowest_call"), "ns", 600000);
	assert_false(json_object_object_get_ex(j, "error", NULL));
	j = nth(doc, "slowest", 1);
	assert_text(j, "error", "ENOMEM");
	assert_null(get(j, "group"));
	assert_null(get(j, "task"));
	assert_int_equal(json_object_array_length(get(j, "calls_ns")),
			 IG_SLOW_CALLS);
	assert_int_equal(json_object_array_length(get(j, "stack")), 0);
	json_object_put(doc);
}

/* Where no loop was seen, the driver may have been called without. */
static void json_of_no_loop(void **state)
{
	json_object *doc;

	(void)state;
	took_times(IG_DETACH_GROUP, 1, 1000, 1);
	doc = parsed();
	assert_number(nth(doc, "sizes", 0), "driver_ns", 0);
	json_object_put(doc);
	a.run.calls = false;
	doc = parsed();
	assert_null(get(nth(doc, "sizes", 0), "driver_ns"));
	assert_number(nth(doc, "sizes", 0), "own_ns", 0);
	json_object_put(doc);
}

static void json_of_what_was_not_seen(void **state)
{
	json_object *doc, *j;

	(void)state;
	make_lines();
	make_slow();
	a.run.driver_seen = false;
	a.run.wait_seen = false;
	doc = parsed();
	j = nth(doc, "sizes", 0);
	assert_null(get(j, "wait_ns"));
	assert_null(get(j, "max_wait_ns"));
	assert_null(get(j, "driver_ns"));
	assert_null(get(j, "own_ns"));
	assert_null(get(doc, "own_ns_per_call"));
	j = nth(doc, "slowest", 0);
	assert_null(get(j, "wait_ns"));
	assert_null(get(j, "driver_ns"));
	assert_null(get(j, "slowest_call"));
	json_object_put(doc);
}

static void json_of_the_rest(void **state)
{
	json_object *doc;

	(void)state;
	make_losses();
	report.kernel = awkward;
	report.interrupted = true;
	report.has_workload = true;
	report.workload_status = EXITED(3);
	doc = parsed();
	assert_int_equal(json_object_object_length(get(doc, "losses")), 1);
	assert_number(get(get(doc, "losses"), "attach_sizes_full"), "count", 7);
	assert_text(get(get(doc, "losses"), "attach_sizes_full"), "reason",
		    "raise --max-cases");
	assert_number(get(doc, "workload"), "status", 3);
	assert_true(json_object_get_boolean(get(doc, "interrupted")));
	json_object_put(doc);
	report.workload_status = 9;
	doc = parsed();
	assert_number(get(doc, "workload"), "signal", 9);
	json_object_put(doc);
}

static void folded(void **state)
{
	static struct ig_timing_folded stacks[] = {
		{ (char *)"ioctl;iommu_attach_group;vfio [vfio]", 123 },
		{ (char *)"a\n;b", UINT64_MAX },
		{ NULL, 0 },
	};

	(void)state;
	assert_string_equal(write_as(write_folded), "");
	a.run.folded = stacks;
	a.run.nfolded = 3;
	assert_string_equal(write_as(write_folded),
			    "ioctl;iommu_attach_group;vfio [vfio] 123\n"
			    "a?;b 18446744073709551615\n"
			    "? 0\n");
}

static void a_full_disk_is_an_error(void **state)
{
	FILE *f = fopen("/dev/full", "w");

	(void)state;
	assert_non_null(f);
	make_lines();
	assert_int_equal(ig_timing_text(f, &report), -ENOSPC);
	assert_int_equal(ig_timing_json(f, &report), -ENOSPC);
	assert_int_equal(ig_timing_svg(f, &report), -ENOSPC);
	fclose(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(json_of_nothing),
		test(json_of_sizes),
		test(json_of_fits),
		test(json_of_the_slowest),
		test(json_of_no_loop),
		test(json_of_what_was_not_seen),
		test(json_of_the_rest),
		test(folded),
		test(a_full_disk_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
