// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "locks/static_names.h"

/*
 * The key that mutex_init() makes for lockdep has no size where that is not
 * built in, and then shares its address with what comes after it.
 */
static bool is_key(const char *name)
{
	return !strncmp(name, "__key", 5) && (name[5] == '.' || !name[5]);
}

/* Another name at an address, NULL when there is none (any more). */
static char *other_name(uint64_t addr)
{
	FILE *in = fopen("/proc/kallsyms", "re");
	char *line = NULL, *name = NULL, *end, *word;
	size_t size = 0;

	while (in && !name && getline(&line, &size, in) > 0) {
		if (strtoull(line, &end, 16) != addr || strlen(end) < 4)
			continue;
		word = end + 3;
		word[strcspn(word, "\t\n")] = 0;
		if (!is_key(word))
			name = strdup(word);
	}
	free(line);
	if (in)
		fclose(in);
	return name;
}

char *ig_static_lock_name(uint64_t addr, const char *symbol)
{
	int len = strcspn(symbol, "+ ");
	const char *module = strstr(symbol, " [");
	char *name = strndup(symbol, len), *other, *text;
	uint64_t offset = 0;

	if (!name)
		return NULL;
	if (symbol[len] == '+')
		offset = strtoull(symbol + len + 1, NULL, 16);
	other = is_key(name) ? other_name(addr - offset) : NULL;
	if (offset)
		len = asprintf(&text, "%s+%#" PRIx64 "%s", other ?: name,
			       offset, module ?: "");
	else
		len = asprintf(&text, "%s%s", other ?: name, module ?: "");
	free(name);
	free(other);
	return len < 0 ? NULL : text;
}
