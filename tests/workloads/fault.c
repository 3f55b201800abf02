// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's fault injection: allocations of this thread that fail.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fault.h"

#define DEBUGFS "/sys/kernel/debug/"
#define FAIL_NTH "/proc/thread-self/fail-nth"

/* Slab objects; whole pages, as of page tables. One fail-nth counts both. */
static const char *const capabilities[] = { "failslab", "fail_page_alloc" };
#define CAPABILITIES (sizeof(capabilities) / sizeof(capabilities[0]))

static int fail_nth = -1;

int error(const char *what)
{
	fprintf(stderr, "failnth: %s: %s\n", what, strerror(errno));
	return -1;
}

int write_file(const char *path, const char *text)
{
	ssize_t len = strlen(text);
	int file = open(path, O_WRONLY | O_CLOEXEC);
	int ret = 0;

	if (file < 0)
		return error(path);
	if (write(file, text, len) != len)
		ret = error(path);
	close(file);
	return ret;
}

static const char *path_of(const char *capability, const char *file)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), DEBUGFS "%s/%s", capability, file);
	return path;
}

const char *fault_missing(const struct fault_filter *filter)
{
	size_t i;

	if (access(FAIL_NTH, W_OK))
		return FAIL_NTH;
	for (i = 0; i < CAPABILITIES; i++) {
		if (access(path_of(capabilities[i], ""), F_OK))
			return i ? "CONFIG_FAIL_PAGE_ALLOC" :
				   "CONFIG_FAILSLAB in debugfs";
	}
	if ((filter->within || filter->outside) &&
	    access(path_of(capabilities[0], "require-start"), F_OK))
		return "CONFIG_FAULT_INJECTION_STACKTRACE_FILTER";
	return NULL;
}

/* The place of a function of the kernel; @end is where the next one begins. */
static int find_function(const char *name, unsigned long long *start,
			 unsigned long long *end)
{
	unsigned long long address;
	char line[512], symbol[256], type;
	FILE *file = fopen("/proc/kallsyms", "r");

	*start = 0;
	*end = ~0ULL;
	if (!file)
		return error("/proc/kallsyms");
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%llx %c %255s", &address, &type, symbol) ==
			    3 &&
		    !strcmp(symbol, name))
			*start = address;
	}
	rewind(file);
	while (*start && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%llx", &address) == 1 && address > *start &&
		    address < *end)
			*end = address;
	}
	fclose(file);
	if (*start)
		return 0;
	fprintf(stderr, "failnth: the kernel has no function %s\n", name);
	return -1;
}

/* The filter files of all, such as require-start and require-end. */
static int set_range(const char *kind, unsigned long long start,
		     unsigned long long end)
{
	char file[32], text[32];
	size_t i;

	for (i = 0; i < CAPABILITIES; i++) {
		snprintf(file, sizeof(file), "%s-start", kind);
		snprintf(text, sizeof(text), "%llu", start);
		if (write_file(path_of(capabilities[i], file), text))
			return -1;
		snprintf(file, sizeof(file), "%s-end", kind);
		snprintf(text, sizeof(text), "%llu", end);
		if (write_file(path_of(capabilities[i], file), text))
			return -1;
	}
	return 0;
}

static int set_range_of(const char *kind, const char *function)
{
	unsigned long long start, end;

	if (find_function(function, &start, &end))
		return -1;
	return set_range(kind, start, end);
}

void fault_tear_down(void)
{
	if (access(path_of(capabilities[0], "require-start"), F_OK))
		return;
	set_range("require", 0, ~0ULL);
	set_range("reject", 0, 0);
}

int fault_set_up(const struct fault_filter *filter)
{
	const char *verbose = filter->verbose ? "2" : "0";
	size_t i;

	fail_nth = open(FAIL_NTH, O_RDWR | O_CLOEXEC);
	if (fail_nth < 0)
		return error(FAIL_NTH);
	/* Those that may sleep, and single pages, do not fail by default. */
	for (i = 0; i < CAPABILITIES; i++) {
		if (write_file(path_of(capabilities[i], "ignore-gfp-wait"),
			       "N") ||
		    write_file(path_of(capabilities[i], "verbose"), verbose))
			return -1;
	}
	if (write_file(path_of("fail_page_alloc", "min-order"), "0"))
		return -1;
	fault_tear_down();
	if (filter->within && set_range_of("require", filter->within))
		return -1;
	if (filter->outside && set_range_of("reject", filter->outside))
		return -1;
	return 0;
}

int fault_arm(unsigned int n)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", n);

	return pwrite(fail_nth, text, len, 0) == len ? 0 : error(FAIL_NTH);
}

int fault_disarm(bool *injected)
{
	char text[16] = "";

	if (pread(fail_nth, text, sizeof(text) - 1, 0) <= 0)
		return error(FAIL_NTH);
	*injected = atoi(text) == 0;
	return fault_arm(0);
}
