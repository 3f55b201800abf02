/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the BPF programs and the collector share about the timing of attaches.
 * Times are nanoseconds of CLOCK_MONOTONIC.
 */
#ifndef IOMMU_GROUP_ATTACH_H
#define IOMMU_GROUP_ATTACH_H

#ifndef __bpf__
#include <linux/types.h>
#endif

/** enum ig_timing_op - operations that are timed apart */
enum ig_timing_op {
	IG_ATTACH_GROUP,
	IG_ATTACH_GROUP_HANDLE,
	IG_REPLACE_GROUP_HANDLE,
	IG_REPLACE_DOMAIN, /* until 6.13 */
	IG_DETACH_GROUP,
	IG_DETACH_GROUP_HANDLE,
	IG_ATTACH_DEVICE,
	IG_DETACH_DEVICE,
	IG_CLAIM_GROUP, /* DMA ownership */
	IG_RELEASE_GROUP,
	IG_CLAIM_DEVICE,
	IG_RELEASE_DEVICE,
	IG_STORE_TYPE, /* default domain, through sysfs */
	IG_TIMING_OPS,
};

/*
 * Histograms: each power of two is divided evenly into IG_HIST_SUB buckets, so
 * a time read from one is off by at most half of 1 / IG_HIST_SUB.
 */
#define IG_HIST_BITS 5
#define IG_HIST_SUB (1 << IG_HIST_BITS)
/** IG_HIST_OCTAVES - the last bucket begins at 63 * 2^35 ns, 36 minutes */
#define IG_HIST_OCTAVES 36
#define IG_HIST_BUCKETS ((IG_HIST_OCTAVES + 1) * IG_HIST_SUB)

/** ig_hist_bucket() - of a time */
static inline __u32 ig_hist_bucket(__u64 ns)
{
	__u32 octave = 0;

	if (ns < IG_HIST_SUB)
		return ns;
	/* Not __builtin_clzll(): BPF has no such instruction. */
	if (ns >> 32)
		octave = 32;
	if (ns >> octave >> 16)
		octave += 16;
	if (ns >> octave >> 8)
		octave += 8;
	if (ns >> octave >> 4)
		octave += 4;
	if (ns >> octave >> 2)
		octave += 2;
	if (ns >> octave >> 1)
		octave += 1;
	octave -= IG_HIST_BITS;
	if (octave >= IG_HIST_OCTAVES)
		return IG_HIST_BUCKETS - 1;
	return (octave + 1) * IG_HIST_SUB + (ns >> octave) - IG_HIST_SUB;
}

/** ig_hist_low() - the least time of a bucket */
static inline __u64 ig_hist_low(__u32 bucket)
{
	__u32 octave = bucket / IG_HIST_SUB;

	if (!octave)
		return bucket;
	return (__u64)(bucket % IG_HIST_SUB + IG_HIST_SUB) << (octave - 1);
}

/**
 * struct ig_timing_case - operations that are counted together
 * @op: enum ig_timing_op
 * @devices: of the group, when it ended
 * @failed: those that returned an error
 */
struct ig_timing_case {
	__u32 op;
	__u32 devices;
	__u32 failed;
};

/**
 * struct ig_timing_times - what is kept of a case; sums over all operations
 * @count: how many
 * @total: from entry to return
 * @min, @max: of one's total
 * @least: of one's total less its waiting
 * @wait: for the group lock, while another task had it
 * @max_wait: the longest of one operation
 * @driver: in the driver's attach callback
 * @calls: of that callback
 * @buckets: of the totals, see ig_hist_bucket()
 */
struct ig_timing_times {
	__u64 count;
	__u64 total;
	__u64 min;
	__u64 max;
	__u64 least;
	__u64 wait;
	__u64 max_wait;
	__u64 driver;
	__u64 calls;
	__u32 buckets[IG_HIST_BUCKETS];
};

/**
 * struct ig_timing_sum - an entry of the map of times
 * @of: what is counted
 * @used: anything is
 * @times: of it
 */
struct ig_timing_sum {
	struct ig_timing_case of;
	__u32 used;
	struct ig_timing_times times;
};

/** struct ig_timing_error - an error that a case ended with */
struct ig_timing_error {
	struct ig_timing_case of;
	__s32 err; /* negative errno */
};

/** IG_SLOWEST - slowest operations that each CPU keeps */
#define IG_SLOWEST 16
/** IG_SLOW_CALLS - callbacks of one operation whose times are kept */
#define IG_SLOW_CALLS 64

/**
 * struct ig_slow - one of the slowest operations
 * @total: 0 for a free place
 * @began: when
 * @wait, @driver, @calls: as in struct ig_timing_times
 * @of: what it was
 * @group: id of the group
 * @err: what it returned
 * @stack: index + 1, 0 for none
 * @slowest_call: number of the callback that took longest, from 0
 * @slowest: how long it took
 * @device: name of its device
 * @call: time of each callback, up to @calls; only where each is timed
 */
struct ig_slow {
	__u64 total;
	__u64 began;
	__u64 wait;
	__u64 driver;
	__u32 calls;
	struct ig_timing_case of;
	__u32 group;
	__s32 err;
	__u32 stack;
	__u32 slowest_call;
	__u64 slowest;
	char device[64];
	__u64 call[IG_SLOW_CALLS];
};

/** struct ig_sample - where an operation was found */
struct ig_sample {
	__u64 hash; /* of the stack */
	__u32 op;
	__u32 pad;
};

/** struct ig_sample_count - how often, and the stack with its names */
struct ig_sample_count {
	__u64 count;
	__u32 slot; /* index + 1, 0 for none */
	__u32 pad;
};

/**
 * enum ig_cost_step - what the programs do when the collector calls the system
 * call on which it measures their cost
 */
enum ig_cost_step {
	IG_COST_OFF,
	IG_COST_OPEN, /* begin an operation */
	IG_COST_CALLS, /* count a callback of the driver, or a loop */
	IG_COST_CLOSE, /* end the operation */
};

#endif /* IOMMU_GROUP_ATTACH_H */
