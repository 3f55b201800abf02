// SPDX-License-Identifier: GPL-2.0
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "base/error.h"
#include "probe/types.h"

/* How the type of an event is called. */
#define EVENT "btf_trace_"

static uint32_t hash_of(const char *name)
{
	uint32_t hash = 0x811c9dc5;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 0x01000193;
	return hash * 0x9e3779b1;
}

static const char *name_of(const struct ig_types *types, unsigned int id)
{
	const struct btf_type *type = btf__type_by_id(types->btf, id);

	return btf__name_by_offset(types->btf, type->name_off);
}

static bool is_indexed(const struct btf *btf, const struct btf_type *type)
{
	if (btf_is_typedef(type))
		return !strncmp(btf__name_by_offset(btf, type->name_off), EVENT,
				sizeof(EVENT) - 1);
	return btf_is_func(type);
}

/* Where a name is, or a free slot for it. */
static unsigned int *slot_of(const struct ig_types *types, const char *name)
{
	unsigned int mask = (1u << types->bits) - 1;
	unsigned int at = hash_of(name) >> (32 - types->bits);

	while (types->slots[at] &&
	       strcmp(name_of(types, types->slots[at]), name))
		at = (at + 1) & mask;
	return &types->slots[at];
}

/* Of several that have one name, the first counts, as to libbpf. */
static void add_name(struct ig_types *types, unsigned int id)
{
	unsigned int *slot = slot_of(types, name_of(types, id));

	if (!*slot)
		*slot = id;
}

static int index_names(struct ig_types *types)
{
	unsigned int n = btf__type_cnt(types->btf), id;

	for (types->bits = 8; 1u << types->bits < n; types->bits++)
		;
	types->slots = calloc(1u << types->bits, sizeof(*types->slots));
	if (!types->slots)
		return -1;
	for (id = 1; id < n; id++)
		if (is_indexed(types->btf, btf__type_by_id(types->btf, id)))
			add_name(types, id);
	return 0;
}

int ig_types_load(struct ig_types *types)
{
	memset(types, 0, sizeof(*types));
	types->btf = btf__load_vmlinux_btf();
	if (!types->btf)
		return ig_error("cannot read the kernel's BTF: %m");
	if (btf__find_by_name_kind(types->btf, "iommu_group", BTF_KIND_STRUCT) <
	    0) {
		ig_types_free(types);
		return ig_error(
			"this kernel has no IOMMU groups; it needs CONFIG_IOMMU_API");
	}
	if (!index_names(types))
		return 0;
	ig_types_free(types);
	return ig_error("out of memory");
}

void ig_types_free(struct ig_types *types)
{
	btf__free(types->btf);
	free(types->slots);
	memset(types, 0, sizeof(*types));
}

unsigned int ig_types_event(const struct ig_types *types, const char *event)
{
	char name[128];

	snprintf(name, sizeof(name), EVENT "%s", event);
	return *slot_of(types, name);
}

unsigned int ig_types_function(const struct ig_types *types, const char *name)
{
	return *slot_of(types, name);
}
