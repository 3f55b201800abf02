/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where locks are initialised: their class, as it is to lockdep, and on most
 * kernels the name that mutex_init() and init_rwsem() make of their argument.
 */
#ifndef IG_BPF_LOCK_INIT_SITES_H
#define IG_BPF_LOCK_INIT_SITES_H

#include "locks/caller.h"
#include "locks/sides.h"

/*
 * What initialises locks that lockdep is told to tell apart in another way: it
 * is not told so where it is not built in.  The first is device_initialize().
 */
const volatile struct ig_range lockdep_keyed[IG_LOCKDEP_KEYED] = {};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, __u64); /* where */
	__type(value, char[IG_NAME_LEN]);
} init_names SEC(".maps");

/** IG_INIT_SEEN - sites whose names were kept lately; a power of two */
#define IG_INIT_SEEN 1024

static __u64 init_seen[IG_INIT_SEEN];

static __noinline void keep_init_site(__u64 ip, const char *text)
{
	char name[IG_NAME_LEN] = {};

	keep_symbol(ip);
	if (text)
		bpf_probe_read_kernel_str(name, sizeof(name), text);
	bpf_map_update_elem(&init_names, &ip, name, BPF_ANY);
}

static __always_inline __u64 init_site_at(__u64 ip)
{
	int i;

	if (ip - lockdep_keyed[0].start <
	    lockdep_keyed[0].end - lockdep_keyed[0].start)
		return OF_DEVICE;
	for (i = 1; i < IG_LOCKDEP_KEYED; i++)
		if (ip - lockdep_keyed[i].start <
		    lockdep_keyed[i].end - lockdep_keyed[i].start)
			return 0;
	return ip;
}

/**
 * lock_initialised() - memory is a lock, which has nothing to do with what was
 *	there before
 * @addr: the lock
 * @ip: who makes it one, 0 when it is not known
 * @name: what it is called there, NULL for nothing
 */
static __always_inline void lock_initialised(__u64 addr, __u64 ip,
					     const char *name)
{
	__u32 at = ig_hash(ip, 10) & (IG_INIT_SEEN - 1);
	__u64 init_site = init_site_at(ip),
	      seen = ip ^ (__u64)modules_loaded << 32;
	struct last_site *p = last_site_of(addr);

	if (may_be_named(addr))
		forget_sides(addr);
	p->init_nr++;
	set_last_site(p, addr, 0, init_site);
	if (!init_site || init_site == OF_DEVICE || init_seen[at] == seen)
		return;
	init_seen[at] = seen;
	keep_init_site(ip, name);
}

#endif /* IG_BPF_LOCK_INIT_SITES_H */
