/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The lock-order audit: pure functions from what was observed to findings.  No
 * libbpf, no I/O, no globals.
 */
#ifndef IOMMU_GROUP_LOCKS_H
#define IOMMU_GROUP_LOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct ig_trace;

/** enum ig_lock_kind - how a class of locks is told from others */
enum ig_lock_kind {
	IG_LOCK_GROUP, /* group->mutex, of any group */
	IG_LOCK_DEVICE, /* the lock of one device of a group */
	IG_LOCK_STATIC, /* one lock in the data of the kernel or a module */
	IG_LOCK_MADE, /* locks that are initialised at one place in the code */
	IG_LOCK_OTHER, /* older than the run: those taken at one place */
};

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
 * @made: of IG_LOCK_MADE, where it was initialised, in the same way
 */
struct ig_lock {
	enum ig_lock_kind kind;
	uint64_t key;
	uint64_t addr;
	int group;
	bool read;
	char *name;
	char *site;
	char *made;
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
 * struct ig_lock_alias - two places in the code that have to do with one lock
 * @a, @b: it was taken at both, so they are keys of one class; 0 is that of the
 *	group lock
 * @by: it was initialised at @a and taken at @b
 * @made: of such a one, symbol of @a
 * @name: likewise what it is called there, NULL for nothing
 */
struct ig_lock_alias {
	uint64_t a;
	uint64_t b;
	bool by;
	char *made;
	char *name;
};

/**
 * struct ig_lock_role - what a lock that is older than the run was seen to be
 * @addr: the lock
 * @key: where it was taken first
 * @outer, @outer_read: held while the group lock is tried; likewise for reading
 * @inner, @inner_read: tried while the group lock is held
 */
struct ig_lock_role {
	uint64_t addr;
	uint64_t key;
	bool outer;
	bool outer_read;
	bool inner;
	bool inner_read;
};

/** enum ig_lock_what - what one task does wrong all by itself */
enum ig_lock_what {
	IG_LOCK_RECURSION, /* takes what it holds: lock-recursion */
	IG_LOCK_ON_EXIT, /* ends with the group lock held: held-on-exit */
	IG_LOCK_TO_USER, /* returns to user space with it: held-on-exit */
	IG_LOCK_TOO_LONG, /* held the group lock for long: held-too-long */
};

/** struct ig_lock_event - caught in the act */
struct ig_lock_event {
	enum ig_lock_what what;
	struct ig_lock lock; /* @site is who took it first */
	uint64_t ns; /* how long it was held, 0 where it makes no sense */
	struct ig_trace *trace;
};

/**
 * struct ig_lock_run - the locks that were seen in one run
 * @skipped: runs of programs that the kernel left out, none of them where it
 *	would hide an edge of the group lock (that is a loss)
 */
struct ig_lock_run {
	struct ig_lock_edge *edges;
	size_t nedges;
	struct ig_lock_alias *aliases;
	size_t naliases;
	struct ig_lock_role *roles;
	size_t nroles;
	struct ig_lock_event *events;
	size_t nevents;
	uint64_t skipped;
};

/** struct ig_lock_class - a node of the order, once places are merged */
struct ig_lock_class {
	enum ig_lock_kind kind;
	char *name; /* "group->mutex", "iommu_probe_device_lock", "lock of
		     * 0000:00:10.0", "&group->group_lock (vfio_create_group)",
		     * "lock initialised in vfio_create_group", "lock taken in
		     * vfio_group_ioctl and 2 more places" */
};

/** IG_LOCK_MODES - reading or writing at both ends */
#define IG_LOCK_MODES 4

/** ig_lock_mode() - index into the modes of a step */
static inline unsigned int ig_lock_mode(bool from_read, bool to_read)
{
	return from_read | to_read << 1;
}

/**
 * struct ig_lock_step - the edges from one class of the order to another
 * @from, @to: indexes of the classes
 * @edge: the one to show for it, the most frequent
 * @modes: the same for each ig_lock_mode(), NULL where there is none
 * @count: of all edges between the two
 * @in_cycle: part of an inversion, set by ig_lock_cycles()
 */
struct ig_lock_step {
	size_t from;
	size_t to;
	const struct ig_lock_edge *edge;
	const struct ig_lock_edge *modes[IG_LOCK_MODES];
	uint64_t count;
	bool in_cycle;
};

/**
 * struct ig_lock_order - which class of locks nests in which
 * @classes, @nclasses: the group lock first, if it was seen; then by name
 * @steps, @nsteps: one from any class to any other, none from a class to
 *	itself; in the order of classes
 */
struct ig_lock_order {
	struct ig_lock_class *classes;
	size_t nclasses;
	struct ig_lock_step *steps;
	size_t nsteps;
};

/**
 * ig_lock_order() - merge places into classes, and edges into steps
 * @run: what was observed; must outlive the order
 * @order: filled in; release with ig_lock_order_free()
 *
 * Places are one class, or the group lock, when aliases say so; and places that
 * only take locks which are initialised at one place are of that class.  Locks
 * of devices go by the name of the device, which it keeps when it is unplugged
 * and comes back.  Static locks go by address and name, as another module can
 * be loaded to the same place.
 *
 * Return: 0 or -ENOMEM.
 */
int ig_lock_order(const struct ig_lock_run *run, struct ig_lock_order *order);

/** ig_lock_order_free() - release what ig_lock_order() filled in */
void ig_lock_order_free(struct ig_lock_order *order);

/**
 * struct ig_lock_cycle - classes that are taken in a circle
 * @steps: indexes into the steps of the order; each begins where the one before
 *	it ends, the first where the last ends
 * @edges: of each step, the edge that can deadlock with its neighbours
 */
struct ig_lock_cycle {
	size_t *steps;
	const struct ig_lock_edge **edges;
	size_t nsteps;
};

/**
 * ig_lock_cycles() - find the inversions around the group lock
 * @order: which class nests in which; sets in_cycle of steps
 * @cycles: set to an array, release with ig_lock_cycles_free()
 * @ncycles: set to its length
 *
 * One shortest cycle for each step that leaves the group lock and from whose
 * end the group lock can be reached again; the shortest of all comes first.  A
 * cycle is none when it passes a lock
 * that is only taken for reading there: two readers do not keep each other out.
 *
 * Return: 0 or -ENOMEM.
 */
int ig_lock_cycles(const struct ig_lock_order *order,
		   struct ig_lock_cycle **cycles, size_t *ncycles);

/** ig_lock_cycles_free() - release what ig_lock_cycles() has set */
void ig_lock_cycles_free(struct ig_lock_cycle *cycles, size_t ncycles);

/**
 * ig_lock_print_order() - what nests in the group lock and what it nests in
 * @out: where to
 * @order: which class nests in which
 *
 * Only classes from which the group lock can be reached, or that can be reached
 * from it.
 *
 * Return: 0 or -ENOMEM.
 */
int ig_lock_print_order(FILE *out, const struct ig_lock_order *order);

/**
 * ig_lock_dot() - the same as a graph for Graphviz
 * @out: where to
 * @order: which class nests in which; steps with in_cycle are drawn red
 *
 * Return: 0 or -ENOMEM.
 */
int ig_lock_dot(FILE *out, const struct ig_lock_order *order);

#endif /* IOMMU_GROUP_LOCKS_H */
