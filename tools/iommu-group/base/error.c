// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <json-c/json.h>

#include "base/error.h"

static bool as_json;

void ig_error_json(bool on)
{
	as_json = on;
}

static void print_json(const char *message)
{
	struct json_object *doc = json_object_new_object();

	json_object_object_add(doc, "error", json_object_new_string(message));
	puts(json_object_to_json_string(doc));
	json_object_put(doc);
}

static void print_line(const char *kind, const char *fmt, va_list args,
		       bool json)
{
	char *message;

	if (vasprintf(&message, fmt, args) < 0)
		return;
	fprintf(stderr, "iommu-group: %s%s\n", kind, message);
	if (json)
		print_json(message);
	free(message);
}

int ig_error(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	print_line("", fmt, args, as_json);
	va_end(args);
	return -1;
}

void ig_warn(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	print_line("warning: ", fmt, args, false);
	va_end(args);
}
