// SPDX-License-Identifier: GPL-2.0
/* A record has all of a run, and the same is said of it when it is read again. */
#include "unit/audit/record.h"

#include "audit/report.h"

static void every_field(void **state)
{
	char *text = write_full_record(), *second;

	(void)state;
	assert_int_equal(read_text(text), 0);
	second = write_record(&again);
	assert_string_equal(second, text);
	free(second);
	free(text);
}

static size_t field_size(const struct ig_field *field)
{
	static const size_t sizes[] = {
		[IG_FIELD_BOOL] = sizeof(bool),
		[IG_FIELD_S32] = 4,
		[IG_FIELD_U32] = 4,
		[IG_FIELD_LOSS] = 4,
		[IG_FIELD_U64] = 8,
		[IG_FIELD_ARRAY] = 16,
		[IG_FIELD_TEXTS] = 16,
	};

	if (field->kind == IG_FIELD_BIT || field->kind == IG_FIELD_NO_BIT)
		return 0;
	if (field->kind == IG_FIELD_STRUCT)
		return field->of->size;
	if (field->kind == IG_FIELD_CHARS)
		return field->limit;
	return sizes[field->kind] ?: sizeof(void *);
}

/* Bytes of structs that no table has; of those in an array, once. */
static size_t left_out(const struct ig_shape *shape)
{
	size_t left = shape->size, i;

	for (i = 0; i < shape->nfields; i++) {
		left -= field_size(&shape->fields[i]);
		if (shape->fields[i].of)
			left += left_out(shape->fields[i].of);
	}
	return left;
}

/*
 * A field that is new in a struct must be in its table as well: then this sum
 * stays what it is.  In it are padding, the bits of what was audited, and the
 * stack of a violation.
 */
static void no_field_left_out(void **state)
{
	(void)state;
	assert_int_equal(left_out(&ig_run_shape), 200);
}

static char *say(const struct ig_run *r, enum ig_format format)
{
	struct ig_result result = {};
	const struct ig_report report = { r, &result, true };
	size_t size;
	char *text;
	FILE *f = open_memstream(&text, &size);

	assert_non_null(f);
	assert_int_equal(ig_analyse(r, &result), 0);
	assert_int_equal(ig_report_write(f, format, &report), 0);
	fclose(f);
	ig_result_free(&result);
	return text;
}

/* What is said of the run, and of the same when it has been read again. */
static void assert_same(const char *part)
{
	static const enum ig_format formats[] = {
		IG_FORMAT_TEXT, IG_FORMAT_JSON, IG_FORMAT_JUNIT, IG_FORMAT_KTAP
	};
	char *text = write_record(&h.run);
	size_t i;

	assert_int_equal(read_text(text), 0);
	free(text);
	for (i = 0; i < 4; i++) {
		char *live = say(&h.run, formats[i]);
		char *later = say(&again, formats[i]);

		assert_has(live, part);
		assert_string_equal(later, live);
		free(live);
		free(later);
	}
}

static void same_leak(void **state)
{
	static struct ig_trace odd;
	static char *frames[] = { (char *)"\xc0\x80 <&>\x1b" };

	(void)state;
	odd = (struct ig_trace){ frames, 1, 5, "a\x02\xfe" };
	before(&h, 7, 2, 2);
	after(&h, 7, 5, 2)->name = (char *)"\xff";
	gets(&h, 7, "leak_get+0x1a/0x40 [ig_leak]", 1003, 1001)->high = &odd;
	puts_(&h, 7, "leak_put+0x5/0x20 [ig_leak]", 998, 998);
	total(&h, "gone_get+0x5/0x20 [m]", 4, 0, 4);
	violation(&h, 7, IG_VIOL_PUT_BELOW_DEVICES, 0x10);
	assert_same("ref-leak");
}

static void same_inversion(void **state)
{
	(void)state;
	nest(&h, static_lock("m"), group_lock(1));
	nest(&h, group_lock(2), older_lock("driver_lock+0x10/0x20 [m]"));
	nest(&h, older_lock("driver_lock+0x10/0x20 [m]"), static_lock("m"));
	side(&h, older_lock("driver_lock+0x10/0x20 [m]"),
	     (struct ig_lock_sides){ .outer = true, .inner = true });
	misuse(&h, IG_MISUSE_ON_EXIT, group_lock(1));
	assert_same("lock-cycle");
}

static void same_losses(void **state)
{
	(void)state;
	loss(&h, "group_map_full", 3);
	loss(&h, "edge_map_full", 0);
	h.run.every_ref_traced = true;
	assert_same("group_map_full");
}

static void same_left_running(void **state)
{
	char *text;

	(void)state;
	h.run.left_running = (char *)"sleep (pid 5)";
	text = write_record(&h.run);
	assert_int_equal(read_text(text), 0);
	free(text);
	assert_string_equal(again.left_running, "sleep (pid 5)");
	text = say(&again, IG_FORMAT_TEXT);
	assert_has(text, "left running: sleep (pid 5)");
	free(text);
}

/* By a version of 2026-11: a leak and an inversion, on Debian's 6.1. */
static void of_an_older_version(void **state)
{
	FILE *f = fopen("tests/unit/audit/format-1.json", "r");

	(void)state;
	assert_non_null(f);
	assert_int_equal(ig_record_read(f, &again, &error), 0);
	fclose(f);
	assert_int_equal(again.audited, IG_AUDIT_REFS | IG_AUDIT_LOCKS);
	assert_string_equal(again.kernel, "6.1.0-56-amd64");
	assert_int_equal(again.before.ngroups, 1);
	assert_false(again.before.holders_read);
	h.run = again;
	assert_int_equal(judge(&h), IG_FINDINGS);
	assert_int_equal(h.result.nfindings, 2);
	assert_int_equal(h.result.findings[0].rule, IG_RULE_LOCK_CYCLE);
	assert_int_equal(h.result.findings[0].nedges, 2);
	assert_int_equal(h.result.findings[1].rule, IG_RULE_REF_LEAK);
	assert_int_equal(h.result.findings[1].count, 3);
	assert_suspect(&h.result.findings[1], 0,
		       "ig_leak_success+0xa/0x2a [ig_leak]", 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(every_field),	   test(no_field_left_out),
		test(same_leak),	   test(same_inversion),
		test(same_losses),	   test(same_left_running),
		test(of_an_older_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
