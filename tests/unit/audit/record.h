/* SPDX-License-Identifier: GPL-2.0 */
/* Writing and reading records in unit tests, and a run with all fields filled. */
#ifndef TESTS_UNIT_RECORD_H
#define TESTS_UNIT_RECORD_H

#include <stdio.h>
#include <stdlib.h>

#include "audit/record/record.h"
#include "audit/record/shape.h"
#include "unit/locks/seen_locks.h"
#include "unit/text.h"

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

#define test(name) cmocka_unit_test_setup_teardown(name, begin, end)

#endif /* TESTS_UNIT_RECORD_H */
