/* SPDX-License-Identifier: GPL-2.0 */
/* Where functions of the kernel are, without reading all of /proc/kallsyms. */
#ifndef IOMMU_GROUP_ADDRESSES_H
#define IOMMU_GROUP_ADDRESSES_H

#include <stddef.h>
#include <stdint.h>

struct symbols_bpf;

/**
 * struct ig_address - a function of the kernel, or another symbol
 * @name: asked for
 * @start: 0 when there is none
 * @end: the address behind it
 */
struct ig_address {
	const char *name;
	uint64_t start;
	uint64_t end;
};

/** struct ig_asker - a program by which the kernel is asked */
struct ig_asker {
	struct symbols_bpf *skel;
};

/** ig_asker_open() - load it; 0 or a negative errno */
int ig_asker_open(struct ig_asker *asker);

/** ig_asker_close() - unload it */
void ig_asker_close(struct ig_asker *asker);

/**
 * ig_asker_find() - ask where functions are
 * @asker: open
 * @list: filled in
 * @n: how many, not more than IG_SYMBOL_QUERIES
 *
 * Return: 0; -EPERM when the kernel does not tell; another negative errno when
 * it cannot be asked in this way.
 */
int ig_asker_find(struct ig_asker *asker, struct ig_address *list, size_t n);

/**
 * ig_asker_name() - ask for the name of a call
 * @asker: open
 * @ip: its return address, in the kernel's own text
 *
 * Return: name+0x1a/0x40, until the next question; NULL when there is none.
 */
const char *ig_asker_name(struct ig_asker *asker, uint64_t ip);

#endif /* IOMMU_GROUP_ADDRESSES_H */
