/* SPDX-License-Identifier: GPL-2.0 */
/* Tables on a terminal or in a file, with libsmartcols. */
#ifndef IOMMU_GROUP_TABLE_H
#define IOMMU_GROUP_TABLE_H

#include <stddef.h>
#include <stdio.h>

#include <libsmartcols/libsmartcols.h>

/**
 * ig_table_new() - a table without rows
 * @columns: their names, each after '<' or '>' for where its text goes; ends
 *	with NULL
 *
 * Return: the table, for ig_table_print(); NULL without memory.
 */
struct libscols_table *ig_table_new(const char *const *columns);

/** ig_table_set() - a cell; 0 or -errno, also for a @line that is NULL */
int ig_table_set(struct libscols_line *line, size_t column, const char *fmt,
		 ...) __attribute__((format(printf, 3, 4)));

/**
 * ig_table_print() - print and release a table
 * @out: where to
 * @table: has a row at least
 * @err: what went wrong so far; then nothing is printed
 *
 * Return: 0 or -errno.
 */
int ig_table_print(FILE *out, struct libscols_table *table, int err);

#endif /* IOMMU_GROUP_TABLE_H */
