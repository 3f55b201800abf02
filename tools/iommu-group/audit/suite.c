// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "audit/suite.h"
#include "base/error.h"
#include "model/run.h"

static char *trimmed(char *text)
{
	size_t n;

	while (isspace((unsigned char)*text))
		text++;
	for (n = strlen(text); n && isspace((unsigned char)text[n - 1]); n--)
		text[n - 1] = 0;
	return text;
}

/* The colon between name and command: a blank or nothing comes after it. */
static char *find_colon(char *line)
{
	char *colon = strchr(line, ':');

	while (colon && colon[1] && !isspace((unsigned char)colon[1]))
		colon = strchr(colon + 1, ':');
	return colon;
}

static const struct ig_suite_item *find(const struct ig_suite *suite,
					const char *name)
{
	size_t i;

	for (i = 0; i < suite->n; i++)
		if (!strcmp(suite->items[i].name, name))
			return &suite->items[i];
	return NULL;
}

static int add(struct ig_suite *suite, const char *name, const char *command,
	       unsigned int line)
{
	struct ig_suite_item *item =
		ig_one_more(&suite->items, &suite->n, sizeof(*item));

	if (!item)
		return ig_error("out of memory");
	item->name = strdup(name);
	item->command = strdup(command);
	item->line = line;
	return item->name && item->command ? 0 : ig_error("out of memory");
}

static int take_line(struct ig_suite *suite, char *text, const char *file,
		     unsigned int line)
{
	const struct ig_suite_item *other;
	char *colon, *name, *command;

	text = trimmed(text);
	if (!*text || *text == '#')
		return 0;
	colon = find_colon(text);
	if (!colon)
		return ig_error(
			"%s: line %u is not 'NAME: COMMAND', a comment or empty",
			file, line);
	*colon = 0;
	name = trimmed(text);
	command = trimmed(colon + 1);
	if (!*name)
		return ig_error("%s: line %u has no name before the colon",
				file, line);
	if (!*command)
		return ig_error("%s: line %u has no command for '%s'", file,
				line, name);
	other = find(suite, name);
	if (other)
		return ig_error(
			"%s: line %u has the name '%s', as line %u has; each needs its own",
			file, line, name, other->line);
	return add(suite, name, command, line);
}

static int take_lines(struct ig_suite *suite, FILE *in, const char *file)
{
	unsigned int line = 0;
	char *text = NULL;
	size_t size = 0;
	ssize_t n = 0;
	int err = 0;

	while (!err && (n = getline(&text, &size, in)) >= 0) {
		line++;
		if ((size_t)n != strlen(text))
			err = ig_error("%s: line %u has a byte 0 in it", file,
				       line);
		else
			err = take_line(suite, text, file, line);
	}
	if (!err && ferror(in))
		err = ig_error("cannot read %s: %m", file);
	free(text);
	return err;
}

int ig_suite_parse(struct ig_suite *suite, FILE *in, const char *file)
{
	int err;

	memset(suite, 0, sizeof(*suite));
	err = take_lines(suite, in, file);
	if (!err && !suite->n)
		err = ig_error(
			"%s names no workload; each line is 'NAME: COMMAND'",
			file);
	if (err)
		ig_suite_free(suite);
	return err;
}

int ig_suite_read(struct ig_suite *suite, const char *file)
{
	FILE *in = fopen(file, "re");
	int err;

	if (!in)
		return ig_error("cannot read %s: %m", file);
	err = ig_suite_parse(suite, in, file);
	fclose(in);
	return err;
}

void ig_suite_free(struct ig_suite *suite)
{
	size_t i;

	for (i = 0; i < suite->n; i++) {
		free(suite->items[i].name);
		free(suite->items[i].command);
	}
	free(suite->items);
	memset(suite, 0, sizeof(*suite));
}
