/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Settings and maps that every object has.  All other maps are defined in the
 * header of the code that fills them.  Sizes marked "resized" are set by the
 * collector before loading.
 */
#ifndef IG_BPF_MAPS_H
#define IG_BPF_MAPS_H

#include "core/vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include "iommu_group_abi.h"

/*
 * VERIFIED_ONCE - of a function that is not static: the verifier looks at it
 * once a program, not at each call on each path, so that an audit begins at
 * once.  It takes numbers and memory, which may be NULL to the verifier, but no
 * context and no kernel object, and returns a number.
 */
#define VERIFIED_ONCE __noinline

/* Settings; the collector writes them before loading. */
const volatile __u64 text_start = 0; /* _stext */
const volatile __u64 text_end = 0; /* _etext */
const volatile __u32 max_stacks = 4096;

/*
 * The run is over: what the programs see from here on is nobody's business.
 * They are detached one after the other, which can take seconds.
 */
__u32 stopped = 0;

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4096); /* resized */
	__type(key, __u32);
	__type(value, struct ig_stack);
} stacks SEC(".maps");

__u32 next_stack = 0; /* only grows */

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, __u64); /* address in a module */
	__type(value, struct ig_kept_symbol);
} symbols SEC(".maps");

/* Modules that were loaded since the programs are there. */
__u32 modules_loaded = 0;

static __always_inline void module_loaded(void)
{
	__sync_fetch_and_add(&modules_loaded, 1);
}

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, IG_LOSS_MAX);
	__type(key, __u32);
	__type(value, __u64);
} losses SEC(".maps");

static __always_inline void count_loss(__u32 why)
{
	__u64 *n = bpf_map_lookup_elem(&losses, &why);

	if (n)
		*n += 1;
}

#endif /* IG_BPF_MAPS_H */
