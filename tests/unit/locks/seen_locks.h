/* SPDX-License-Identifier: GPL-2.0 */
/* Hand-written locks for the unit tests. */
#ifndef TESTS_UNIT_LOCKS_H
#define TESTS_UNIT_LOCKS_H

#include "unit/refs/history.h"

#define MAX_EDGES 64

/** struct locks - what struct ig_lock_run points to */
struct locks {
	struct ig_lock_edge edges[MAX_EDGES];
	struct ig_lock_site_pair site_pairs[MAX_EDGES];
	struct ig_lock_sides sides[MAX_EDGES];
	struct ig_lock_use uses[MAX_EDGES];
	struct ig_seen_misuse misuses[MAX_EDGES];
};

static inline void start_locks(struct history *h, struct locks *l)
{
	start(h);
	memset(l, 0, sizeof(*l));
	h->run.locks.edges = l->edges;
	h->run.locks.site_pairs = l->site_pairs;
	h->run.locks.sides = l->sides;
	h->run.locks.uses = l->uses;
	h->run.locks.misuses = l->misuses;
}

/* The lock of a group lies at an address made of the group's number. */
static inline struct ig_lock group_lock(int id)
{
	return (struct ig_lock){
		.kind = IG_CLASS_GROUP,
		.addr = 0xffff888000000000ull + id * 0x1000,
		.group = id,
		.site = (char *)"iommu_group_for_each_dev+0x25/0x70",
	};
}

static inline struct ig_lock static_lock(const char *name)
{
	return (struct ig_lock){
		.kind = IG_CLASS_STATIC,
		.key = ip_of(name),
		.addr = ip_of(name),
		.group = -1,
		.name = (char *)name,
		.site = (char *)"static_user+0x10/0x20 [m]",
	};
}

static inline struct ig_lock device_lock(const char *name)
{
	struct ig_lock lock = static_lock(name);

	lock.kind = IG_CLASS_DEVICE;
	return lock;
}

/* The place is made of the site, the address is one that nothing else has. */
static inline struct ig_lock older_lock(const char *site)
{
	return (struct ig_lock){
		.kind = IG_CLASS_CALL_SITE,
		.key = ip_of(site),
		.addr = ~ip_of(site),
		.group = -1,
		.site = (char *)site,
	};
}

/* Initialised in the run, at the first place, and taken at the other. */
static inline struct ig_lock initialised_lock(const char *init_site,
					      const char *site)
{
	struct ig_lock lock = older_lock(site);

	lock.kind = IG_CLASS_INIT_SITE;
	lock.key = ip_of(init_site);
	lock.init_site = (char *)init_site;
	return lock;
}

static inline struct ig_lock reading(struct ig_lock lock)
{
	lock.read = true;
	return lock;
}

static inline struct ig_lock at(struct ig_lock lock, const char *site)
{
	lock.site = (char *)site;
	return lock;
}

static inline struct ig_lock_edge *nest(struct history *h, struct ig_lock from,
					struct ig_lock to)
{
	struct ig_lock_edge *e = &h->run.locks.edges[h->run.locks.nedges++];

	assert_true(h->run.locks.nedges <= MAX_EDGES);
	*e = (struct ig_lock_edge){ from, to, 1, a_trace() };
	return e;
}

static inline void site_pair(struct history *h, uint64_t a, uint64_t b)
{
	h->run.locks.site_pairs[h->run.locks.nsite_pairs++] =
		(struct ig_lock_site_pair){ .a = a, .b = b };
}

/* Locks that are initialised at the one place are taken at the other. */
static inline void init_site_pair(struct history *h, const char *init_site,
				  const char *site)
{
	h->run.locks.site_pairs[h->run.locks.nsite_pairs++] =
		(struct ig_lock_site_pair){
			.a = ip_of(init_site),
			.b = ip_of(site),
			.by = true,
			.init_site = (char *)init_site,
		};
}

/* @is: the bits of struct ig_lock_sides that are to be set */
static inline void side(struct history *h, struct ig_lock lock,
			struct ig_lock_sides is)
{
	is.addr = lock.addr;
	is.key = lock.key;
	is.initialised = lock.kind == IG_CLASS_INIT_SITE;
	is.init_nr = lock.init_nr;
	h->run.locks.sides[h->run.locks.nsides++] = is;
}

/* A task waits to write it, wherever that is. */
static inline struct ig_lock_use *written(struct history *h,
					  struct ig_lock lock)
{
	struct ig_lock_use *use = &h->run.locks.uses[h->run.locks.nuses++];

	*use = (struct ig_lock_use){ lock.kind, lock.key, true, false };
	return use;
}

static inline struct ig_seen_misuse *
misuse(struct history *h, enum ig_lock_misuse_kind what, struct ig_lock lock)
{
	struct ig_seen_misuse *e =
		&h->run.locks.misuses[h->run.locks.nmisuses++];

	*e = (struct ig_seen_misuse){ .kind = what,
				      .lock = lock,
				      .trace = a_trace() };
	return e;
}

#endif /* TESTS_UNIT_LOCKS_H */
