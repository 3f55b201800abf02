// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/names.h"
#include "probe/addresses.h"
#include "probe/complaint.h"
#include "probe/symbols.h"

/* What is asked for before an audit begins. */
static const struct ig_address asked_early[] = {
	{ .name = "_stext" },
	{ .name = "_etext" },
	{ .name = "return_to_handler" },
	{ .name = "arch_rethook_trampoline" },
	{ .name = "__kretprobe_trampoline" },
	{ .name = "device_initialize" },
	{ .name = "inode_init_always" },
	{ .name = "inode_init_always_gfp" },
	{ .name = "alloc_super" },
	{ .name = "cpu_hotplug_lock" },
};

#define NEARLY (sizeof(asked_early) / sizeof(asked_early[0]))

struct ig_symbol {
	uint64_t addr;
	const char *name;
};

/**
 * struct ig_symbol_table - what is known of the kernel's symbols
 * @asker: by which the kernel is asked; closed where it cannot be
 * @names: what it has said
 * @early: those that were asked for
 * @nearly: how many
 * @list: all, in rising order of address, where the kernel cannot be asked
 * @n: how many
 * @text: what @list points into
 * @start, @end: _stext and _etext, as in the file
 * @read: the file was read, or could not be
 */
struct ig_symbol_table {
	struct ig_asker asker;
	struct ig_names names;
	struct ig_address early[NEARLY];
	size_t nearly;
	struct ig_symbol *list;
	size_t n;
	char *text;
	uint64_t start;
	uint64_t end;
	bool read;
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
static bool is_sorted(const struct ig_symbol_table *s)
{
	size_t i;

	for (i = 1; i < s->n; i++)
		if (s->list[i - 1].addr > s->list[i].addr)
			return false;
	return true;
}

static int parse(struct ig_symbol_table *s, size_t length)
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

static int read_table(struct ig_symbol_table *table)
{
	size_t length;

	table->read = true;
	table->text = read_kallsyms(&length);
	if (!table->text || !length || parse(table, length))
		return ig_error(
			"cannot read /proc/kallsyms; the kernel needs CONFIG_KALLSYMS");
	return 0;
}

static int addresses_hidden(void)
{
	return ig_error(
		"kernel addresses are hidden; run with CAP_SYSLOG and kernel.kptr_restrict below 2");
}

/* Where the kernel cannot be asked. */
static int load_table(struct ig_symbols *symbols)
{
	if (read_table(symbols->table))
		return -1;
	symbols->start = symbols->table->start;
	symbols->end = symbols->table->end;
	return 0;
}

static int ask_kernel(struct ig_symbols *symbols)
{
	struct ig_symbol_table *table = symbols->table;
	int err;

	ig_complaint_clear();
	memcpy(table->early, asked_early, sizeof(asked_early));
	err = ig_asker_open(&table->asker);
	if (!err)
		err = ig_asker_find(&table->asker, table->early, NEARLY);
	if (err == -EPERM)
		return addresses_hidden();
	if (err || !table->early[0].start || !table->early[1].start)
		return load_table(symbols);
	table->nearly = NEARLY;
	symbols->start = table->early[0].start;
	symbols->end = table->early[1].start;
	return 0;
}

int ig_symbols_load(struct ig_symbols *symbols)
{
	int err;

	memset(symbols, 0, sizeof(*symbols));
	symbols->table = calloc(1, sizeof(*symbols->table));
	if (!symbols->table)
		return ig_error("out of memory");
	err = ask_kernel(symbols);
	if (!err && (!symbols->start || !symbols->end))
		err = addresses_hidden();
	if (err)
		ig_symbols_free(symbols);
	return err;
}

void ig_symbols_free(struct ig_symbols *symbols)
{
	if (symbols->table) {
		ig_asker_close(&symbols->table->asker);
		ig_names_free(&symbols->table->names);
		free(symbols->table->list);
		free(symbols->table->text);
	}
	free(symbols->table);
	memset(symbols, 0, sizeof(*symbols));
}

/*
 * All symbols; none where the file does not tell what the kernel has told, as
 * when addresses were hidden since.
 */
static const struct ig_symbol_table *all_of(const struct ig_symbols *symbols)
{
	struct ig_symbol_table *table = symbols->table;

	if (table->read)
		return table;
	if (!read_table(table) &&
	    (table->start != symbols->start || table->end != symbols->end)) {
		ig_warn("/proc/kallsyms does not tell addresses any more: functions of the kernel have no names");
		table->n = 0;
	}
	return table;
}

static const struct ig_address *find_early(const struct ig_symbols *symbols,
					   const char *name)
{
	size_t i;

	for (i = 0; i < symbols->table->nearly; i++)
		if (!strcmp(symbols->table->early[i].name, name))
			return &symbols->table->early[i];
	return NULL;
}

uint64_t ig_symbols_find(const struct ig_symbols *symbols, const char *name)
{
	const struct ig_address *early = find_early(symbols, name);
	const struct ig_symbol_table *table;
	size_t i;

	if (early)
		return early->start;
	table = all_of(symbols);
	for (i = 0; i < table->n; i++)
		if (!strcmp(table->list[i].name, name))
			return table->list[i].addr;
	return 0;
}

/* Where the symbol at an index ends: where one at a higher address begins. */
static uint64_t end_of(const struct ig_symbol_table *s, size_t i)
{
	size_t next;

	for (next = i + 1; next < s->n; next++)
		if (s->list[next].addr > s->list[i].addr)
			return s->list[next].addr;
	return s->end;
}

uint64_t ig_symbols_end(const struct ig_symbols *symbols, const char *name)
{
	const struct ig_address *early = find_early(symbols, name);
	const struct ig_symbol_table *table;
	size_t i;

	if (early)
		return early->end;
	table = all_of(symbols);
	for (i = 0; i < table->n; i++)
		if (!strcmp(table->list[i].name, name))
			return end_of(table, i);
	return 0;
}

void ig_symbols_each(const struct ig_symbols *symbols,
		     void (*each)(const char *name, uint64_t start,
				  uint64_t end, void *data),
		     void *data)
{
	const struct ig_symbol_table *table = all_of(symbols);
	size_t i;

	for (i = 0; i < table->n; i++)
		each(table->list[i].name, table->list[i].addr, end_of(table, i),
		     data);
}

/* Index of the last symbol at or below an address; there is one. */
static size_t floor_index(const struct ig_symbol_table *s, uint64_t ip)
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

/* The kernel's own answer, which is asked for once. */
static const char *ask_name(const struct ig_symbols *symbols, uint64_t ip)
{
	struct ig_symbol_table *table = symbols->table;
	const char *name = ig_names_get(&table->names, ip);

	if (name || !table->asker.skel)
		return name;
	name = ig_asker_name(&table->asker, ip);
	if (name)
		ig_names_put(&table->names, ip, name);
	return name;
}

bool ig_symbols_format(const struct ig_symbols *symbols, uint64_t ip, char *buf,
		       size_t size)
{
	const struct ig_symbol_table *table;
	const char *name;
	size_t i;

	if (ip <= symbols->start || ip > symbols->end)
		return false;
	name = ask_name(symbols, ip);
	if (name) {
		snprintf(buf, size, "%s", name);
		return true;
	}
	table = all_of(symbols);
	if (!table->n)
		return false;
	/* A call at the very end of a function returns into the next one. */
	i = floor_index(table, ip - 1);
	snprintf(buf, size, "%s+0x%" PRIx64 "/0x%" PRIx64, table->list[i].name,
		 ip - table->list[i].addr,
		 end_of(table, i) - table->list[i].addr);
	return true;
}
