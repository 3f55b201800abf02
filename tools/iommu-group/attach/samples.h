/* SPDX-License-Identifier: GPL-2.0 */
/* Where operations are, found by looking at fixed intervals. */
#ifndef IOMMU_GROUP_ATTACH_SAMPLES_H
#define IOMMU_GROUP_ATTACH_SAMPLES_H

#include "attach/attach.h"
#include "attach/load.h"

/** struct ig_samples - a clock on each CPU */
struct ig_samples {
	struct bpf_link **links;
	int n;
};

/**
 * ig_samples_start() - start the clocks
 * @samples: filled in
 * @timing: started, with folded stacks wanted
 *
 * Return: 0, or -1 after an error was printed.
 */
int ig_samples_start(struct ig_samples *samples,
		     const struct ig_timing *timing);

/** ig_samples_stop() - and stop them */
void ig_samples_stop(struct ig_samples *samples);

/**
 * ig_samples_read() - what they found, as run->folded
 * @timing: started
 * @run: its sizes have been read: waiting is taken from them, for nobody who
 *	waits is on a CPU
 *
 * Return: 0 or -1 without memory.
 */
int ig_samples_read(const struct ig_timing *timing, struct ig_timing_run *run);

#endif /* IOMMU_GROUP_ATTACH_SAMPLES_H */
