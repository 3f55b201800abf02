// SPDX-License-Identifier: GPL-2.0
/*
 * jsonq FILE PATH - print what a JSON document holds at PATH, such as
 * findings.0.stack.  Strings are printed bare, an array of strings one a line,
 * "findings.#" is the length.  Exit 1: not there; 2: not one JSON document.
 * Guests have a busybox userland only, so jq is not at hand.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

static void print_value(struct json_object *value)
{
	size_t i;

	if (json_object_is_type(value, json_type_array)) {
		for (i = 0; i < json_object_array_length(value); i++)
			print_value(json_object_array_get_idx(value, i));
		return;
	}
	puts(value ? json_object_get_string(value) : "null");
}

/* One step down; false when there is nothing. */
static bool step(struct json_object **at, const char *key)
{
	if (!json_object_is_type(*at, json_type_array))
		return json_object_object_get_ex(*at, key, at);
	if ((size_t)atoi(key) >= json_object_array_length(*at))
		return false;
	*at = json_object_array_get_idx(*at, atoi(key));
	return true;
}

int main(int argc, char **argv)
{
	struct json_object *doc, *at;
	char *key, *save = NULL;

	if (argc != 3) {
		fprintf(stderr, "usage: jsonq FILE PATH\n");
		return 2;
	}
	doc = json_object_from_file(argv[1]);
	if (!doc) {
		fprintf(stderr, "jsonq: %s\n", json_util_get_last_err());
		return 2;
	}
	at = doc;
	for (key = strtok_r(argv[2], ".", &save); key;
	     key = strtok_r(NULL, ".", &save)) {
		if (!strcmp(key, "#") &&
		    json_object_is_type(at, json_type_array)) {
			printf("%zu\n", json_object_array_length(at));
			json_object_put(doc);
			return 0;
		}
		if (!step(&at, key)) {
			json_object_put(doc);
			return 1;
		}
	}
	print_value(at);
	json_object_put(doc);
	return 0;
}
