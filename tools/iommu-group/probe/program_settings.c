// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "iommu_group_abi.h"
#include "audit.skel.h"
#include "base/sysfs.h"
#include "probe/maps.h"
#include "probe/program_settings.h"

static bool is_streamed(const struct ig_program_settings *s)
{
	return s->programs & IG_PROGRAMS_STREAM;
}

/* Addresses that fgraph and rethook put in place of a return address. */
static void set_return_trampolines(struct audit_bpf *skel,
				   const struct ig_symbols *symbols)
{
	static const char *const names[] = { "return_to_handler",
					     "arch_rethook_trampoline",
					     "__kretprobe_trampoline" };
	size_t i;

	for (i = 0; i < 3; i++)
		skel->rodata->return_trampolines[i] =
			ig_symbols_find(symbols, names[i]);
}

/*
 * What initialises locks whose class lockdep is told by something else.  The
 * first is one that is not of a class at all (lockdep_set_novalidate_class() in
 * drivers/base/core.c).
 */
static void set_lockdep_keyed(struct audit_bpf *skel,
			      const struct ig_symbols *symbols)
{
	static const char *const names[IG_LOCKDEP_KEYED] = {
		"device_initialize",
		/* by file system type: fs/inode.c, fs/super.c */
		"inode_init_always",
		"inode_init_always_gfp",
		"alloc_super",
	};
	size_t i;

	for (i = 0; i < IG_LOCKDEP_KEYED; i++) {
		skel->rodata->lockdep_keyed[i].start =
			ig_symbols_find(symbols, names[i]);
		skel->rodata->lockdep_keyed[i].end =
			ig_symbols_end(symbols, names[i]);
	}
}

void ig_programs_set(struct audit_bpf *skel,
		     const struct ig_program_settings *s)
{
	skel->rodata->text_start = s->symbols->start;
	skel->rodata->text_end = s->symbols->end;
	skel->rodata->stream_events = is_streamed(s);
	skel->rodata->tracepoint_backend = s->backend == IG_BACKEND_TRACEPOINT;
	skel->rodata->max_stacks = s->options->max_stacks;
	skel->rodata->lock_audit = s->programs & IG_PROGRAMS_LOCKS;
	skel->rodata->held_too_long = s->options->held_too_long * 1000000;
	set_return_trampolines(skel, s->symbols);
	set_lockdep_keyed(skel, s->symbols);
	skel->rodata->cpu_hotplug_lock =
		ig_symbols_find(s->symbols, "cpu_hotplug_lock");
}

static unsigned int page_power_of_two(unsigned int bytes)
{
	unsigned int size = sysconf(_SC_PAGESIZE);

	while (size < bytes)
		size *= 2;
	return size;
}

/** MANY_GROUPS - the same, where room for one costs nothing */
#define MANY_GROUPS 65536
/** MORE_GROUPS - groups that may come to be, unless the options say how many */
#define MORE_GROUPS 1024

/* The kernel takes the lowest number that is free. */
static unsigned int max_groups(const struct ig_options *o)
{
	unsigned int *ids = NULL, most = 0;
	size_t n = 0, i;

	if (o->max_groups)
		return o->max_groups;
	if (!ig_sysfs_group_ids("/sys", &ids, &n))
		for (i = 0; i < n; i++)
			if (ids[i] >= most)
				most = ids[i] + 1;
	free(ids);
	return most + MORE_GROUPS;
}

/* Their entries are allocated when they are needed. */
static int allocate_late(struct audit_bpf *skel)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, skel->obj)
	{
		if (bpf_map__type(map) == BPF_MAP_TYPE_HASH &&
		    bpf_map__set_map_flags(map, BPF_F_NO_PREALLOC))
			return -1;
	}
	return 0;
}

/* What a snapshot uses has to be there for all. */
static int size_group_maps(struct audit_bpf *skel, const struct ig_options *o)
{
	const struct ig_map_size maps[] = {
		{ skel->maps.groups, max_groups(o) },
		{ skel->maps.devices, o->max_devices },
		{},
	};

	return ig_maps_size(maps, true);
}

static int size_ref_maps(struct audit_bpf *skel,
			 const struct ig_program_settings *s)
{
	const struct ig_map_size all[] = {
		{ skel->maps.stacks, s->options->max_stacks },
		{ skel->maps.symbols, 0 },
		{ skel->maps.totals, 0 },
		{ skel->maps.more_sites, s->options->max_sites },
		{ skel->maps.violations, 0 },
		{ skel->maps.removed, 0 },
		{ skel->maps.attaches, 0 },
		/*
		 * The tracepoint backend switches off what uses this one, but
		 * in a function that verifiers before 6.8 look at all the same.
		 */
		{ skel->maps.tasks, 0 },
		{},
	};
	const struct ig_map_size tracepoint[] = {
		{ skel->maps.recent, 0 },
		{ skel->maps.notifiers, 0 },
		{},
	};
	const struct ig_map_size kprobe[] = {
		{ skel->maps.entered_groups, 0 },
		{},
	};
	bool audit = s->programs & IG_PROGRAMS_ACCOUNT;

	return ig_maps_size(all, audit) ||
	       ig_maps_size(tracepoint,
			    audit && s->backend == IG_BACKEND_TRACEPOINT) ||
	       ig_maps_size(kprobe, audit && s->backend == IG_BACKEND_KPROBE);
}

static int size_lock_maps(struct audit_bpf *skel,
			  const struct ig_program_settings *s)
{
	const struct ig_options *o = s->options;
	const struct ig_map_size maps[] = {
		{ skel->maps.edges, o->max_edges },
		{ skel->maps.edge_stacks, o->max_edges },
		{ skel->maps.edge_cache, 0 },
		{ skel->maps.site_pairs, o->max_edges },
		{ skel->maps.lock_sides, o->max_edges },
		{ skel->maps.lock_uses, o->max_edges },
		{ skel->maps.named_locks,
		  (o->max_groups ?: MANY_GROUPS) + o->max_devices },
		{ skel->maps.init_names, 0 },
		{ skel->maps.lock_misuses, 0 },
		{},
	};

	return ig_maps_size(maps, s->programs & IG_PROGRAMS_LOCKS);
}

static int size_event_map(struct audit_bpf *skel,
			  const struct ig_program_settings *s)
{
	const struct ig_map_size maps[] = {
		{ skel->maps.events, page_power_of_two(s->options->ring_size) },
		{},
	};

	return ig_maps_size(maps, is_streamed(s));
}

int ig_programs_size_maps(struct audit_bpf *skel,
			  const struct ig_program_settings *s)
{
	return allocate_late(skel) || size_group_maps(skel, s->options) ||
			       size_ref_maps(skel, s) ||
			       size_lock_maps(skel, s) ||
			       size_event_map(skel, s) ?
		       -1 :
		       0;
}
