/* SPDX-License-Identifier: GPL-2.0 */
/* What the files that look for holders share; nobody else includes it. */
#ifndef IOMMU_GROUP_REFS_HOLDER_LOOK_H
#define IOMMU_GROUP_REFS_HOLDER_LOOK_H

#include "refs/refs.h"

/**
 * struct ig_holder_look - where a holder is looked for
 * @run: the run
 * @pairing: what is open at the call sites, NULL when they say nothing yet
 * @was: the group before the run, NULL when it was not there
 * @before: the holdings then, NULL like @was and when @group is @was
 * @group: the group
 * @held: what has been found, in the order of the table
 * @kind: the index of what is looked for
 */
struct ig_holder_look {
	const struct ig_run *run;
	const struct ig_pairing *pairing;
	const struct ig_group_state *was;
	const struct ig_holding *before;
	const struct ig_group_state *group;
	struct ig_holding *held;
	unsigned int kind;
};

/* holder_look.c */

/** ig_is_code_of() - it is in the module, or built in and called module_... */
bool ig_is_code_of(const char *symbol, const char *module);

/** ig_open_at() - gets of a site that are open, less those of holders found */
long ig_open_at(const struct ig_holder_look *look, size_t site);

/** ig_kept_at() - gets of a site that no put of the same task answered, less
 * those
 */
long ig_kept_at(const struct ig_holder_look *look, size_t site);

/** ig_take_from() - the holder has this many of a site's gets */
void ig_take_from(const struct ig_holder_look *look, size_t site, long count);

/**
 * ig_dropped_by() - puts that answer no get of the run
 * @look: where
 * @module: of which module, NULL for what is built in
 *
 * Return: how many.
 */
long ig_dropped_by(const struct ig_holder_look *look, const char *module);

/** ig_bound_of() - a device of the group and its driver */
struct ig_bound ig_bound_of(const struct ig_device *d);

/* holders_driver.c */

/** ig_look_for_old_bindings() - drivers as holders, before the run */
void ig_look_for_old_bindings(const struct ig_holder_look *look);

/** ig_look_for_driver() - drivers as holders, after it */
void ig_look_for_driver(const struct ig_holder_look *look);

#endif /* IOMMU_GROUP_REFS_HOLDER_LOOK_H */
