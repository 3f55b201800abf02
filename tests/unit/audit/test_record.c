// SPDX-License-Identifier: GPL-2.0
/* A record has all of a run, and what is no whole record is not read. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "unit/locks/seen_locks.h"
#include "unit/text.h"

#include <json-c/json.h>

#include "audit/record/record.h"
#include "audit/record/shape.h"
#include "audit/report.h"

static struct history h;
static struct locks locks;
static struct ig_run again;
static struct ig_record_error error;

static int begin(void **state)
{
	(void)state;
	start_locks(&h, &locks);
	h.run.command = (char *)"check";
	h.run.kernel = (char *)"6.1.0-test";
	h.run.backend = (char *)"fentry";
	h.run.iommu = (char *)"amd";
	h.run.has_workload = true;
	h.run.workload_status = 3 << 8;
	h.run.duration_ns = 1500000000;
	return 0;
}

static int end(void **state)
{
	(void)state;
	finish(&h);
	ig_run_free(&again);
	return 0;
}

static char *write_record(const struct ig_run *r)
{
	size_t size;
	char *text;
	FILE *f = open_memstream(&text, &size);

	assert_non_null(f);
	assert_int_equal(ig_record_write(f, r), 0);
	fclose(f);
	return text;
}

/* As read_text(), of the first bytes. */
static int read_part(const char *text, size_t size)
{
	/* There is no stream of no bytes. */
	FILE *f = size ? fmemopen((char *)text, size, "r") :
			 fopen("/dev/null", "r");
	int err;

	assert_non_null(f);
	ig_run_free(&again);
	err = ig_record_read(f, &again, &error);
	fclose(f);
	return err;
}

static int read_text(const char *text)
{
	return read_part(text, strlen(text));
}

static void fill_struct(const struct ig_shape *shape, void *what);

static void *filled(const struct ig_shape *shape, size_t n)
{
	char *structs = calloc(n, shape->size);
	size_t i;

	assert_non_null(structs);
	for (i = 0; i < n; i++)
		fill_struct(shape, structs + i * shape->size);
	return structs;
}

static char *filled_text(unsigned int n)
{
	char *text;

	assert_true(asprintf(&text, n % 3 ? "text %u" : "\xff\x01 \"%u", n) >
		    0);
	return text;
}

static char **filled_texts(unsigned int n)
{
	char **texts = calloc(2, sizeof(*texts));

	assert_non_null(texts);
	texts[0] = filled_text(n);
	texts[1] = filled_text(n + 1);
	return texts;
}

/* Each number is another one, and every third pointer that can be is NULL. */
static void fill_field(const struct ig_field *field, void *what)
{
	static unsigned int n;
	void *at = ig_field_in(field, what);

	n++;
	switch (field->kind) {
	case IG_FIELD_BOOL:
		*(bool *)at = true;
		break;
	case IG_FIELD_BIT:
		*(uint32_t *)at |= field->limit;
		break;
	case IG_FIELD_NO_BIT:
		*(uint32_t *)at &= ~field->limit;
		break;
	case IG_FIELD_LOSS:
		*(uint32_t *)at = n % IG_LOSS_ALL;
		break;
	case IG_FIELD_REASON:
		*(char **)at = filled_text(n);
		break;
	case IG_FIELD_S32:
		*(int32_t *)at = n % 2 ? INT32_MIN + (int)n : (int)n;
		break;
	case IG_FIELD_U32:
		*(uint32_t *)at =
			field->limit ? field->base + n % field->limit : ~n;
		break;
	case IG_FIELD_U64:
		*(uint64_t *)at = ~0ull - n;
		break;
	case IG_FIELD_CHARS:
		snprintf(at, field->limit, "chars\xe4%u", n);
		break;
	case IG_FIELD_TEXT_OR_NULL:
	case IG_FIELD_TEXT:
		if (field->kind == IG_FIELD_TEXT || n % 3)
			*(char **)at = filled_text(n);
		break;
	case IG_FIELD_TEXTS:
		*(char ***)at = filled_texts(n);
		*ig_field_length(field, what) = 2;
		break;
	case IG_FIELD_STRUCT:
		fill_struct(field->of, at);
		break;
	case IG_FIELD_POINTER_OR_NULL:
	case IG_FIELD_POINTER:
		if (field->kind == IG_FIELD_POINTER || n % 3)
			*(void **)at = filled(field->of, 1);
		break;
	case IG_FIELD_ARRAY:
		*(void **)at = filled(field->of, 2);
		*ig_field_length(field, what) = 2;
		break;
	}
}

static void fill_struct(const struct ig_shape *shape, void *what)
{
	size_t i;

	for (i = 0; i < shape->nfields; i++)
		fill_field(&shape->fields[i], what);
}

/* A run with something in each field. */
static char *write_full_record(void)
{
	struct ig_run full = {};
	char *text;

	fill_struct(&ig_run_shape, &full);
	text = write_record(&full);
	ig_run_free(&full);
	return text;
}

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
	assert_int_equal(left_out(&ig_run_shape), 126);
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
	h.run.exact = true;
	assert_same("group_map_full");
}

static void cut_off(void **state)
{
	char *text = write_full_record();
	size_t size = strlen(text), i;

	(void)state;
	/* The last byte is the end of the line. */
	for (i = 0; i < size - 1; i += i < 300 || i > size - 300 ? 1 : 61) {
		assert_int_equal(read_part(text, i), -EINVAL);
		assert_has(error.why, i ? "ends too early" : "empty");
	}
	assert_int_equal(read_part(text, size - 1), 0);
	free(text);
}

static void assert_bad(json_object *doc, const char *why)
{
	assert_int_equal(read_text(json_object_to_json_string_ext(
				 doc, JSON_C_TO_STRING_PLAIN)),
			 -EINVAL);
	assert_has(error.why, why);
}

static unsigned int fields_tried;

/* No field can be without its value, or have one of another kind. */
static void without_each(json_object *doc, json_object *part)
{
	size_t n, i;

	if (json_object_is_type(part, json_type_array)) {
		n = json_object_array_length(part);
		for (i = 0; i < n; i++)
			without_each(doc, json_object_array_get_idx(part, i));
		return;
	}
	if (!json_object_is_type(part, json_type_object))
		return;
	/* Each goes to the end and comes back, so the first is the next. */
	n = json_object_object_length(part);
	for (i = 0; i < n; i++) {
		struct lh_entry *first = json_object_get_object(part)->head;
		char *key = strdup(lh_entry_k(first));
		json_object *value =
			json_object_get((json_object *)lh_entry_v(first));

		json_object_object_del(part, key);
		assert_bad(doc, key);
		json_object_object_add(part, key, json_object_new_double(1.5));
		assert_bad(doc, key);
		json_object_object_del(part, key);
		json_object_object_add(part, key, value);
		without_each(doc, value);
		free(key);
		fields_tried++;
	}
}

static void every_field_is_needed(void **state)
{
	char *text = write_full_record();
	json_object *doc = json_tokener_parse(text), *part;

	(void)state;
	assert_true(json_object_object_get_ex(doc, "report", &part));
	without_each(doc, part);
	assert_true(fields_tried > 300);
	assert_int_equal(read_text(json_object_to_json_string(doc)), 0);
	json_object_put(doc);
	free(text);
}

/* A record of a group, in which one thing is replaced. */
static void assert_replaced(const char *what, const char *with, const char *why)
{
	char *text, *at, *changed;

	before(&h, 7, 2, 1);
	violation(&h, 7, IG_VIOL_ADDED_TWICE, 0x10);
	text = write_record(&h.run);
	at = strstr(text, what);
	assert_non_null(at);
	assert_true(asprintf(&changed, "%.*s%s%s", (int)(at - text), text, with,
			     at + strlen(what)) > 0);
	assert_int_equal(read_text(changed), -EINVAL);
	assert_has(error.why, why);
	free(changed);
	free(text);
}

static void out_of_range(void **state)
{
	char many[64];

	(void)state;
	assert_replaced("\"id\":7", "\"id\":4294967296", "id");
	assert_replaced("\"id\":7", "\"id\":-1", "id");
	assert_replaced("\"kref\":2", "\"kref\":2147483648", "kref");
	assert_replaced("\"kref\":2", "\"kref\":-2147483649", "kref");
	assert_replaced("\"addr\":", "\"addr\":-", "addr");
	snprintf(many, sizeof(many), "\"kind\":%d", IG_VIOL_MAX);
	assert_replaced("\"kind\":5", many, "kind");
	assert_replaced("\"comm\":\"insmod\"", "\"comm\":\"0123456789abcdef\"",
			"comm");
	assert_replaced("\"comm\":\"insmod\"", "\"comm\":[65,0]", "comm");
	assert_replaced("\"comm\":\"insmod\"", "\"comm\":[256]", "comm");
	assert_replaced("\"comm\":\"insmod\"", "\"comm\":null", "comm");
}

static void something_else(void **state)
{
	(void)state;
	assert_replaced("record\":1", "record\":2", "format 2");
	assert_replaced("iommu_group_record", "iommu_group_recorc",
			"no record of iommu-group");
	assert_replaced("}\n", "}\n{}", "no record of iommu-group");
	assert_int_equal(read_text("{}"), -EINVAL);
	assert_has(error.why, "no record of iommu-group");
	assert_int_equal(read_text("[1]"), -EINVAL);
	assert_has(error.why, "no record of iommu-group");
	assert_int_equal(read_text("\177ELF"), -EINVAL);
	assert_has(error.why, "no record of iommu-group");
	assert_int_equal(read_part("{\0}", 3), -EINVAL);
	assert_int_equal(read_text("{\"iommu_group_record\":1}"), -EINVAL);
	assert_has(error.why, "no report");
}

#define test(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(every_field),
		test(no_field_left_out),
		test(same_leak),
		test(same_inversion),
		test(same_losses),
		test(cut_off),
		test(every_field_is_needed),
		test(out_of_range),
		test(something_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
