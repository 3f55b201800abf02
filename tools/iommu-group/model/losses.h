/* SPDX-License-Identifier: GPL-2.0 */
/* All that can keep a run from being judged: a row each in losses.c. */
#ifndef IOMMU_GROUP_MODEL_LOSSES_H
#define IOMMU_GROUP_MODEL_LOSSES_H

#include <stddef.h>
#include <stdint.h>

#include "iommu_group_abi.h"

/**
 * enum ig_run_loss - losses that no BPF program counts
 *
 * They go on where enum ig_loss ends, so that one number names any loss.
 */
enum ig_run_loss {
	/* by the collector */
	IG_LOSS_PROGRAMS_MISSED = IG_LOSS_MAX,
	IG_LOSS_PROBES_MISSING,
	IG_LOSS_PROBES_DEAD,
	IG_LOSS_READER_DIED,
	IG_LOSS_MAPS_UNREADABLE,
	IG_LOSS_NO_GROUPS,
	IG_LOSS_NO_ATTACH,
	IG_LOSS_WORKLOAD_RUNNING,
	IG_LOSS_STILL_MOVING,
	IG_LOSS_RCU_UNSETTLED,
	IG_LOSS_NOT_RUN,
	/* by the analysis */
	IG_LOSS_HOLDERS_UNCOVERED,
	IG_LOSS_COUNT_DISAGREES,
	IG_LOSS_SNAPSHOT_UNSTABLE,
	IG_LOSS_SNAPSHOT_UNREADABLE,
	IG_LOSS_GROUPS_UNACCOUNTED,
	IG_LOSS_SYSFS_DISAGREES,
	IG_LOSS_UNKNOWN_VIOLATION,
	IG_LOSS_CLASS_UNPROVEN,
	IG_LOSS_INSTANCES_DIFFER,
	IG_LOSS_READER_HANDED_OVER,
	IG_LOSS_CLASS_FORGOTTEN,
	IG_LOSS_OLDER_DROPPED,
	IG_LOSS_OLDER_REPLACED,
	IG_LOSS_IN_FLIGHT,
	IG_LOSS_GROUP_LOCK_WAITS,
	IG_LOSS_WAITS_UNREAD,
	IG_LOSS_ALL,
};

/**
 * struct ig_loss_count - something that was not seen, and how often
 * @loss: enum ig_loss or enum ig_run_loss
 * @count: how often; 0 entries are left out of verdicts
 * @detail: says more than the loss's own text does, NULL for that text
 */
struct ig_loss_count {
	unsigned int loss;
	uint64_t count;
	char *detail;
};

/** ig_loss_key() - short stable name for JSON, such as site_table_full */
const char *ig_loss_key(unsigned int loss);

/**
 * ig_loss_reason() - one line for people
 * @count: the loss
 *
 * Return: what was lost and what to do about it.
 */
const char *ig_loss_reason(const struct ig_loss_count *count);

/** ig_loss_find() - the loss with a key, IG_LOSS_ALL for none */
unsigned int ig_loss_find(const char *key);

/** ig_losses_free() - release an array of counts */
void ig_losses_free(struct ig_loss_count *losses, size_t n);

#endif /* IOMMU_GROUP_MODEL_LOSSES_H */
