// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "iommu_group_abi.h"
#include "audit.skel.h"
#include "base/error.h"
#include "probe/restart.h"

/* Maps of what is true beyond a run, or what no run depends on. */
static bool is_kept(const struct bpf_map *map)
{
	static const char *const names[] = {
		"symbols",
		"init_names",
		"name_buffers",
		"devices",
		"removed",
		"dead",
		"named_locks",
		"lock_uses",
		"snap",
		"tasks",
		"recent",
		"events",
		"entered_groups",
		/* slots that are filled anew before they are read */
		"edge_stacks",
	};
	const char *name = bpf_map__name(map);
	size_t i;

	/* variables */
	if (strchr(name, '.'))
		return true;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

static int clear_hash(int fd, unsigned int key_size, unsigned int most)
{
	char *key = malloc(key_size);
	int err = key ? 0 : -1;

	/* On a busy machine there would always be one more. */
	while (!err && most-- && !bpf_map_get_next_key(fd, NULL, key))
		if (bpf_map_delete_elem(fd, key) && errno != ENOENT)
			err = -1;
	free(key);
	return err;
}

/* The first @n elements, with what all CPUs have of each. */
static int clear_array(int fd, unsigned int n, size_t size)
{
	void *zero = calloc(1, size);
	int err = zero ? 0 : -1;
	__u32 i;

	for (i = 0; !err && i < n; i++)
		err = bpf_map_update_elem(fd, &i, zero, BPF_ANY);
	free(zero);
	return err;
}

/* How much of an array was used: most grow from the start. */
static unsigned int used_of(const struct ig_session *session,
			    const struct bpf_map *map)
{
	const struct audit_bpf *skel = session->probes.skel;
	unsigned int n = bpf_map__max_entries(map), used = n;

	if (map == skel->maps.groups)
		used = skel->bss->ids_seen;
	else if (map == skel->maps.violations)
		used = skel->bss->next_violation;
	else if (map == skel->maps.lock_misuses)
		used = skel->bss->next_lock_event;
	else if (map == skel->maps.stacks)
		used = 0; /* as edge_stacks */
	return used < n ? used : n;
}

static int clear(const struct ig_session *session, const struct bpf_map *map)
{
	size_t size = (bpf_map__value_size(map) + 7) & ~7ul;
	int fd = bpf_map__fd(map);

	switch (bpf_map__type(map)) {
	case BPF_MAP_TYPE_HASH:
	case BPF_MAP_TYPE_LRU_HASH:
		return clear_hash(fd, bpf_map__key_size(map),
				  2 * bpf_map__max_entries(map));
	case BPF_MAP_TYPE_PERCPU_ARRAY:
		size *= libbpf_num_possible_cpus();
		/* fall through */
	case BPF_MAP_TYPE_ARRAY:
		return clear_array(fd, used_of(session, map), size);
	default:
		return 0;
	}
}

/*
 * An edge between locks that is in the cache is not put into the map again, so
 * the cache comes after the map.
 */
static int clear_maps(const struct ig_session *session)
{
	const struct audit_bpf *skel = session->probes.skel;
	struct bpf_map *map;

	bpf_object__for_each_map(map, skel->obj)
	{
		if (bpf_map__fd(map) < 0 || is_kept(map) ||
		    map == skel->maps.edge_cache)
			continue;
		if (clear(session, map))
			return -1;
	}
	map = skel->maps.edge_cache;
	return bpf_map__fd(map) < 0 ? 0 : clear(session, map);
}

/*
 * Who is written is to be seen again. That a reader was handed over is evidence
 * against a finding, and stays.
 */
static int forget_writers(const struct ig_session *session)
{
	int fd = bpf_map__fd(session->probes.skel->maps.lock_uses), err = 0;
	struct ig_lock_use_key key, *last = NULL;
	__u32 use;

	while (fd >= 0 && !err && !bpf_map_get_next_key(fd, last, &key)) {
		last = &key;
		if (bpf_map_lookup_elem(fd, &key, &use))
			continue;
		use &= ~IG_LOCK_WRITTEN;
		err = bpf_map_update_elem(fd, &key, &use, BPF_EXIST);
	}
	return err;
}

int ig_session_restart(struct ig_session *session)
{
	struct audit_bpf__bss *bss = session->probes.skel->bss;

	/* First: what comes meanwhile must not get a stack that comes later. */
	bss->next_stack = 0;
	bss->spares_taken = bss->stacks_spared;
	memset(bss->spare_stacks, 0, sizeof(bss->spare_stacks));
	bss->next_edge_stack = 0;
	bss->lock_runs++;
	if (clear_maps(session) || forget_writers(session))
		return ig_error("cannot clear a map of the run before: %m");
	bss->next_violation = 0;
	bss->next_lock_event = 0;
	bss->next_miss = 0;
	session->reader_deaths = 0;
	ig_alive_restart(&session->alive);
	ig_probes_restart(&session->probes);
	return 0;
}
