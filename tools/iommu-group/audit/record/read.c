// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "audit/record/record.h"
#include "audit/record/shape.h"
#include "model/losses.h"

typedef struct json_object json;

/** struct reading - a record that is being read */
struct reading {
	struct ig_record_error *error;
	int format;
};

__attribute__((format(printf, 2, 3))) static int bad(struct reading *e,
						     const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(e->error->why, sizeof(e->error->why), fmt, args);
	va_end(args);
	return -EINVAL;
}

static int bad_field(struct reading *e, const struct ig_field *field)
{
	return bad(e, "its '%s' is missing or not what it should be",
		   field->name);
}

static int read_number(struct reading *e, const struct ig_field *field,
		       json *from, int64_t least, uint64_t most, uint64_t *to)
{
	int64_t value = json_object_get_int64(from);

	if (!json_object_is_type(from, json_type_int) || value < least)
		return bad_field(e, field);
	*to = value < 0 ? (uint64_t)value : json_object_get_uint64(from);
	return value >= 0 && *to > most ? bad_field(e, field) : 0;
}

static int read_u32(struct reading *e, const struct ig_field *field, json *from,
		    void *to)
{
	uint64_t value;
	int err = read_number(e, field, from, 0,
			      field->limit ? field->limit - 1 : UINT32_MAX,
			      &value);

	if (!err)
		*(uint32_t *)to = value + field->base;
	return err;
}

static int read_s32(struct reading *e, const struct ig_field *field, json *from,
		    void *to)
{
	uint64_t value;
	int err = read_number(e, field, from, INT32_MIN, INT32_MAX, &value);

	if (!err)
		*(int32_t *)to = value;
	return err;
}

static int read_bool(struct reading *e, const struct ig_field *field,
		     json *from, bool *to)
{
	if (!json_object_is_type(from, json_type_boolean))
		return bad_field(e, field);
	*to = json_object_get_boolean(from);
	return 0;
}

static int read_bit(struct reading *e, const struct ig_field *field, json *from,
		    uint32_t *to)
{
	bool value = false;
	int err = read_bool(e, field, from, &value);

	if (err)
		return err;
	if (value == (field->kind == IG_FIELD_BIT))
		*to |= field->limit;
	else
		*to &= ~field->limit;
	return 0;
}

/* A string, or the bytes of one. */
static int read_bytes(struct reading *e, const struct ig_field *field,
		      json *from, char **to)
{
	size_t n, i;
	char *text;

	if (json_object_is_type(from, json_type_string)) {
		*to = strdup(json_object_get_string(from));
		return *to ? 0 : -ENOMEM;
	}
	if (!json_object_is_type(from, json_type_array))
		return bad_field(e, field);
	n = json_object_array_length(from);
	*to = text = calloc(n + 1, 1);
	if (!text)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		uint64_t byte;

		if (read_number(e, field, json_object_array_get_idx(from, i), 1,
				UCHAR_MAX, &byte))
			return -EINVAL;
		text[i] = byte;
	}
	return 0;
}

static int read_chars(struct reading *e, const struct ig_field *field,
		      json *from, char *to)
{
	char *text = NULL;
	int err = read_bytes(e, field, from, &text);

	if (!err && strlen(text) >= field->limit)
		err = bad_field(e, field);
	if (!err)
		strcpy(to, text);
	free(text);
	return err;
}

static int read_loss(struct reading *e, const struct ig_field *field,
		     json *from, uint32_t *to)
{
	char *key = NULL;
	int err = read_bytes(e, field, from, &key);

	if (!err) {
		*to = ig_loss_find(key);
		if (*to == IG_LOSS_ALL)
			err = bad_field(e, field);
	}
	free(key);
	return err;
}

/* Room for the entries of an array; none is there yet. */
static int make_array(struct reading *e, const struct ig_field *field,
		      json *from, void *what, size_t size)
{
	void **array = ig_field_in(field, what);
	size_t n;

	if (!json_object_is_type(from, json_type_array))
		return bad_field(e, field);
	n = json_object_array_length(from);
	*array = n ? calloc(n, size) : NULL;
	if (n && !*array)
		return -ENOMEM;
	*ig_field_length(field, what) = n;
	return 0;
}

static int read_texts(struct reading *e, const struct ig_field *field,
		      json *from, void *what)
{
	int err = make_array(e, field, from, what, sizeof(char *));
	char **texts = *(char ***)ig_field_in(field, what);
	size_t i;

	for (i = 0; !err && i < *ig_field_length(field, what); i++)
		err = read_bytes(e, field, json_object_array_get_idx(from, i),
				 &texts[i]);
	return err;
}

static int read_struct(struct reading *e, const struct ig_field *field,
		       const struct ig_shape *shape, json *from, void *to);

static int read_array(struct reading *e, const struct ig_field *field,
		      json *from, void *what)
{
	int err = make_array(e, field, from, what, field->of->size);
	size_t i;

	for (i = 0; !err && i < *ig_field_length(field, what); i++)
		err = read_struct(e, field, field->of,
				  json_object_array_get_idx(from, i),
				  ig_field_entry(field, what, i));
	return err;
}

static int read_pointer(struct reading *e, const struct ig_field *field,
			json *from, void **to)
{
	*to = calloc(1, field->of->size);
	return *to ? read_struct(e, field, field->of, from, *to) : -ENOMEM;
}

static int read_field(struct reading *e, const struct ig_field *field,
		      json *from, void *what)
{
	void *to = ig_field_in(field, what);

	switch (field->kind) {
	case IG_FIELD_BOOL:
		return read_bool(e, field, from, to);
	case IG_FIELD_BIT:
	case IG_FIELD_NO_BIT:
		return read_bit(e, field, from, to);
	case IG_FIELD_S32:
		return read_s32(e, field, from, to);
	case IG_FIELD_U32:
		return read_u32(e, field, from, to);
	case IG_FIELD_U64:
		return read_number(e, field, from, 0, UINT64_MAX, to);
	case IG_FIELD_LOSS:
		return read_loss(e, field, from, to);
	case IG_FIELD_CHARS:
		return read_chars(e, field, from, to);
	case IG_FIELD_TEXT_OR_NULL:
		if (!from)
			return 0;
		/* fallthrough */
	case IG_FIELD_TEXT:
	case IG_FIELD_REASON:
		return read_bytes(e, field, from, to);
	case IG_FIELD_TEXTS:
		return read_texts(e, field, from, what);
	case IG_FIELD_STRUCT:
		return read_struct(e, field, field->of, from, to);
	case IG_FIELD_POINTER_OR_NULL:
		if (!from)
			return 0;
		/* fallthrough */
	case IG_FIELD_POINTER:
		return read_pointer(e, field, from, to);
	case IG_FIELD_ARRAY:
		return read_array(e, field, from, what);
	}
	return -EINVAL;
}

/* @field: in which the struct is, NULL for the outermost */
static int read_struct(struct reading *e, const struct ig_field *field,
		       const struct ig_shape *shape, json *from, void *to)
{
	size_t i;
	int err = 0;

	if (!json_object_is_type(from, json_type_object))
		return field ? bad_field(e, field) : bad(e, "it has no report");
	for (i = 0; !err && i < shape->nfields; i++) {
		json *value;

		field = &shape->fields[i];
		if (json_object_object_get_ex(from, field->name, &value))
			err = read_field(e, field, value, to);
		else if (field->since <= (unsigned int)e->format)
			err = bad_field(e, field);
	}
	return err;
}

static json *parse(struct reading *e, const char *text, size_t size)
{
	struct json_tokener *tokener = json_tokener_new();
	json *doc = NULL;

	if (!tokener)
		return NULL;
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	if (size < INT_MAX)
		doc = json_tokener_parse_ex(tokener, text, size);
	if (json_tokener_get_error(tokener) == json_tokener_continue)
		bad(e, "it ends too early; copy it again, or record again");
	json_tokener_free(tokener);
	return doc;
}

static int read_doc(struct reading *e, json *doc, struct ig_run *run)
{
	json *format, *content = NULL;

	if (!json_object_object_get_ex(doc, "iommu_group_record", &format))
		return -EINVAL;
	e->format = json_object_get_int(format);
	if (!json_object_is_type(format, json_type_int) || e->format < 1 ||
	    e->format > IG_RECORD_FORMAT)
		return bad(
			e,
			"it is of format %s, which another version of iommu-group has written; use that version",
			json_object_to_json_string(format));
	json_object_object_get_ex(doc, "report", &content);
	return read_struct(e, NULL, &ig_run_shape, content, run);
}

int ig_record_read(FILE *in, struct ig_run *run, struct ig_record_error *error)
{
	struct reading reading = { .error = error }, *e = &reading;
	char *text = NULL;
	size_t room = 0;
	ssize_t size;
	json *doc;
	int err;

	memset(run, 0, sizeof(*run));
	bad(e, "it is no record of iommu-group");
	errno = 0;
	/* All of it: JSON has no byte of 0. */
	size = getdelim(&text, &room, '\0', in);
	if (size < 0 && errno) {
		free(text);
		return -errno;
	}
	if (size <= 0)
		bad(e, "it is empty");
	doc = size > 0 ? parse(e, text, size) : NULL;
	err = doc ? read_doc(e, doc, run) : -EINVAL;
	json_object_put(doc);
	free(text);
	return err;
}
