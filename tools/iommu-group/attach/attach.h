/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How long attaching takes by group size.  Pure: no libbpf, no I/O but to the
 * FILE that is given.
 */
#ifndef IOMMU_GROUP_ATTACH_TIMES_H
#define IOMMU_GROUP_ATTACH_TIMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "iommu_group_attach.h"
#include "model/run.h"

/** struct ig_timing_errno - how often a case ended with an error */
struct ig_timing_errno {
	int err; /* positive errno */
	uint64_t count;
};

/**
 * struct ig_timing_size - an operation on groups of one size
 * @of: which, on how many devices, and whether it failed
 * @times: as observed, sums not yet corrected
 * @errors, @nerrors: of a case that failed, the most frequent first
 */
struct ig_timing_size {
	struct ig_timing_case of;
	struct ig_timing_times times;
	struct ig_timing_errno *errors;
	size_t nerrors;
};

/** struct ig_timing_slow - one of the slowest operations, with its stack */
struct ig_timing_slow {
	struct ig_slow raw;
	struct ig_trace *trace; /* NULL for none */
};

/**
 * struct ig_timing_folded - a call stack on which an operation spent time
 * @frames: outermost first, joined by ';'
 * @ns: how long
 */
struct ig_timing_folded {
	char *frames;
	uint64_t ns;
};

/**
 * struct ig_timing_run - what one run observed
 * @sizes, @nsizes: sorted by operation, success before failure, then size
 * @slow, @nslow: the slowest operations, the slowest first
 * @folded, @nfolded: where time was spent; empty unless asked for
 * @losses, @nlosses: what could not be counted, see losses.h
 * @own_call: ns that timing adds to each callback or loop, measured at the start
 * @driver_seen: time in the driver was told apart; else it is in the rest
 * @calls: each callback was timed; else the loop over the devices that calls it
 * @wait_seen: waiting for the group lock was told apart
 */
struct ig_timing_run {
	struct ig_timing_size *sizes;
	size_t nsizes;
	struct ig_timing_slow *slow;
	size_t nslow;
	struct ig_timing_folded *folded;
	size_t nfolded;
	struct ig_loss_count *losses;
	size_t nlosses;
	double own_call;
	bool driver_seen;
	bool calls;
	bool wait_seen;
};

/** ig_timing_op_name() - the kernel's function of an operation */
const char *ig_timing_op_name(uint32_t op);

/**
 * ig_timing_sort() - bring a run into the order that the rest relies on
 * @run: just read
 *
 * The sizes, the errors of each, and the slowest.
 */
void ig_timing_sort(struct ig_timing_run *run);

/**
 * ig_timing_quantile() - the time that a share of the operations did not exceed
 * @times: of a case with a count above 0
 * @share: 0 to 1
 *
 * The middle of the bucket in which it lies, kept between min and max; those
 * two themselves where it is the first or the last operation.
 */
uint64_t ig_timing_quantile(const struct ig_timing_times *times, double share);

/**
 * ig_timing_driver_seen() - whether the time in the driver is known
 * @run: how it was looked for
 * @calls: callbacks, or loops that call them, that were seen
 *
 * Where loops are timed and there was none, the driver may have been called
 * from somewhere else: before 6.5 a write to the attribute type does so
 * (iommu_change_dev_def_domain() in drivers/iommu/iommu.c).
 */
bool ig_timing_driver_seen(const struct ig_timing_run *run, uint64_t calls);

/**
 * struct ig_timing_split - where an average operation spends its time, in ns
 * @total: entry to return
 * @wait: for the group lock
 * @driver: in the driver's callbacks
 * @own: what this tool added by timing the callbacks
 * @rest: all else
 * @net: @total less @wait and @own: the attach itself
 */
struct ig_timing_split {
	double total;
	double wait;
	double driver;
	double own;
	double rest;
	double net;
};

/**
 * ig_timing_split() - divide the average total of a case
 * @run: for what the probes cost
 * @size: the case
 * @split: filled in; no part is negative, and they add up to the total
 */
void ig_timing_split(const struct ig_timing_run *run,
		     const struct ig_timing_size *size,
		     struct ig_timing_split *split);

/** enum ig_timing_growth - how the time grows with the group */
enum ig_timing_growth {
	IG_GROWTH_UNKNOWN, /* fewer than three sizes */
	IG_GROWTH_LINEAR, /* a + b * N, or slower; no clear term in N * N */
	IG_GROWTH_FASTER, /* than the group */
};

/**
 * struct ig_timing_fit - a + b * N, over the successful sizes of one operation
 * @op: which
 * @sizes: how many sizes; fewer than two are not enough for a fit, and make an
 *	entry only for what was left out: @a, @b and @residual are no number then
 * @left_out: sizes besides, whose quickest was no longer than our own share of
 *	it; that was measured at another time, so it can be too much
 * @least, @most: smallest and largest size
 * @a: ns for the operation
 * @b: ns for each device
 * @residual: root mean square of the relative deviations, 0.01 is 1 %
 * @growth: whether the time grows faster than that
 * @quadratic: share of the time of the largest size that a term c * N * N
 *	explains where one is fitted too; 0 unless @growth is IG_GROWTH_FASTER
 */
struct ig_timing_fit {
	uint32_t op;
	size_t sizes;
	size_t left_out;
	uint32_t least;
	uint32_t most;
	double a;
	double b;
	double residual;
	enum ig_timing_growth growth;
	double quadratic;
};

/**
 * ig_timing_fits() - fit each operation that was seen with two sizes or more
 * @run: sorted
 * @fits: to be freed
 * @nfits: how many
 *
 * Least squares of the relative deviation, so that small groups count as much
 * as large ones; of the quickest operation of each size, less waiting and our
 * own share: what disturbs one only ever adds.  Sizes of 0 devices and failed
 * operations are left out.
 *
 * Return: 0 or -ENOMEM.
 */
int ig_timing_fits(const struct ig_timing_run *run, struct ig_timing_fit **fits,
		   size_t *nfits);

/**
 * struct ig_timing_report - a run and what it was
 * @kernel, @backend, @iommu: as in struct ig_report
 * @run: the observations
 * @duration_ns: of the observation
 * @has_workload, @workload_status: as in struct ig_report
 * @interrupted: the user ended it
 * @verbose: every histogram, and the slowest with their stacks
 */
struct ig_timing_report {
	const char *kernel;
	const char *backend;
	const char *iommu;
	const struct ig_timing_run *run;
	uint64_t duration_ns;
	bool has_workload;
	int workload_status;
	bool interrupted;
	bool verbose;
};

/** ig_timing_text() - tables for people; 0 or -errno */
int ig_timing_text(FILE *out, const struct ig_timing_report *report);

/** ig_timing_json() - one document; 0 or -errno */
int ig_timing_json(FILE *out, const struct ig_timing_report *report);

/** ig_timing_svg() - time by group size, as a chart; 0 or -errno */
int ig_timing_svg(FILE *out, const struct ig_timing_report *report);

/** ig_timing_folded() - stacks for flame graphs, "a;b;c NS" a line; 0 or -errno
 */
int ig_timing_folded(FILE *out, const struct ig_timing_run *run);

/** ig_timing_run_free() - what a run holds */
void ig_timing_run_free(struct ig_timing_run *run);

#endif /* IOMMU_GROUP_ATTACH_TIMES_H */
