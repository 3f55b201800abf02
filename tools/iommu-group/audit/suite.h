/* SPDX-License-Identifier: GPL-2.0 */
/* A suite: a file that names many workloads. */
#ifndef IOMMU_GROUP_AUDIT_SUITE_H
#define IOMMU_GROUP_AUDIT_SUITE_H

#include <stddef.h>
#include <stdio.h>

/**
 * struct ig_suite_item - one workload of a suite
 * @name: what it is called
 * @command: for sh -c
 * @line: where it is in the file
 */
struct ig_suite_item {
	char *name;
	char *command;
	unsigned int line;
};

/** struct ig_suite - all of them */
struct ig_suite {
	struct ig_suite_item *items;
	size_t n;
};

/**
 * ig_suite_parse() - read a suite
 * @suite: filled in, release with ig_suite_free()
 * @in: the file
 * @file: its name, for messages
 *
 * Each line that is neither empty nor a comment (#) is "NAME: COMMAND".
 *
 * Return: 0, or -1 after an error was printed.
 */
int ig_suite_parse(struct ig_suite *suite, FILE *in, const char *file);

/** ig_suite_read() - the same, of a file that is opened here */
int ig_suite_read(struct ig_suite *suite, const char *file);

/** ig_suite_free() - release it; it is empty then */
void ig_suite_free(struct ig_suite *suite);

#endif /* IOMMU_GROUP_AUDIT_SUITE_H */
