// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "audit/record/record.h"
#include "audit/record/shape.h"

static void free_struct(const struct ig_shape *shape, void *what);

static void free_array(const struct ig_field *field, void *what)
{
	size_t n = *ig_field_length(field, what), i;
	char **texts = *(char ***)ig_field_in(field, what);

	for (i = 0; i < n; i++) {
		if (field->kind == IG_FIELD_TEXTS)
			free(texts[i]);
		else
			free_struct(field->of, ig_field_entry(field, what, i));
	}
	free(texts);
}

static void free_field(const struct ig_field *field, void *what)
{
	void *at = ig_field_in(field, what);

	switch (field->kind) {
	case IG_FIELD_TEXT:
	case IG_FIELD_TEXT_OR_NULL:
		free(*(char **)at);
		break;
	case IG_FIELD_STRUCT:
		free_struct(field->of, at);
		break;
	case IG_FIELD_POINTER:
	case IG_FIELD_POINTER_OR_NULL:
		if (*(void **)at)
			free_struct(field->of, *(void **)at);
		free(*(void **)at);
		break;
	case IG_FIELD_TEXTS:
	case IG_FIELD_ARRAY:
		free_array(field, what);
		break;
	default:
		break;
	}
}

static void free_struct(const struct ig_shape *shape, void *what)
{
	size_t i;

	for (i = 0; i < shape->nfields; i++)
		free_field(&shape->fields[i], what);
}

void ig_record_free(struct ig_report *report)
{
	free_struct(&ig_report_shape, report);
	memset(report, 0, sizeof(*report));
}
