/* SPDX-License-Identifier: GPL-2.0 */
/* The functions and events of this kernel, by name. */
#ifndef IOMMU_GROUP_TYPES_H
#define IOMMU_GROUP_TYPES_H

#include <stddef.h>

struct btf;

/**
 * struct ig_types - the kernel's types, with an index of names
 * @btf: the types
 * @slots: ids of functions and events, by a hash of their names; 0 where free
 * @bits: there are 1 << @bits of them
 */
struct ig_types {
	struct btf *btf;
	unsigned int *slots;
	unsigned int bits;
};

/**
 * ig_types_load() - the types of this kernel, which has IOMMU groups
 * @types: filled in
 *
 * Looking a name up in BTF compares it with each other one; libbpf does so for
 * each program.  So the names are indexed once, and programs are loaded with
 * the ids from here.
 *
 * Return: 0, or -1 after an error was printed.
 */
int ig_types_load(struct ig_types *types);

/** ig_types_free() - release what ig_types_load() filled in */
void ig_types_free(struct ig_types *types);

/** ig_types_event() - id of a trace event, 0 when the kernel has none */
unsigned int ig_types_event(const struct ig_types *types, const char *event);

/** ig_types_function() - id of a function that fentry can hook, or 0 */
unsigned int ig_types_function(const struct ig_types *types, const char *name);

#endif /* IOMMU_GROUP_TYPES_H */
