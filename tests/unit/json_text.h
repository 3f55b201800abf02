/* SPDX-License-Identifier: GPL-2.0 */
/* What must be in a JSON document. */
#ifndef TESTS_UNIT_JSON_TEXT_H
#define TESTS_UNIT_JSON_TEXT_H

#include <json-c/json.h>

#include "unit/text.h"

/** parse() - one document, which a strict parser takes, and nothing behind it */
static inline json_object *parse(const char *text)
{
	json_tokener *t = json_tokener_new();
	json_object *doc;

	json_tokener_set_flags(t, JSON_TOKENER_STRICT |
					  JSON_TOKENER_VALIDATE_UTF8);
	doc = json_tokener_parse_ex(t, text, strlen(text));
	assert_int_equal(json_tokener_get_error(t), json_tokener_success);
	assert_string_equal(text + json_tokener_get_parse_end(t), "");
	json_tokener_free(t);
	assert_non_null(doc);
	return doc;
}

static inline json_object *get(json_object *j, const char *key)
{
	json_object *value;

	if (!json_object_object_get_ex(j, key, &value))
		fail_msg("no %s", key);
	return value;
}

static inline json_object *nth(json_object *j, const char *key, size_t i)
{
	return json_object_array_get_idx(get(j, key), i);
}

static inline void assert_text(json_object *j, const char *key,
			       const char *value)
{
	assert_string_equal(json_object_get_string(get(j, key)), value);
}

static inline void assert_number(json_object *j, const char *key, int64_t value)
{
	assert_int_equal(json_object_get_type(get(j, key)), json_type_int);
	assert_int_equal(json_object_get_int64(get(j, key)), value);
}

#endif /* TESTS_UNIT_JSON_TEXT_H */
