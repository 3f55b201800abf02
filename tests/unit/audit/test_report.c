// SPDX-License-Identifier: GPL-2.0
/* Each format is what a parser of it takes, and says what the verdict is. */
#include <ctype.h>

#include "unit/audit/written.h"
#include "unit/json_text.h"

#define LEAK "leak_get+0x1a/0x40 [ig_leak]"
#define EXITED(status) ((status) << 8)

static int begin(void **state)
{
	(void)state;
	start(&h);
	start_report("refs");
	h.run.audited = IG_AUDIT_REFS;
	h.run.duration_ns = 1500000000;
	return 0;
}

static const char *const awkward = "bad \xff\xc0\x80 <&>\"' \x01\x1b[31m \n# x";

/* A leak, and text that no kernel has but a parser must survive. */
static void make_findings(void)
{
	static struct ig_trace odd;
	static char *frames[2];

	frames[0] = (char *)LEAK;
	frames[1] = (char *)awkward;
	odd = (struct ig_trace){ frames, 2, 5, "a\x02\xfe" };
	before(&h, 7, 2, 2);
	after(&h, 7, 5, 2)->name = (char *)awkward;
	h.run.after.groups[0].devices[0].name = (char *)awkward;
	gets(&h, 7, LEAK, 1003, 1001)->high = &odd;
	gets(&h, 7, awkward, 10, 9);
	violation(&h, 9, IG_VIOL_USE_AFTER_RELEASE, 0x10);
	violation(&h, 9, IG_VIOL_USE_AFTER_RELEASE, 0x20);
	assert_int_equal(judge(&h), IG_FINDINGS);
}

static void json_findings(void **state)
{
	json_object *doc, *f, *s, *g;

	(void)state;
	make_findings();
	h.run.has_workload = true;
	h.run.workload_status = EXITED(3);
	doc = parse(write_report(IG_FORMAT_JSON));
	assert_text(doc, "verdict", "findings");
	assert_text(doc, "kernel", "6.1.0-test");
	assert_text(doc, "backend", "fentry");
	assert_text(doc, "iommu", "intel");
	assert_number(get(doc, "workload"), "status", 3);
	assert_int_equal(json_object_array_length(get(doc, "findings")), 3);
	f = json_object_array_get_idx(get(doc, "findings"), 2);
	assert_text(f, "rule", "ref-leak");
	assert_number(f, "group", 7);
	assert_number(f, "count", 3);
	assert_number(f, "unattributed", 0);
	assert_string_equal(json_object_get_string(json_object_array_get_idx(
				    get(f, "stack"), 0)),
			    LEAK);
	s = json_object_array_get_idx(get(f, "suspects"), 0);
	assert_text(s, "symbol", LEAK);
	assert_number(s, "outstanding", 2);
	assert_number(s, "gets", 1003);
	assert_number(s, "puts", 0);
	assert_null(get(s, "partner"));
	g = json_object_array_get_idx(get(doc, "groups"), 0);
	assert_number(g, "id", 7);
	assert_number(g, "references", 5);
	assert_number(g, "external", 3);
	json_object_put(doc);
}

static void json_losses(void **state)
{
	json_object *doc;

	(void)state;
	loss(&h, "ring_buffer_full", 4);
	judge(&h);
	h.run.has_workload = true;
	h.run.workload_status = 9;
	doc = parse(write_report(IG_FORMAT_JSON));
	assert_text(doc, "verdict", "inconclusive");
	assert_number(get(get(doc, "losses"), "ring_buffer_full"), "count", 4);
	assert_number(get(doc, "workload"), "signal", 9);
	json_object_put(doc);
}

static void json_of_nothing(void **state)
{
	json_object *doc;

	(void)state;
	judge(&h);
	doc = parse(write_report(IG_FORMAT_JSON));
	assert_text(doc, "verdict", "clean");
	assert_int_equal(json_object_array_length(get(doc, "findings")), 0);
	assert_int_equal(json_object_object_length(get(doc, "losses")), 0);
	assert_null(get(doc, "workload"));
	json_object_put(doc);
}

/* Attributes quoted, references known, no character that XML has not. */
static const char *check_tag(const char *s)
{
	bool quoted = false;

	for (s++; *s && (quoted || *s != '>'); s++) {
		assert_true(*s != '<');
		if (*s == '"')
			quoted = !quoted;
	}
	assert_int_equal(*s, '>');
	return s;
}

static void check_character(const char *s)
{
	static const char *const known[] = { "&lt;",   "&gt;",	"&amp;",
					     "&quot;", "&#10;", "&#9;" };
	size_t i;

	assert_true((unsigned char)*s >= ' ' || *s == '\n');
	if (*s != '&')
		return;
	for (i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (!strncmp(s, known[i], strlen(known[i])))
			return;
	fail_msg("not a reference: %.10s", s);
}

static void assert_well_formed(const char *xml)
{
	const char *names[16], *s, *end;
	size_t depth = 0, n;

	for (s = xml; *s; s++)
		check_character(s);
	for (s = strchr(xml, '<'); s; s = strchr(end, '<')) {
		end = check_tag(s);
		if (s[1] == '?')
			continue;
		n = strcspn(s + 1, " />");
		if (s[1] == '/') {
			assert_true(depth > 0);
			n = strcspn(s + 2, ">");
			assert_memory_equal(names[--depth], s + 2, n);
		} else if (end[-1] != '/') {
			assert_true(depth < 16);
			names[depth++] = s + 1;
		}
		assert_true(n > 0);
	}
	assert_int_equal(depth, 0);
}

static size_t count(const char *text, const char *what)
{
	size_t n = 0;

	for (text = strstr(text, what); text; text = strstr(text + 1, what))
		n++;
	return n;
}

static void junit_findings(void **state)
{
	const char *xml;

	(void)state;
	make_findings();
	xml = write_report(IG_FORMAT_JUNIT);
	assert_well_formed(xml);
	/* Two findings of one rule are one failed case. */
	assert_non_null(strstr(
		xml, "tests=\"8\" failures=\"2\" errors=\"0\" skipped=\"1\""));
	assert_int_equal(count(xml, "<testcase "), 8);
	assert_int_equal(count(xml, "<failure "), 2);
	assert_int_equal(count(xml, "<skipped "), 1);
	assert_non_null(strstr(xml, LEAK));
}

static void junit_inconclusive_does_not_pass(void **state)
{
	const char *xml;

	(void)state;
	loss(&h, "ring_buffer_full", 4);
	judge(&h);
	h.run.has_workload = true;
	h.run.workload_status = EXITED(1);
	xml = write_report(IG_FORMAT_JUNIT);
	assert_well_formed(xml);
	assert_non_null(strstr(
		xml, "tests=\"8\" failures=\"1\" errors=\"1\" skipped=\"6\""));
	assert_int_equal(count(xml, "<skipped "), 6);
	assert_int_equal(count(xml, "<error "), 1);
	assert_int_equal(count(xml, "<failure "), 1);
}

static void junit_clean(void **state)
{
	const char *xml;

	(void)state;
	judge(&h);
	h.run.has_workload = true;
	xml = write_report(IG_FORMAT_JUNIT);
	assert_well_formed(xml);
	assert_int_equal(count(xml, "<failure "), 0);
	assert_int_equal(count(xml, "<error "), 0);
	assert_int_equal(count(xml, "<skipped "), 0);
}

/* Result lines are numbered as planned; all else is a diagnostic. */
static void assert_ktap(const char *ktap, unsigned int failed,
			unsigned int skipped)
{
	unsigned int planned, n = 0, number;
	char *copy = strdup(ktap), *line, *rest = copy;

	assert_string_equal(strsep(&rest, "\n"), "KTAP version 1");
	assert_int_equal(sscanf(strsep(&rest, "\n"), "1..%u", &planned), 1);
	while ((line = strsep(&rest, "\n")) && rest) {
		if (line[0] == '#')
			continue;
		if (!strncmp(line, "not ", 4)) {
			line += 4;
			failed--;
		}
		assert_int_equal(sscanf(line, "ok %u ", &number), 1);
		assert_int_equal(number, ++n);
		if (strstr(line, " # SKIP "))
			skipped--;
	}
	assert_int_equal(n, planned);
	assert_int_equal(failed, 0);
	assert_int_equal(skipped, 0);
	free(copy);
}

static void ktap(void **state)
{
	(void)state;
	h.run.has_workload = true;
	judge(&h);
	assert_ktap(write_report(IG_FORMAT_KTAP), 0, 0);
	h.run.workload_status = EXITED(1);
	assert_ktap(write_report(IG_FORMAT_KTAP), 1, 0);
	loss(&h, "ring_buffer_full", 1);
	judge(&h);
	assert_ktap(write_report(IG_FORMAT_KTAP), 2, 6);
	h.run.has_workload = false;
	assert_ktap(write_report(IG_FORMAT_KTAP), 1, 7);
	make_findings();
	/* Two rules failed; the other four could not be concluded. */
	assert_ktap(write_report(IG_FORMAT_KTAP), 3, 5);
}

static void text_findings(void **state)
{
	const char *text;
	const char *c;

	(void)state;
	make_findings();
	loss(&h, "ring_buffer_full", 1);
	judge(&h);
	report.verbose = true;
	text = write_report(IG_FORMAT_TEXT);
	assert_memory_equal(text, "findings: 3 findings\n", 21);
	assert_non_null(strstr(text, "ref-leak: group 7"));
	assert_non_null(strstr(text, "\n    " LEAK "\n"));
	assert_non_null(strstr(text, "ring_buffer_full: 1 (made up"));
	assert_non_null(strstr(text, "CALL SITE"));
	assert_non_null(strstr(text, "1.500 s"));
	for (c = text; *c; c++)
		assert_true(*c == '\n' || !iscntrl((unsigned char)*c));
}

static void text_says_why_it_is_inconclusive(void **state)
{
	const char *text;

	(void)state;
	h.run.after.unreadable = 1;
	loss(&h, "ring_buffer_full", 3);
	judge(&h);
	text = write_report(IG_FORMAT_TEXT);
	assert_memory_equal(text, "inconclusive: ", 14);
	assert_non_null(strstr(text, "ring_buffer_full: 3"));
	assert_non_null(strstr(text, "snapshot_unreadable: 1"));
}

static void text_clean_and_held(void **state)
{
	const char *text;

	(void)state;
	before(&h, 3, 1, 1);
	after(&h, 3, 2, 1)->vfio_group = true;
	judge(&h);
	h.run.after.groups[0].devices[0].name = (char *)"0000:00:02.0";
	text = write_report(IG_FORMAT_TEXT);
	assert_memory_equal(text, "clean: ", 7);
	assert_non_null(strstr(text, "group 3: 1 reference held by vfio"));
	assert_non_null(strstr(text, "no workload"));
}

static void a_full_disk_is_an_error(void **state)
{
	FILE *full = fopen("/dev/full", "w");
	enum ig_format format;

	(void)state;
	if (!full)
		skip();
	judge(&h);
	for (format = IG_FORMAT_TEXT; format <= IG_FORMAT_KTAP; format++) {
		assert_true(ig_report_write(full, format, &report) < 0);
		clearerr(full);
	}
	fclose(full);
}

#define test(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(json_findings),
		test(json_losses),
		test(json_of_nothing),
		test(junit_findings),
		test(junit_inconclusive_does_not_pass),
		test(junit_clean),
		test(ktap),
		test(text_findings),
		test(text_says_why_it_is_inconclusive),
		test(text_clean_and_held),
		test(a_full_disk_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
