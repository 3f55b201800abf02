/* SPDX-License-Identifier: GPL-2.0 */
/* What the BPF programs hook, and when each is needed. */
#ifndef IOMMU_GROUP_TARGETS_H
#define IOMMU_GROUP_TARGETS_H

#include "base/options.h"
#include "probe/module.h"

/** enum ig_target_kind - what a row is about */
enum ig_target_kind {
	IG_TARGET_FUNCTION,
	IG_TARGET_STOCK_EVENT, /* of every kernel */
	IG_TARGET_EVENT, /* of the iommu_group system of a patched kernel */
	IG_TARGET_LOCK, /* a function by which locks are taken and released */
	IG_TARGET_LOCK_EVENT, /* an event of every kernel, for locks */
};

/**
 * struct ig_target - one row: a function or tracepoint that programs hook
 * @name: as in the program's name behind the hook
 * @kind: what it is; decides with @name on the programs
 * @backends: bits of enum ig_backend: those that use it
 * @programs: the group that its programs are of
 * @required: a verdict without it would be guesswork; the others exist only
 *	on some kernels (their commits are named)
 */
struct ig_target {
	const char *name;
	enum ig_target_kind kind;
	unsigned int backends;
	enum ig_programs programs;
	bool required;
};

/** ig_target_find() - the row of a program, NULL for none */
const struct ig_target *ig_target_find(const char *program);

/** ig_target_is_event() - a tracepoint, not a function */
bool ig_target_is_event(const struct ig_target *target);

/** ig_target_is_lock() - for the order of locks */
bool ig_target_is_lock(const struct ig_target *target);

#endif /* IOMMU_GROUP_TARGETS_H */
