/* SPDX-License-Identifier: GPL-2.0 */
/* Loading the programs that time attaches. */
#ifndef IOMMU_GROUP_ATTACH_LOAD_H
#define IOMMU_GROUP_ATTACH_LOAD_H

#include "probe/session.h"

struct attach_bpf;

/**
 * struct ig_timing - the programs that time attaches, loaded and attached
 * @session: what names and losses are read from; it takes no snapshots
 * @skel: the skeleton
 */
struct ig_timing {
	struct ig_session session;
	struct attach_bpf *skel;
};

/**
 * ig_timing_start() - check the kernel, load and attach
 * @timing: filled in; release with ig_timing_stop()
 * @options: the command line
 *
 * It is always by fentry: the events of patched kernels begin when the group
 * lock has been taken, and do not tell which function attaches.
 *
 * Return: 0, or -1 after an error was printed.
 */
int ig_timing_start(struct ig_timing *timing, const struct ig_options *options);

/** ig_timing_stop() - detach and release everything */
void ig_timing_stop(struct ig_timing *timing);

#endif /* IOMMU_GROUP_ATTACH_LOAD_H */
