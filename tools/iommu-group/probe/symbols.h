/* SPDX-License-Identifier: GPL-2.0 */
/* Names of addresses in the kernel proper; modules are named by BPF. */
#ifndef IOMMU_GROUP_SYMBOLS_H
#define IOMMU_GROUP_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ig_symbol_table;

/**
 * struct ig_symbols - the kernel's own text
 * @table: all of its symbols; they are read when the first is asked for
 * @start, @end: _stext and _etext
 */
struct ig_symbols {
	struct ig_symbol_table *table;
	uint64_t start;
	uint64_t end;
};

/**
 * ig_symbols_load() - find what an audit has to know before it begins
 * @symbols: filled in
 *
 * Return: 0, or -1 after an error was printed (addresses hidden, no file).
 */
int ig_symbols_load(struct ig_symbols *symbols);

/** ig_symbols_free() - release what ig_symbols_load() filled in */
void ig_symbols_free(struct ig_symbols *symbols);

/** ig_symbols_find() - address of a function, 0 when there is none */
uint64_t ig_symbols_find(const struct ig_symbols *symbols, const char *name);

/** ig_symbols_end() - the address after a function, 0 when there is none */
uint64_t ig_symbols_end(const struct ig_symbols *symbols, const char *name);

/** ig_symbols_each() - call a function with each symbol, where it begins and
 * ends
 */
void ig_symbols_each(const struct ig_symbols *symbols,
		     void (*each)(const char *name, uint64_t start,
				  uint64_t end, void *data),
		     void *data);

/**
 * ig_symbols_format() - an address as name+0x1a/0x40
 * @symbols: the kernel's symbols
 * @ip: a return address; the name is that of the call before it
 * @buf, @size: where to
 *
 * Return: false when the address is not in the kernel's own text.
 */
bool ig_symbols_format(const struct ig_symbols *symbols, uint64_t ip, char *buf,
		       size_t size);

#endif /* IOMMU_GROUP_SYMBOLS_H */
