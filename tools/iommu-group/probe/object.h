/* SPDX-License-Identifier: GPL-2.0 */
/* What all BPF objects have in common, and what the kernel has for them. */
#ifndef IOMMU_GROUP_OBJECT_H
#define IOMMU_GROUP_OBJECT_H

#include <stdbool.h>

struct bpf_map;
struct bpf_object;

/**
 * struct ig_object - a BPF object, whichever it is
 * @obj: the object
 * @stacks, @symbols, @losses: its maps of bpf/core/maps.h
 * @missing: functions and events that this kernel lacks though a verdict needs
 *	them, separated by commas; empty when all is there
 * @nmissing: how many
 */
struct ig_object {
	struct bpf_object *obj;
	const struct bpf_map *stacks;
	const struct bpf_map *symbols;
	const struct bpf_map *losses;
	char missing[256];
	unsigned int nmissing;
};

/** ig_object_lacks() - add a function or an event to those that are missing */
void ig_object_lacks(struct ig_object *object, const char *name);

#endif /* IOMMU_GROUP_OBJECT_H */
