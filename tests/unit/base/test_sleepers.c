// SPDX-License-Identifier: GPL-2.0
/* Whether any thread sleeps uninterruptibly. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sleepers.h"
#include "unit/text.h"

static char proc[] = "/tmp/ig_sleepers.XXXXXX";

static void thread(const char *pid, const char *tid, const char *stat)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", proc, pid);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/%s/task", proc, pid);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/%s/task/%s", proc, pid, tid);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/%s/task/%s/stat", proc, pid, tid);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(stat, f);
	fclose(f);
}

static void any(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(proc));
	/* What is hidden is not known to be awake: the first process is. */
	thread("7", "7", "7 (a) D) S 1 7");
	assert_true(ig_any_sleeper(proc));
	thread("1", "1", "1 (init) S 0 1");
	assert_false(ig_any_sleeper(proc));
	thread("7", "9", "9 (a D) D 1 7");
	assert_true(ig_any_sleeper(proc));
	assert_true(ig_any_sleeper("/nowhere"));
}

static int clean_up(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", proc);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(any) };

	return cmocka_run_group_tests(tests, NULL, clean_up);
}
