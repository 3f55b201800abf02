/* SPDX-License-Identifier: GPL-2.0 */
/* BPF maps: their sizes, and their entries one after the other. */
#ifndef IOMMU_GROUP_MAPS_H
#define IOMMU_GROUP_MAPS_H

#include <stdbool.h>

struct bpf_map;

/**
 * struct ig_map_size - how large a map is to be
 * @map: a map that is not created yet, NULL for the end of a list
 * @entries: its size, 0 for the one that the BPF program gives it
 */
struct ig_map_size {
	struct bpf_map *map;
	unsigned int entries;
};

/**
 * ig_maps_size() - size maps, or leave them out
 * @sizes: the maps, up to the first without a map
 * @create: a program that is loaded uses them; else they are not created
 *
 * The verifier rejects a program that can reach the use of a map that was not
 * created.  Code that a setting in .rodata switches off cannot be reached.
 *
 * Return: 0, or -1 with errno set.
 */
int ig_maps_size(const struct ig_map_size *sizes, bool create);

/**
 * ig_map_read() - copy an entry of a map
 * @map: the map; one that was not created has no entries
 * @key: of the entry
 * @value: filled in; of a per-CPU map, the values of all possible CPUs
 *
 * Return: false when there is no such entry.
 */
bool ig_map_read(const struct bpf_map *map, const void *key, void *value);

/**
 * ig_map_next() - copy the entry of a hash map that comes after another one
 * @map: the map; one that was not created has no entries
 * @previous: the other one's key, NULL for the first entry; may be @key
 * @key: filled in
 * @value: filled in
 *
 * An entry that is deleted before its value is read is left out.
 *
 * Return: false when there is no further entry.
 */
bool ig_map_next(const struct bpf_map *map, const void *previous, void *key,
		 void *value);

/**
 * ig_map_failures() - how often the functions above could not read
 * @error: set to the errno of the latest failure, if there was one
 *
 * An entry that is not there is no failure.  What could not be read looks like
 * the end of a map, so this has to be asked when all is read.
 */
unsigned int ig_map_failures(int *error);

/** ig_map_failures_forget() - a run begins: what failed before is not of it */
void ig_map_failures_forget(void);

/**
 * ig_for_each_entry() - run the body for each entry of a hash map
 * @map: struct bpf_map *
 * @key, @value: variables, to which each entry is copied
 */
#define ig_for_each_entry(map, key, value)                                     \
	for (void *previous_ = NULL;                                           \
	     ig_map_next(map, previous_, &(key), &(value));                    \
	     previous_ = &(key))

/**
 * ig_for_each_element() - run the body for the first elements of an array map
 * @map: struct bpf_map *
 * @n: how many; it may be more than the map has
 * @i: __u32 variable, the index
 * @value: variable, to which each element is copied
 */
#define ig_for_each_element(map, n, i, value)                                  \
	for ((i) = 0; (i) < (n) && ig_map_read(map, &(i), &(value)); (i)++)

#endif /* IOMMU_GROUP_MAPS_H */
