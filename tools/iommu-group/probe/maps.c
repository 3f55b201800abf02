// SPDX-License-Identifier: GPL-2.0
#include <errno.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "probe/maps.h"

int ig_maps_size(const struct ig_map_size *sizes, bool create)
{
	for (; sizes->map; sizes++) {
		if (bpf_map__set_autocreate(sizes->map, create))
			return -1;
		if (create && sizes->entries &&
		    bpf_map__set_max_entries(sizes->map, sizes->entries))
			return -1;
	}
	return 0;
}

static unsigned int failures;
static int latest_error;

/* Whether a call on a map succeeded; what is not there is no failure. */
static bool succeeded(const struct bpf_map *map, int err)
{
	if (!err)
		return true;
	if (bpf_map__fd(map) >= 0 && errno != ENOENT) {
		failures++;
		latest_error = errno;
	}
	return false;
}

unsigned int ig_map_failures(int *error)
{
	*error = latest_error;
	return failures;
}

void ig_map_failures_forget(void)
{
	failures = 0;
}

bool ig_map_read(const struct bpf_map *map, const void *key, void *value)
{
	return succeeded(map,
			 bpf_map_lookup_elem(bpf_map__fd(map), key, value));
}

bool ig_map_next(const struct bpf_map *map, const void *previous, void *key,
		 void *value)
{
	while (succeeded(
		map, bpf_map_get_next_key(bpf_map__fd(map), previous, key))) {
		if (ig_map_read(map, key, value))
			return true;
		previous = key;
	}
	return false;
}
