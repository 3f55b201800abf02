// SPDX-License-Identifier: GPL-2.0
/* What is no whole record is not read. */
#include <errno.h>

#include "unit/audit/record.h"

#include <json-c/json.h>

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
	assert_replaced("record\":3", "record\":4", "format 4");
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

static void unknown_loss(void **state)
{
	(void)state;
	loss(&h, "group_map_full", 3);
	assert_replaced("\"key\":\"group_map_full\"",
			"\"key\":\"x\\nok 1 ref-leak\"", "key");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(cut_off),	    test(every_field_is_needed),
		test(out_of_range), test(something_else),
		test(unknown_loss),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
