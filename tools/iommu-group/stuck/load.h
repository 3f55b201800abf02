/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A look at all tasks and all groups, as the kernel has them now.  It reads no
 * file that takes a group lock, and loads programs that nothing runs but itself.
 */
#ifndef IOMMU_GROUP_STUCK_LOAD_H
#define IOMMU_GROUP_STUCK_LOAD_H

#include "probe/session.h"
#include "stuck/graph.h"

struct stuck_bpf;

/**
 * struct ig_looker - loaded programs
 * @skel: the skeleton
 * @session: names symbols
 * @tasks: link of the program that walks along the tasks
 * @kset: address of the pointer to the kset of groups
 * @why: what failed, in words
 */
struct ig_looker {
	struct stuck_bpf *skel;
	struct ig_session session;
	struct bpf_link *tasks;
	uint64_t kset;
	char why[160];
};

/**
 * ig_looker_start() - load the programs
 * @looker: filled in
 * @symbols: of the kernel; must outlive it
 * @options: how many groups there may be
 *
 * Return: 0, or -1 with @why.
 */
int ig_looker_start(struct ig_looker *looker, const struct ig_symbols *symbols,
		    const struct ig_options *options);

/** ig_looker_stop() - unload them; also what could not be started */
void ig_looker_stop(struct ig_looker *looker);

/** ig_look_take() - look; 0, or -1 with @why of the looker */
int ig_look_take(struct ig_looker *looker, struct ig_look *look);

/** ig_look_free() - release a look; it is empty then */
void ig_look_free(struct ig_look *look);

#endif /* IOMMU_GROUP_STUCK_LOAD_H */
