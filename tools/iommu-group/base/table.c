// SPDX-License-Identifier: GPL-2.0
/* Tables on a terminal or in a file, with libsmartcols. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

#include "base/table.h"

struct libscols_table *ig_table_new(const char *const *columns)
{
	struct libscols_table *table = scols_new_table();
	size_t i;

	if (!table)
		return NULL;
	/* The same on a terminal and in a file. */
	scols_table_set_termforce(table, SCOLS_TERMFORCE_NEVER);
	for (i = 0; columns[i]; i++)
		if (!scols_table_new_column(
			    table, columns[i] + 1, 0,
			    columns[i][0] == '>' ? SCOLS_FL_RIGHT : 0)) {
			scols_unref_table(table);
			return NULL;
		}
	return table;
}

int ig_table_set(struct libscols_line *line, size_t column, const char *fmt,
		 ...)
{
	va_list args;
	char *text;
	int err;

	if (!line)
		return -ENOMEM;
	va_start(args, fmt);
	err = vasprintf(&text, fmt, args);
	va_end(args);
	if (err < 0)
		return -ENOMEM;
	return scols_line_refer_data(line, column, text);
}

/* Through a string: what is written to @out stays in the order of stdio. */
int ig_table_print(FILE *out, struct libscols_table *table, int err)
{
	char *text = NULL;

	if (!err)
		err = scols_print_table_to_string(table, &text);
	/* The last line comes without its newline. */
	if (!err && text)
		fprintf(out, "%s\n", text);
	free(text);
	scols_unref_table(table);
	return err;
}
