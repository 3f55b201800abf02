// SPDX-License-Identifier: GPL-2.0
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "probe/symbols.h"

struct ig_symbol {
	uint64_t addr;
	const char *name;
};

/*
 * The file is in rising order of address for the kernel proper, modules
 * follow; so reading stops once _etext has gone by.
 */
static char *read_kallsyms(size_t *length)
{
	size_t size = 8 << 20, used = 0, scan = 0;
	char *text = malloc(size), *hit;
	int fd = open("/proc/kallsyms", O_RDONLY | O_CLOEXEC);
	ssize_t n;

	while (fd >= 0 && text) {
		if (size - used < 1 << 16) {
			size *= 2;
			hit = realloc(text, size);
			if (!hit)
				break;
			text = hit;
		}
		n = read(fd, text + used, size - used - 1);
		if (n <= 0)
			break;
		used += n;
		text[used] = 0;
		hit = strstr(text + scan, " _etext\n");
		if (hit)
			break;
		scan = used > 16 ? used - 16 : 0;
	}
	if (fd >= 0)
		close(fd);
	*length = used;
	return text;
}

static bool is_text(char type)
{
	return type == 't' || type == 'T' || type == 'w' || type == 'W';
}

static int by_address(const void *a, const void *b)
{
	const struct ig_symbol *x = a, *y = b;

	return x->addr < y->addr ? -1 : x->addr > y->addr;
}

/* The file nearly always is; sorting it again would delay the start. */
static bool is_sorted(const struct ig_symbols *s)
{
	size_t i;

	for (i = 1; i < s->n; i++)
		if (s->list[i - 1].addr > s->list[i].addr)
			return false;
	return true;
}

static int parse(struct ig_symbols *s, size_t length)
{
	size_t lines = length / 20 + 1;
	char *line, *end, *next;

	s->list = calloc(lines, sizeof(*s->list));
	if (!s->list)
		return -1;
	for (line = s->text; line && *line && s->n < lines; line = next) {
		struct ig_symbol *sym = &s->list[s->n];

		next = strchr(line, '\n');
		if (!next)
			break;
		*next++ = 0;
		sym->addr = strtoull(line, &end, 16);
		if (end[0] != ' ' || !is_text(end[1]) || strchr(end + 3, '\t'))
			continue;
		sym->name = end + 3;
		if (!strcmp(sym->name, "_stext"))
			s->start = sym->addr;
		if (!strcmp(sym->name, "_etext"))
			s->end = sym->addr;
		s->n++;
	}
	if (!is_sorted(s))
		qsort(s->list, s->n, sizeof(*s->list), by_address);
	return 0;
}

int ig_symbols_load(struct ig_symbols *symbols)
{
	size_t length;

	memset(symbols, 0, sizeof(*symbols));
	symbols->text = read_kallsyms(&length);
	if (!symbols->text || !length || parse(symbols, length)) {
		ig_symbols_free(symbols);
		return ig_error(
			"cannot read /proc/kallsyms; the kernel needs CONFIG_KALLSYMS");
	}
	if (!symbols->start || !symbols->end) {
		ig_symbols_free(symbols);
		return ig_error(
			"kernel addresses are hidden; run with CAP_SYSLOG and kernel.kptr_restrict below 2");
	}
	return 0;
}

void ig_symbols_free(struct ig_symbols *symbols)
{
	free(symbols->list);
	free(symbols->text);
	memset(symbols, 0, sizeof(*symbols));
}

uint64_t ig_symbols_find(const struct ig_symbols *symbols, const char *name)
{
	size_t i;

	for (i = 0; i < symbols->n; i++)
		if (!strcmp(symbols->list[i].name, name))
			return symbols->list[i].addr;
	return 0;
}

/* Where the symbol at an index ends: where one at a higher address begins. */
static uint64_t end_of(const struct ig_symbols *s, size_t i)
{
	size_t next;

	for (next = i + 1; next < s->n; next++)
		if (s->list[next].addr > s->list[i].addr)
			return s->list[next].addr;
	return s->end;
}

uint64_t ig_symbols_end(const struct ig_symbols *symbols, const char *name)
{
	size_t i;

	for (i = 0; i < symbols->n; i++)
		if (!strcmp(symbols->list[i].name, name))
			return end_of(symbols, i);
	return 0;
}

/* Index of the last symbol at or below an address; there is one. */
static size_t floor_index(const struct ig_symbols *s, uint64_t ip)
{
	size_t low = 0, high = s->n;

	while (high - low > 1) {
		size_t mid = (low + high) / 2;

		if (s->list[mid].addr <= ip)
			low = mid;
		else
			high = mid;
	}
	return low;
}

bool ig_symbols_format(const struct ig_symbols *symbols, uint64_t ip, char *buf,
		       size_t size)
{
	size_t i;

	if (ip <= symbols->start || ip > symbols->end)
		return false;
	/* A call at the very end of a function returns into the next one. */
	i = floor_index(symbols, ip - 1);
	snprintf(buf, size, "%s+0x%" PRIx64 "/0x%" PRIx64,
		 symbols->list[i].name, ip - symbols->list[i].addr,
		 end_of(symbols, i) - symbols->list[i].addr);
	return true;
}
