// SPDX-License-Identifier: GPL-2.0
/* Which processes are below one, in a /proc of our own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>

#include "base/descendants.h"

#define COLLECTOR 100

static char proc[] = "/tmp/ig-proc-XXXXXX";
static struct ig_processes found;

static void process(int pid, const char *name, char state, int parent,
		    int exit_signal)
{
	char path[128];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%d", proc, pid);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/%d/stat", proc, pid);
	out = fopen(path, "w");
	assert_non_null(out);
	fprintf(out,
		"%d (%s) %c %d 1 1 0 -1 4194560 108 0 0 0 0 0 0 0 20 0 1 0"
		" 12345 4452352 231 18446744073709551615 1 2 3 0 0 0 0 0 65536"
		" 1 0 0 %d 0 0 0 0 0 0\n",
		pid, name, state, parent, exit_signal);
	fclose(out);
}

static int begin(void **state)
{
	(void)state;
	strcpy(strrchr(proc, '-') + 1, "XXXXXX");
	assert_non_null(mkdtemp(proc));
	process(1, "init", 'S', 0, 0);
	process(COLLECTOR, "iommu-group", 'S', 1, 17);
	process(101, "iommu-group", 'S', COLLECTOR, 0);
	process(102, "other", 'S', 1, 17);
	return 0;
}

static int end(void **state)
{
	char command[128];

	(void)state;
	ig_processes_free(&found);
	snprintf(command, sizeof(command), "rm -rf %s", proc);
	return system(command);
}

static size_t below(const struct ig_processes *except)
{
	ig_processes_free(&found);
	assert_int_equal(ig_descendants(proc, COLLECTOR, except, &found), 0);
	return found.n;
}

static void the_helper_is_none(void **state)
{
	(void)state;
	assert_int_equal(below(NULL), 0);
}

static void children_and_theirs(void **state)
{
	(void)state;
	process(120, "late", 'S', 110, 17);
	process(110, "sh", 'S', COLLECTOR, 17);
	process(90, "wrapped", 'S', 120, 17);
	assert_int_equal(below(NULL), 3);
	assert_int_equal(found.list[0].pid, 90);
	assert_int_equal(found.list[2].pid, 120);
}

static void what_was_there_before_is_none(void **state)
{
	struct ig_process old = { .pid = 110 };
	struct ig_processes except = { &old, 1 };

	(void)state;
	process(110, "old", 'S', COLLECTOR, 17);
	process(111, "of the old", 'S', 110, 17);
	process(112, "new", 'S', COLLECTOR, 17);
	assert_int_equal(below(&except), 1);
	assert_string_equal(found.list[0].name, "new");
}

static void a_zombie_waits_for_its_parent(void **state)
{
	(void)state;
	process(110, "sh", 'S', COLLECTOR, 17);
	process(111, "ended", 'Z', 110, 17);
	assert_int_equal(below(NULL), 1);
}

/* Its first thread has ended, and others go on. */
static void a_zombie_that_cannot_be_reaped_runs(void **state)
{
	(void)state;
	process(110, "threads", 'Z', COLLECTOR, 17);
	assert_int_equal(below(NULL), 1);
}

static void names_are_any_bytes(void **state)
{
	char *text;

	(void)state;
	process(110, "a) R 1 (b\nclean: all", 'S', COLLECTOR, 17);
	assert_int_equal(below(NULL), 1);
	text = ig_processes_text(&found);
	assert_string_equal(text, "a) R 1 (b?clean: all (pid 110)");
	free(text);
}

static void the_first_few_are_named(void **state)
{
	char *text;
	int i;

	(void)state;
	for (i = 0; i < 7; i++)
		process(110 + i, "many", 'S', COLLECTOR, 17);
	assert_int_equal(below(NULL), 7);
	text = ig_processes_text(&found);
	assert_string_equal(
		text,
		"many (pid 110), many (pid 111), many (pid 112), many (pid 113), many (pid 114) and 2 more");
	free(text);
}

static void no_proc_is_an_error(void **state)
{
	(void)state;
	assert_true(ig_descendants("/nowhere", COLLECTOR, NULL, &found) < 0);
	assert_int_equal(found.n, 0);
}

#define test(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(the_helper_is_none),
		test(children_and_theirs),
		test(what_was_there_before_is_none),
		test(a_zombie_waits_for_its_parent),
		test(a_zombie_that_cannot_be_reaped_runs),
		test(names_are_any_bytes),
		test(the_first_few_are_named),
		test(no_proc_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
