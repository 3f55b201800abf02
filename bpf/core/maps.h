/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Maps and settings of all programs.  Sizes marked "resized" are set by the
 * collector before loading.
 */
#ifndef IG_BPF_MAPS_H
#define IG_BPF_MAPS_H

#include "core/vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include "iommu_group_abi.h"

/**
 * IG_RELEASED - released groups, and removed devices, that are remembered, to
 * recognise a use after it
 */
#define IG_RELEASED 256

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
/* Return addresses that other tracers put in place of the real one. */
const volatile __u64 hijack[3] = {};
/* The process whose reading of sysfs takes snapshots; changes at run time. */
__u32 reader_tgid = 0;
const volatile bool stream_events = false;
/* Each reference is traced, so that events and count can be compared. */
const volatile bool exact = false;
const volatile __u32 max_stacks = 4096;

const volatile struct ig_group empty_group = {};

/*
 * By id, which the kernel hands out from 0 on (ida_alloc() in
 * iommu_group_alloc()): looking up an array is a few instructions.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4096); /* resized */
	__type(key, __u32);
	__type(value, struct ig_group);
} groups SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4 * IG_RELEASED); /* it evicts early */
	__type(key, __u64); /* address of the struct iommu_group */
	__type(value, struct ig_dead);
} dead SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, struct ig_notifier_key);
	__type(value, struct ig_notifier);
} notifiers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384); /* resized */
	__type(key, __u64); /* address of the struct device */
	__type(value, __u64); /* address of its group */
} devices SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4096); /* resized */
	__type(key, __u32);
	__type(value, struct ig_stack);
} stacks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64); /* return address */
	__type(value, struct ig_total);
} totals SEC(".maps");

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
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, IG_VIOLATIONS);
	__type(key, __u32);
	__type(value, struct ig_violation);
} violations SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, IG_RELEASED);
	__type(key, __u32);
	__type(value, __u64);
} removed SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, struct ig_attach_key);
	__type(value, struct ig_attach);
} attaches SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, IG_LOSS_MAX);
	__type(key, __u32);
	__type(value, __u64);
} losses SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct ig_snap);
} snap SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20); /* resized */
} events SEC(".maps");

/* Gets that a task has not put yet, the latest last. */
struct ig_open {
	__u64 addr;
	__u32 gen;
	__u32 slot;
};

struct ig_task {
	__u32 n;
	struct ig_open open[IG_NESTING];
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct ig_task);
} tasks SEC(".maps");

/* Counters that only grow. */
__u32 next_stack = 0;
__u32 next_violation = 0;
__u32 next_gen = 0;
__u32 ids_seen = 0; /* the highest id so far, and one */
__u32 next_removed = 0;

static __always_inline void count_loss(__u32 why)
{
	__u64 *n = bpf_map_lookup_elem(&losses, &why);

	if (n)
		*n += 1;
}

static __always_inline bool is_reader(void)
{
	return bpf_get_current_pid_tgid() >> 32 == reader_tgid;
}

#endif /* IG_BPF_MAPS_H */
