/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Group locks that are stuck: pure functions from who waits for whom to
 * findings. No libbpf, no I/O, no globals.
 */
#ifndef IOMMU_GROUP_STUCK_H
#define IOMMU_GROUP_STUCK_H

#include "model/audit.h"

/** ig_stuck_audit - the rule group-lock-stuck */
extern const struct ig_audit ig_stuck_audit;

/**
 * ig_waits_agree() - keep of a look what was so in an earlier one
 * @later: its tasks are marked when they wait as they did; who has a lock is
 *	forgotten where the two do not agree
 * @earlier: the look before
 * @apart_ns: time between the two
 */
void ig_waits_agree(struct ig_wait_run *later,
		    const struct ig_wait_run *earlier, uint64_t apart_ns);

/** enum ig_chain_end - what is at the end of a chain of waiting tasks */
enum ig_chain_end {
	IG_END_FREE, /* nobody is known to have the lock */
	IG_END_RUNS, /* a task that runs, or has run between the looks */
	IG_END_SLEEPS, /* a task that sleeps, for what is not known */
	IG_END_LIKELY, /* a circle, if the last reader of a lock still has it */
	IG_END_GONE, /* a task that has ended */
	IG_END_CIRCLE, /* each waits for the next: for ever */
};

/**
 * ig_chain_find() - what keeps a lock from being had
 * @run: the waits
 * @lock: the lock, of @run
 * @chain: filled in, release with ig_wait_chain_free()
 * @end: what is at its end; of several chains, the worst counts
 *
 * Return: 0 or -ENOMEM.
 */
int ig_chain_find(const struct ig_wait_run *run,
		  const struct ig_wait_lock *lock, struct ig_wait_chain *chain,
		  enum ig_chain_end *end);

/** ig_waiters() - tasks other than the collector's that last in waiting for it */
size_t ig_waiters(const struct ig_wait_run *run, uint64_t lock);

/**
 * ig_waits_settled() - whether looking again would not tell more
 * @run: the waits, of which two looks agree
 *
 * True when nobody waits for a group lock, or each wait is one that never ends.
 */
bool ig_waits_settled(const struct ig_wait_run *run);

#endif /* IOMMU_GROUP_STUCK_H */
