// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "base/names.h"

/** struct ig_known_name - a slot */
struct ig_known_name {
	uint64_t addr;
	char *name; /* NULL where it is free */
};

/* Where an address is, or would be. */
static struct ig_known_name *slot_of(const struct ig_names *names,
				     uint64_t addr)
{
	size_t at = addr * 0x9e3779b97f4a7c15ull >> 32;

	while (names->slots[at & (names->size - 1)].name &&
	       names->slots[at & (names->size - 1)].addr != addr)
		at++;
	return &names->slots[at & (names->size - 1)];
}

const char *ig_names_get(const struct ig_names *names, uint64_t addr)
{
	return names->size ? slot_of(names, addr)->name : NULL;
}

static int grow(struct ig_names *names)
{
	struct ig_names larger = { .size = names->size ? 2 * names->size : 256,
				   .n = names->n };
	size_t i;

	larger.slots = calloc(larger.size, sizeof(*larger.slots));
	if (!larger.slots)
		return -1;
	for (i = 0; i < names->size; i++)
		if (names->slots[i].name)
			*slot_of(&larger, names->slots[i].addr) =
				names->slots[i];
	free(names->slots);
	*names = larger;
	return 0;
}

void ig_names_put(struct ig_names *names, uint64_t addr, const char *name)
{
	struct ig_known_name *slot;

	if (2 * names->n >= names->size && grow(names))
		return;
	slot = slot_of(names, addr);
	if (slot->name)
		return;
	slot->name = strdup(name);
	slot->addr = addr;
	names->n += !!slot->name;
}

void ig_names_free(struct ig_names *names)
{
	size_t i;

	for (i = 0; i < names->size; i++)
		free(names->slots[i].name);
	free(names->slots);
	memset(names, 0, sizeof(*names));
}
