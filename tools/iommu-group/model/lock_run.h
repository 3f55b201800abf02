/* SPDX-License-Identifier: GPL-2.0 */
/* What was observed about locks in one run. */
#ifndef IOMMU_GROUP_MODEL_LOCK_RUN_H
#define IOMMU_GROUP_MODEL_LOCK_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iommu_group_abi.h"

struct ig_trace;

/**
 * struct ig_lock - a lock as one end of an edge, or of an event
 * @kind: says what @key is
 * @key: tells classes of one kind apart: 0 for the group lock; the lock's
 *	address for a device's or a static lock; of others, where it is
 *	initialised or taken
 * @addr: the instance that was seen first
 * @group: of a group lock, the group's id, -1 when it is not known
 * @read: taken for reading
 * @name: symbol of a static lock, name of the device, what a lock is called
 *	where it is initialised; NULL otherwise
 * @site: who took it, or tried to: name+0x1a/0x40 [mod]
 * @init_site: of IG_CLASS_INIT_SITE, where it was initialised, in the same way
 * @init_nr: of IG_CLASS_INIT_SITE, tells locks apart that had the same memory
 * @forgotten: it was initialised in the run, and that is not known any more
 */
struct ig_lock {
	enum ig_lock_class_kind kind;
	uint64_t key;
	uint64_t addr;
	int group;
	bool read;
	char *name;
	char *site;
	char *init_site;
	uint32_t init_nr;
	bool forgotten;
};

/**
 * struct ig_lock_edge - a task that holds one lock has tried to take another
 * @from: the lock that is held
 * @to: the lock that was tried (never by a trylock)
 * @count: how often
 * @trace: stack and task of the first time, innermost frame first
 *
 * Between two group locks, edges are kept apart by the two addresses, otherwise
 * by class.  An edge from a class to itself is there too.
 */
struct ig_lock_edge {
	struct ig_lock from;
	struct ig_lock to;
	uint64_t count;
	struct ig_trace *trace;
};

/**
 * struct ig_lock_site_pair - two sites in the code that have to do with one lock
 * @a, @b: it was taken at both, so they are keys of one class; 0 is that of the
 *	group lock
 * @by: it was initialised at @a and taken at @b
 * @init_site: of such a one, symbol of @a
 * @name: likewise what it is called there, NULL for nothing
 */
struct ig_lock_site_pair {
	uint64_t a;
	uint64_t b;
	bool by;
	char *init_site;
	char *name;
};

/**
 * struct ig_lock_sides - what a lock was seen to be next to the group lock
 * @addr: the lock; of one that is no more, @key
 * @key: where it was initialised, or taken first
 * @initialised: in the run, at @key
 * @init_nr: as of struct ig_lock
 * @outer, @outer_read: held while the group lock is tried; likewise for reading
 * @inner, @inner_read: tried while the group lock is held
 */
struct ig_lock_sides {
	uint64_t addr;
	uint64_t key;
	bool initialised;
	uint32_t init_nr;
	bool outer;
	bool outer_read;
	bool inner;
	bool inner_read;
};

/**
 * struct ig_lock_use - how locks of a class are used
 * @kind, @key: as of struct ig_lock
 * @written: tasks waited to write, so new readers waited for them
 * @handed_over: a reader was released by another task than took it
 */
struct ig_lock_use {
	enum ig_lock_class_kind kind;
	uint64_t key;
	bool written;
	bool handed_over;
};

/**
 * struct ig_seen_misuse - caught in the act
 * @unsure: the task may not have had the lock any more
 */
struct ig_seen_misuse {
	enum ig_lock_misuse_kind kind;
	bool unsure;
	struct ig_lock lock; /* @site is who took it first */
	uint64_t ns; /* how long it was held, 0 where it makes no sense */
	struct ig_trace *trace;
};

/**
 * struct ig_lock_run - the locks that were seen in one run
 * @skipped: runs of programs that the kernel left out; where that hides an edge
 *	of the group lock it is a loss
 */
struct ig_lock_run {
	struct ig_lock_edge *edges;
	size_t nedges;
	struct ig_lock_site_pair *site_pairs;
	size_t nsite_pairs;
	struct ig_lock_sides *sides;
	size_t nsides;
	struct ig_lock_use *uses;
	size_t nuses;
	struct ig_seen_misuse *misuses;
	size_t nmisuses;
	uint64_t skipped;
};

/** ig_lock_run_free() - release what a run holds about locks; it is empty then */
void ig_lock_run_free(struct ig_lock_run *run);

#endif /* IOMMU_GROUP_MODEL_LOCK_RUN_H */
