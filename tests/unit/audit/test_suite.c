// SPDX-License-Identifier: GPL-2.0
/* Suites: the file that names workloads, and the report on all of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <json-c/json.h>

#include "audit/report.h"
#include "audit/suite.h"

static int parse(struct ig_suite *suite, const char *text, size_t size)
{
	FILE *in = fmemopen((void *)text, size, "r");
	int err;

	assert_non_null(in);
	err = ig_suite_parse(suite, in, "file");
	fclose(in);
	return err;
}

static void test_lines(void **state)
{
	(void)state;
	static const char text[] = "# a comment\n"
				   "\n"
				   "one: true\n"
				   "  two words :\techo a: b # c  \r\n"
				   "   # another\n"
				   "pci:0000:00:10.0: echo x:y";
	struct ig_suite suite;

	assert_int_equal(parse(&suite, text, sizeof(text) - 1), 0);
	assert_int_equal(suite.n, 3);
	assert_string_equal(suite.items[0].name, "one");
	assert_string_equal(suite.items[0].command, "true");
	assert_int_equal(suite.items[0].line, 3);
	assert_string_equal(suite.items[1].name, "two words");
	assert_string_equal(suite.items[1].command, "echo a: b # c");
	assert_string_equal(suite.items[2].name, "pci:0000:00:10.0");
	assert_string_equal(suite.items[2].command, "echo x:y");
	ig_suite_free(&suite);
	assert_int_equal(suite.n, 0);
}

static void test_wrong(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"no colon\n",	     ": no name\n",	 "none:\n",
		"none:   \n",	     "one: a\none: b\n", "# nothing\n\n",
		"colon:inside it\n",
	};
	struct ig_suite suite;
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_int_equal(parse(&suite, texts[i], strlen(texts[i])), -1);
		assert_int_equal(suite.n, 0);
	}
	assert_int_equal(parse(&suite, "one: a\0b\n", 9), -1);
}

/** struct written - a suite of three workloads: clean, failed, found */
struct written {
	struct ig_run runs[3];
	struct ig_result results[3];
	struct ig_finding finding;
	struct ig_suite_entry entries[3];
	char *text;
};

static void write_suite(struct written *w, enum ig_format format)
{
	static const char *const names[] = { "first <1>", "fails", "finds #2" };
	size_t size, i;
	FILE *out;

	memset(w, 0, sizeof(*w));
	w->finding = (struct ig_finding){ .rule = IG_RULE_REF_LEAK,
					  .message = "leaked" };
	for (i = 0; i < 3; i++) {
		w->runs[i].command = "check";
		w->runs[i].kernel = "7.3";
		w->runs[i].backend = "fentry";
		w->runs[i].iommu = "intel";
		w->runs[i].has_workload = true;
		w->runs[i].audited = IG_AUDIT_REFS | IG_AUDIT_LOCKS;
		w->results[i].verdict = IG_CLEAN;
		w->entries[i] = (struct ig_suite_entry){
			names[i], { &w->runs[i], &w->results[i], false }
		};
	}
	w->runs[1].workload_status = 1 << 8;
	w->results[2].verdict = IG_FINDINGS;
	w->results[2].findings = &w->finding;
	w->results[2].nfindings = 1;
	out = open_memstream(&w->text, &size);
	assert_non_null(out);
	assert_int_equal(ig_suite_write(out, format, w->entries, 3), 0);
	fclose(out);
}

static void has(const struct written *w, const char *what)
{
	if (!strstr(w->text, what))
		fail_msg("no '%s' in:\n%s", what, w->text);
}

static void test_json(void **state)
{
	(void)state;
	struct json_object *doc, *list, *entry, *value;
	struct written w;

	write_suite(&w, IG_FORMAT_JSON);
	doc = json_tokener_parse(w.text);
	assert_non_null(doc);
	assert_true(json_object_object_get_ex(doc, "verdict", &value));
	assert_string_equal(json_object_get_string(value), "findings");
	assert_true(json_object_object_get_ex(doc, "suite", &list));
	assert_int_equal(json_object_array_length(list), 3);
	entry = json_object_array_get_idx(list, 2);
	assert_true(json_object_object_get_ex(entry, "name", &value));
	assert_string_equal(json_object_get_string(value), "finds #2");
	assert_true(json_object_object_get_ex(entry, "findings", &value));
	assert_int_equal(json_object_array_length(value), 1);
	assert_true(json_object_object_get_ex(entry, "losses", &value));
	entry = json_object_array_get_idx(list, 1);
	assert_true(json_object_object_get_ex(entry, "workload", &value));
	assert_true(json_object_object_get_ex(value, "status", &value));
	assert_int_equal(json_object_get_int(value), 1);
	json_object_put(doc);
	free(w.text);
}

static void test_junit(void **state)
{
	(void)state;
	struct written w;

	write_suite(&w, IG_FORMAT_JUNIT);
	has(&w, "<testsuite name=\"first &lt;1&gt;\"");
	has(&w, "<testsuite name=\"fails\"");
	has(&w, "classname=\"iommu-group.check.fails\" name=\"workload\"");
	has(&w, "classname=\"iommu-group.check.finds #2\" name=\"ref-leak\"");
	free(w.text);
}

static void test_ktap(void **state)
{
	(void)state;
	struct written w;

	write_suite(&w, IG_FORMAT_KTAP);
	has(&w,
	    "KTAP version 1\n1..3\n# Subtest: first <1>\n  KTAP version 1\n");
	has(&w, "\nok 1 first <1>\n");
	has(&w, "\nnot ok 2 fails\n");
	has(&w, "\nnot ok 3 finds _2\n");
	free(w.text);
}

static void test_text(void **state)
{
	(void)state;
	struct written w;

	write_suite(&w, IG_FORMAT_TEXT);
	has(&w, "== fails\n\nclean:");
	has(&w, "3 workloads, findings:\n");
	has(&w, "\nfindings     finds #2 (");
	free(w.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines), cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_json),  cmocka_unit_test(test_junit),
		cmocka_unit_test(test_ktap),  cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
