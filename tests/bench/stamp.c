// SPDX-License-Identifier: GPL-2.0
/*
 * stamp FILE [COMMAND [ARGUMENT]...]
 *
 * Writes CLOCK_MONOTONIC in nanoseconds to FILE, then becomes COMMAND.  One
 * that becomes a tool and one that is the tool's workload give the time from
 * the tool's exec to its workload's start.
 */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct timespec now;
	FILE *file;

	if (argc < 2) {
		fprintf(stderr, "usage: stamp FILE [COMMAND [ARGUMENT]...]\n");
		return 1;
	}
	if (argc > 2) {
		/* Opened first: only the exec comes after the time. */
		file = fopen(argv[1], "w");
		clock_gettime(CLOCK_MONOTONIC, &now);
	} else {
		clock_gettime(CLOCK_MONOTONIC, &now);
		file = fopen(argv[1], "w");
	}
	if (!file) {
		perror(argv[1]);
		return 1;
	}
	fprintf(file, "%lld\n", now.tv_sec * 1000000000LL + now.tv_nsec);
	if (fclose(file)) {
		perror(argv[1]);
		return 1;
	}
	if (argc == 2)
		return 0;
	execvp(argv[2], argv + 2);
	perror(argv[2]);
	return 127;
}
