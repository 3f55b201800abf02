// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <json-c/json.h>

#include "audit/record/record.h"
#include "audit/record/shape.h"
#include "model/losses.h"

typedef struct json_object json;

static bool is_plain(const char *text, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		if (text[i] < ' ' || text[i] > '~')
			return false;
	return true;
}

/*
 * A task can call itself anything, and a string of JSON is Unicode: bytes that
 * could not be had again from one are written as numbers.
 */
static json *bytes_json(const char *text, size_t size)
{
	json *list;
	size_t i;

	if (is_plain(text, size))
		return json_object_new_string_len(text, size);
	list = json_object_new_array();
	for (i = 0; i < size; i++)
		json_object_array_add(
			list, json_object_new_int((unsigned char)text[i]));
	return list;
}

/* What has no name for want of memory is called so in reports, too. */
static json *text_json(const char *text)
{
	return bytes_json(text ?: "?", strlen(text ?: "?"));
}

static json *texts_json(char **texts, size_t n)
{
	json *list = json_object_new_array();
	size_t i;

	for (i = 0; i < n; i++)
		json_object_array_add(list, text_json(texts[i]));
	return list;
}

static json *struct_json(const struct ig_shape *shape, const void *what);

static json *array_json(const struct ig_field *field, const void *what)
{
	size_t n = *ig_field_length(field, what), i;
	json *list = json_object_new_array();

	for (i = 0; i < n; i++)
		json_object_array_add(
			list,
			struct_json(field->of, ig_field_entry(field, what, i)));
	return list;
}

static json *field_json(const struct ig_field *field, const void *what)
{
	const void *at = ig_field_in(field, what);

	switch (field->kind) {
	case IG_FIELD_BOOL:
		return json_object_new_boolean(*(const bool *)at);
	case IG_FIELD_BIT:
		return json_object_new_boolean(*(const uint32_t *)at &
					       field->limit);
	case IG_FIELD_NO_BIT:
		return json_object_new_boolean(
			!(*(const uint32_t *)at & field->limit));
	case IG_FIELD_S32:
		return json_object_new_int64(*(const int32_t *)at);
	case IG_FIELD_U32:
		return json_object_new_int64(*(const uint32_t *)at -
					     field->base);
	case IG_FIELD_U64:
		return json_object_new_uint64(*(const uint64_t *)at);
	case IG_FIELD_LOSS:
		return text_json(ig_loss_key(*(const uint32_t *)at));
	case IG_FIELD_REASON:
		return text_json(ig_loss_reason(what));
	case IG_FIELD_CHARS:
		return bytes_json(at, strnlen(at, field->limit));
	case IG_FIELD_TEXT_OR_NULL:
		if (!*(char *const *)at)
			return NULL;
		/* fallthrough */
	case IG_FIELD_TEXT:
		return text_json(*(char *const *)at);
	case IG_FIELD_TEXTS:
		return texts_json(*(char **const *)at,
				  *ig_field_length(field, what));
	case IG_FIELD_STRUCT:
		return struct_json(field->of, at);
	case IG_FIELD_POINTER_OR_NULL:
	case IG_FIELD_POINTER:
		at = *(const void *const *)at;
		return at ? struct_json(field->of, at) : NULL;
	case IG_FIELD_ARRAY:
		return array_json(field, what);
	}
	return NULL;
}

static json *struct_json(const struct ig_shape *shape, const void *what)
{
	json *object = json_object_new_object();
	size_t i;

	for (i = 0; i < shape->nfields; i++)
		json_object_object_add(object, shape->fields[i].name,
				       field_json(&shape->fields[i], what));
	return object;
}

int ig_record_write(FILE *out, const struct ig_run *run)
{
	json *doc = json_object_new_object();
	const char *text;
	int err = 0;

	json_object_object_add(doc, "iommu_group_record",
			       json_object_new_int(IG_RECORD_FORMAT));
	json_object_object_add(doc, "report", struct_json(&ig_run_shape, run));
	text = json_object_to_json_string_ext(doc, JSON_C_TO_STRING_PLAIN);
	if (!text)
		err = -ENOMEM;
	else if (fputs(text, out) == EOF || fputc('\n', out) == EOF)
		err = -errno;
	json_object_put(doc);
	return err;
}
