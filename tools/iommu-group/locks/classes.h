/* SPDX-License-Identifier: GPL-2.0 */
/* Which locks are of one class; what the parts of the lock analysis share. */
#ifndef IOMMU_GROUP_LOCK_CLASSES_H
#define IOMMU_GROUP_LOCK_CLASSES_H

#include "locks/locks.h"

/** struct ig_lock_id - what tells classes apart, but for those that are merged */
struct ig_lock_id {
	enum ig_lock_class_kind kind;
	uint64_t key;
	const char *name;
};

/** struct ig_lock_instance - a group lock, and its group or -1 */
struct ig_lock_instance {
	uint64_t addr;
	int group;
};

/**
 * struct ig_lock_classes - a forest of merged classes
 * @ids, @nids: in order; the first is the group lock, seen or not
 * @parent: of each; the root has the smallest index of its class
 * @uses: of each root, bits of enum ig_lock_use_bit
 * @groups, @ngroups: all group locks, in rising order of address
 */
struct ig_lock_classes {
	struct ig_lock_id *ids;
	size_t nids;
	size_t *parent;
	unsigned char *uses;
	struct ig_lock_instance *groups;
	size_t ngroups;
};

/** enum ig_lock_use_bit - what some lock of a class was seen to be */
enum ig_lock_use_bit {
	IG_USE_WRITTEN = 1, /* waited for by a writer: readers wait, too */
	IG_USE_HANDED_OVER = 2, /* released by another task than read it */
};

/**
 * ig_lock_classes() - find out which locks are of one class
 * @run: what was observed; must outlive the classes
 * @classes: filled in; release with ig_lock_classes_free()
 *
 * Return: 0 or -ENOMEM.
 */
int ig_lock_classes(const struct ig_lock_run *run,
		    struct ig_lock_classes *classes);

/** ig_lock_classes_free() - release what ig_lock_classes() filled in */
void ig_lock_classes_free(struct ig_lock_classes *classes);

/** ig_lock_root() - index of the id that stands for another one's class */
size_t ig_lock_root(const struct ig_lock_classes *classes, size_t id);

/** ig_lock_class_of() - index of the id that stands for a lock of the run */
size_t ig_lock_class_of(const struct ig_lock_classes *classes,
			const struct ig_lock *lock);

/** ig_lock_class_of_side() - likewise for a lock that was next to the group
 * lock */
size_t ig_lock_class_of_side(const struct ig_lock_classes *classes,
			     const struct ig_lock_sides *side);

/** ig_lock_class_of_init_site() - likewise for where a pair has locks
 * initialised */
size_t ig_lock_class_of_init_site(const struct ig_lock_classes *classes,
				  uint64_t key);

/** ig_lock_is() - whether locks of a class were seen to be used like that */
static inline bool ig_lock_is(const struct ig_lock_classes *classes,
			      size_t root, enum ig_lock_use_bit use)
{
	return classes->uses[root] & use;
}

/** ig_is_group_lock() - whether a lock of the run is one */
static inline bool ig_is_group_lock(const struct ig_lock_classes *classes,
				    const struct ig_lock *lock)
{
	return !ig_lock_class_of(classes, lock);
}

/** ig_lock_group() - the group of a group lock, -1 when it is not known */
int ig_lock_group(const struct ig_lock_classes *classes,
		  const struct ig_lock *lock);

/** enum ig_lock_doubt - why a circle of classes may be none of locks */
enum ig_lock_doubt {
	IG_NO_DOUBT,
	IG_DOUBT_OLDER, /* of locks that are older than the run */
	IG_DOUBT_INSTANCES, /* of different locks of one class */
	IG_DOUBT_HANDED_OVER, /* of readers who may not have had it any more */
};

/**
 * ig_lock_doubt() - whether a circle of classes is one of locks
 * @run: what was observed
 * @classes: of that run
 * @cycle: the circle
 * @at: set to the number of the step that leaves the class in doubt
 */
enum ig_lock_doubt ig_lock_doubt(const struct ig_lock_run *run,
				 const struct ig_lock_classes *classes,
				 const struct ig_lock_cycle *cycle, size_t *at);

#endif /* IOMMU_GROUP_LOCK_CLASSES_H */
