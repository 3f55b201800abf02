/* SPDX-License-Identifier: GPL-2.0 */
/* Hand-written reports on attach times, and what is written of them. */
#ifndef TESTS_UNIT_ATTACH_REPORT_H
#define TESTS_UNIT_ATTACH_REPORT_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "unit/attach/attaches.h"
#include "unit/text.h"

#define EXITED(status) ((status) << 8)

static struct attaches a;
static struct ig_timing_report report;
static char *out;

static struct ig_timing_errno errors[] = { { ENOMEM, 3 }, { 524, 1 } };
static char *frames[] = { (char *)"iommu_attach_group+0x0/0x60",
			  (char *)"do\x1b_ioctl+0x1/0x9 [vfio]" };
static struct ig_trace trace = { frames, 2, 105, "qe\nmu" };
static inline int begin(void **state)
{
	(void)state;
	start_attaches(&a);
	report = (struct ig_timing_report){
		.kernel = "6.1.0-test",
		.backend = "fentry",
		.iommu = "intel",
		.run = &a.run,
		.duration_ns = 1500000000,
	};
	return 0;
}

static inline int end(void **state)
{
	(void)state;
	free(out);
	out = NULL;
	return 0;
}

static inline const char *
write_as(int (*writer)(FILE *f, const struct ig_timing_report *r))
{
	size_t size;
	FILE *f;

	free(out);
	ig_timing_sort(&a.run);
	f = open_memstream(&out, &size);
	assert_non_null(f);
	assert_int_equal(writer(f, &report), 0);
	fclose(f);
	if (size)
		assert_int_equal(out[size - 1], '\n');
	return out;
}

static inline struct ig_timing_size *took_times(uint32_t op, uint32_t devices,
						uint64_t ns, int times)
{
	struct ig_timing_size *size = size_of(&a, op, devices);

	while (times--)
		took(size, ns);
	return size;
}

static inline void make_failures(void)
{
	struct ig_timing_size *size = took_times(IG_ATTACH_GROUP, 8, 5000, 4);

	size->of.failed = 1;
	size->errors = errors;
	size->nerrors = 2;
}

static inline struct ig_slow *make_slow(void)
{
	struct ig_timing_slow *slow = &a.slow[a.run.nslow++];

	slow->trace = &trace;
	slow->raw = (struct ig_slow){
		.total = 12300000,
		.wait = 1000,
		.driver = 900000,
		.calls = 3,
		.of = { IG_ATTACH_GROUP, 3, 0 },
		.group = 7,
		.slowest_call = 1,
		.slowest = 600000,
		.device = "0000:00:10.1",
		.call = { 100000, 600000, 200000 },
	};
	return &slow->raw;
}

/* 1.2 us and 3.4 us a device, but for what is waited and what is ours. */
static inline void make_lines(void)
{
	uint32_t devices;

	a.run.own_call = 50;
	for (devices = 1; devices <= 64; devices *= 8) {
		struct ig_timing_size *size = took_times(
			IG_ATTACH_GROUP, devices, 2200 + 3450 * devices, 10);

		size->times.least -= 1000;
		size->times.wait = 10000;
		size->times.max_wait = 3000;
		size->times.calls = 10 * devices;
		size->times.driver = 20000 * devices;
	}
	took_times(IG_DETACH_GROUP, 1, 1000, 1);
	took_times(IG_DETACH_GROUP, 2, 1500, 1);
}

/* One kind of loss that happened, and one that did not. */
static inline void make_losses(void)
{
	static struct ig_loss_count losses[] = {
		{ IG_LOSS_RINGBUF, 0, (char *)"raise --ring-size" },
		{ IG_LOSS_ATTACH_CASES, 7, (char *)"raise --max-cases" },
	};

	a.run.losses = losses;
	a.run.nlosses = 2;
}

static inline size_t count_of(const char *text, const char *part)
{
	size_t n = 0;

	while ((text = strstr(text, part))) {
		text += strlen(part);
		n++;
	}
	return n;
}

#define test(name) cmocka_unit_test_setup_teardown(name, begin, end)

#endif /* TESTS_UNIT_ATTACH_REPORT_H */
