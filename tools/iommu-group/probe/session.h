/* SPDX-License-Identifier: GPL-2.0 */
/* All groups as the kernel has them now. */
#ifndef IOMMU_GROUP_SNAPSHOT_H
#define IOMMU_GROUP_SNAPSHOT_H

#include "model/run.h"
#include "probe/probes.h"
#include "probe/reader.h"

/**
 * struct ig_watch - an observation under way
 * @probes: attached programs
 * @symbols: the kernel's text
 * @reader: helper that reads sysfs for the snapshots
 * @group: only this group, -1 for all
 */
struct ig_watch {
	struct ig_probes probes;
	struct ig_symbols symbols;
	struct ig_reader reader;
	int group;
};

/**
 * ig_watch_start() - check the kernel, load, attach, start the reader
 * @watch: filled in
 * @options: the command line
 * @purpose: what for
 *
 * Return: 0, or -1 after an error was printed.
 */
int ig_watch_start(struct ig_watch *watch, const struct ig_options *options,
		   enum ig_purpose purpose);

/** ig_watch_stop() - detach and release everything */
void ig_watch_stop(struct ig_watch *watch);

/**
 * ig_snapshot_take() - read all groups
 * @watch: under way
 * @snapshot: filled in; groups that cannot be read are counted in it
 *
 * Return: 0, or -1 after an error was printed.
 */
int ig_snapshot_take(struct ig_watch *watch, struct ig_snapshot *snapshot);

#endif /* IOMMU_GROUP_SNAPSHOT_H */
