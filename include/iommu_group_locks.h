/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the BPF programs that watch locks and the collector share.  Included by
 * iommu_group_abi.h.
 */
#ifndef IOMMU_GROUP_LOCKS_ABI_H
#define IOMMU_GROUP_LOCKS_ABI_H

/** IG_HELD - locks that are kept of each task */
#define IG_HELD 16
/** IG_HELD_MORE - further locks that are kept of some tasks */
#define IG_HELD_MORE 256
/** IG_HELD_BLOCKS - how many tasks can hold that many at a time */
#define IG_HELD_BLOCKS 32
/** IG_LOCK_MISUSES - locking errors kept with their stack */
#define IG_LOCK_MISUSES 256

/** enum ig_lock_class_kind - how a class of locks is told from others */
enum ig_lock_class_kind {
	IG_CLASS_GROUP, /* the group lock, of any group */
	IG_CLASS_DEVICE, /* lock of a device in a group; by address */
	IG_CLASS_STATIC, /* in the data of the kernel or a module; by address */
	IG_CLASS_INIT_SITE, /* by where it was initialised, as lockdep does */
	IG_CLASS_CALL_SITE, /* older than the run: by where it is taken */
};

/* Of an edge: two enum ig_lock_class_kind, and how both ends are taken. */
#define IG_EDGE_FROM_KIND(flags) ((flags)&7)
#define IG_EDGE_TO_KIND(flags) ((flags) >> 3 & 7)
#define IG_EDGE_KINDS(from, to) ((from) | (to) << 3)
#define IG_EDGE_FROM_READ 64
#define IG_EDGE_TO_READ 128

/**
 * struct ig_edge_key - a lock tried while another one is held
 * @from, @to: addresses, or sites in the code, see enum ig_lock_class_kind; 0
 *	for the group lock, but of an edge between two of them the addresses
 * @flags: IG_EDGE_...
 */
struct ig_edge_key {
	__u64 from;
	__u64 to;
	__u32 flags;
	__u32 pad;
};

/** IG_EDGE_CACHE_BITS - log2 of the entries of the cache of edges */
#define IG_EDGE_CACHE_BITS 12

/** ig_hash() - the upper bits of an address, mixed; @bits of them */
static inline __u32 ig_hash(__u64 addr, __u32 bits)
{
	return addr * 0x9e3779b97f4a7c15ull >> (64 - bits);
}

/* Tells an edge in the cache from one of which only half was written. */
static inline __u64 ig_edge_check(const struct ig_edge_key *key)
{
	return (key->from * 3 + key->to) ^ key->flags;
}

/** struct ig_lock_end - the lock at one end of an edge, when it was new */
struct ig_lock_end {
	__u64 addr;
	__u64 ip; /* who took it, or tries to */
	__s32 group; /* of a group lock, else -1 */
	__u16 init_nr; /* of IG_CLASS_INIT_SITE: another lock in the same
			* memory has another one
			*/
	__u16 forgotten; /* its class was known before, and is not now */
	char name[IG_LOCK_NAME_LEN]; /* of a device lock, the device */
};

/** IG_LOCKDEP_KEYED - functions whose locks are not classed by their
 * initialisation
 */
#define IG_LOCKDEP_KEYED 4

/** struct ig_range - addresses of a function */
struct ig_range {
	__u64 start;
	__u64 end;
};

/** struct ig_edge - what is kept of an edge */
struct ig_edge {
	__u64 count; /* that are not in the cache of edges any more */
	__u32 stack; /* index + 1 into the stacks of edges, 0 for none */
	__u32 modules; /* as of struct ig_kept_symbol */
	struct ig_lock_end from;
	struct ig_lock_end to;
};

/** struct ig_edge_cache - edges that were seen lately, so need no map */
struct ig_edge_cache {
	struct ig_edge_key key;
	__u64 count;
	__u64 check;
	__u64 modules; /* as of struct ig_kept_symbol */
};

/** struct ig_site_pair - two sites in the code that have to do with one lock */
struct ig_site_pair {
	__u64 a;
	__u64 b;
};

/** enum ig_pair_kind - what is known of such a pair */
enum ig_pair_kind {
	IG_PAIR_TAKEN = 1, /* it was taken at both; 0 is the group lock */
	IG_PAIR_INIT, /* it was initialised at a and taken at b */
};

/* What a lock in allocated memory was seen to be, near the group lock. */
#define IG_SIDE_OUTER 1 /* held while the group lock is tried */
#define IG_SIDE_INNER 4 /* tried while the group lock is held */
#define IG_SIDE_READ(side) ((side) << 1) /* likewise, for reading */
#define IG_SIDE_ANY(side) ((side) | IG_SIDE_READ(side))

/**
 * struct ig_lock_side - such a lock; the key is its address, or when its memory
 * has become another lock, the address of @init_site or @ip
 */
struct ig_lock_side {
	__u64 ip; /* where it was taken first */
	__u64 init_site; /* where it was initialised, 0 when it is older than
			  * the run
			  */
	__u32 sides; /* IG_SIDE_... */
	__u32 init_nr; /* as of struct ig_lock_end */
};

/** struct ig_lock_use_key - a class of locks, as one end of an edge has it */
struct ig_lock_use_key {
	__u64 key;
	__u32 kind; /* enum ig_lock_class_kind */
	__u32 pad;
};

/* What locks of a class were seen to be used like. */
#define IG_LOCK_WRITTEN 1 /* waited for by a writer */
#define IG_LOCK_HANDED_OVER 2 /* released by another task than read it */

/** enum ig_lock_misuse_kind - what a task does wrong with a lock by itself */
enum ig_lock_misuse_kind {
	IG_MISUSE_RECURSION = 1, /* tries what it holds */
	IG_MISUSE_ON_EXIT, /* ends with the group lock */
	IG_MISUSE_TO_USER, /* returns to user space with it */
	IG_MISUSE_TOO_LONG, /* held it longer than asked for */
	IG_MISUSE_READ_AGAIN, /* reads what it reads already */
	/* no errors: what the audit could not see */
	IG_MISUSE_MISSED, /* releases what it was not seen to take */
	IG_MISUSE_OLDER, /* takes the group lock in a call that began before */
};

/* Others read it too, and the task may have released it unseen. */
#define IG_MISUSE_UNSURE 1

/** struct ig_lock_misuse - such an error */
struct ig_lock_misuse {
	__u32 kind; /* written last */
	__u32 class; /* enum ig_lock_class_kind */
	__u64 key;
	__u64 ns; /* how long it was held, 0 where it makes no sense */
	__u32 stack; /* index + 1, 0 for none */
	__u32 flags; /* IG_EDGE_TO_READ, IG_MISUSE_UNSURE */
	struct ig_lock_end lock;
};

/** struct ig_held_question - does a task have a lock, for reading? */
struct ig_held_question {
	__u64 task;
	__u64 lock;
};

#endif /* IOMMU_GROUP_LOCKS_ABI_H */
