/* SPDX-License-Identifier: GPL-2.0 */
/* One program at many functions, where the kernel has such links (7.3). */
#ifndef IOMMU_GROUP_MULTI_H
#define IOMMU_GROUP_MULTI_H

#include <stdbool.h>

#include "probe/types.h"

struct audit_bpf;
struct bpf_program;

/** enum ig_multi_kind - the programs of bpf/locks/multi.h, in their order */
enum ig_multi_kind {
	IG_MULTI_RELEASES,
	IG_MULTI_TRIES,
	IG_MULTI_FAILS,
	IG_MULTI_TRIES_OR_NOT,
	IG_MULTI_INITIALISES,
	IG_MULTI_KINDS,
};

/**
 * struct ig_multi - their links
 * @links: file descriptors, 0 for none
 */
struct ig_multi {
	int links[IG_MULTI_KINDS];
};

/** ig_multi_exists() - whether the kernel has such links */
bool ig_multi_exists(const struct ig_types *types);

/** ig_multi_is_one() - whether a program is one of these */
bool ig_multi_is_one(const char *program);

/** ig_multi_replaces() - whether one of these does what a program does */
bool ig_multi_replaces(const char *program);

/**
 * ig_multi_prepare() - say how a program is to be loaded
 * @prog: one of these, not loaded yet
 * @types: the kernel's
 */
void ig_multi_prepare(struct bpf_program *prog, const struct ig_types *types);

/**
 * ig_multi_attach() - hook them to all functions that the kernel has
 * @multi: filled in
 * @skel: loaded
 * @types: the kernel's
 *
 * Return: 0, or -1 with errno set; what was attached is detached again.
 */
int ig_multi_attach(struct ig_multi *multi, const struct audit_bpf *skel,
		    const struct ig_types *types);

/** ig_multi_detach() - detach them */
void ig_multi_detach(struct ig_multi *multi);

#endif /* IOMMU_GROUP_MULTI_H */
