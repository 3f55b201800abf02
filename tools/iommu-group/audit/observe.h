/* SPDX-License-Identifier: GPL-2.0 */
/* One workload: what it did, and the verdict on that. */
#ifndef IOMMU_GROUP_AUDIT_OBSERVE_H
#define IOMMU_GROUP_AUDIT_OBSERVE_H

#include "audit/settle.h"
#include "base/workload.h"
#include "model/result.h"
#include "probe/session.h"
#include "refs/late.h"

/**
 * struct ig_observation - a workload under observation
 * @options: the command line, with the workload
 * @session: the programs that observe
 * @work: the workload, prepared
 * @step_us: pause between two looks
 * @older: of earlier workloads, what still runs; NULL for nothing
 * @run: what was observed
 * @result: the verdict on it
 */
struct ig_observation {
	const struct ig_options *options;
	struct ig_session *session;
	struct ig_workload work;
	unsigned int step_us;
	struct ig_run run;
	struct ig_result result;
	const struct ig_processes *older;
	/* for audit/observe.c */
	struct ig_late late;
	struct ig_rest rest; /* of the latest look */
	size_t moved; /* groups, between the latest two looks */
	int rcu_error;
};

/**
 * ig_observe_workload() - run it, wait until it has settled, and judge
 * @observation: @options, @session, @work and @step_us are set, the rest is 0
 *
 * Return: 0, or -1 after an error was printed.
 */
int ig_observe_workload(struct ig_observation *observation);

/** ig_observation_describe() - say in its run what it is a run of; 0 or -1 */
int ig_observation_describe(struct ig_observation *observation);

/** ig_observation_free() - release what it has found */
void ig_observation_free(struct ig_observation *observation);

#endif /* IOMMU_GROUP_AUDIT_OBSERVE_H */
