// SPDX-License-Identifier: GPL-2.0
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "probe/maps.h"

bool ig_map_read(const struct bpf_map *map, const void *key, void *value)
{
	return !bpf_map_lookup_elem(bpf_map__fd(map), key, value);
}

bool ig_map_next(const struct bpf_map *map, const void *previous, void *key,
		 void *value)
{
	while (!bpf_map_get_next_key(bpf_map__fd(map), previous, key)) {
		if (ig_map_read(map, key, value))
			return true;
		previous = key;
	}
	return false;
}
