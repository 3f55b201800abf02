/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How locks of a class are used, wherever that is.  Readers wait for readers
 * only when a writer waits in between, so it matters who is written at all.
 */
#ifndef IG_BPF_LOCK_USES_H
#define IG_BPF_LOCK_USES_H

#include "locks/classes.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384); /* as edges */
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct ig_lock_use_key);
	__type(value, __u32); /* IG_LOCK_... */
} lock_uses SEC(".maps");

/** IG_WRITTEN_BITS - of the cache of classes that are known to be written */
#define IG_WRITTEN_BITS 10

/* Workloads so far: what was seen in one is to be seen again in the next. */
__u32 lock_runs = 0;

static __u64 written_lately[1 << IG_WRITTEN_BITS];

VERIFIED_ONCE int note_use(__u64 class, __u32 kind, __u32 use)
{
	struct ig_lock_use_key key = { .key = class, .kind = kind };
	__u32 *known = bpf_map_lookup_elem(&lock_uses, &key);

	if (known)
		__sync_fetch_and_or(known, use);
	else if (bpf_map_update_elem(&lock_uses, &key, &use, BPF_ANY))
		count_loss(IG_LOSS_LOCK_SITE_PAIRS);
	return 0;
}

/* A task waits to write: from here on new readers wait behind it. */
static __always_inline void note_writer(struct lock *l)
{
	__u64 key = key_of(l);
	__u32 at = ig_hash(key, IG_WRITTEN_BITS);

	if (written_lately[at] == key + lock_runs)
		return;
	written_lately[at] = key + lock_runs;
	note_use(key, l->kind, IG_LOCK_WRITTEN);
}

#endif /* IG_BPF_LOCK_USES_H */
