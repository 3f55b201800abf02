/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Proof that the probes work: the collector does from time to time what has to
 * make a program of each kind run.  Between two such heartbeats, programs watch
 * the switches that turn hooks off.
 */
#ifndef IOMMU_GROUP_ALIVE_H
#define IOMMU_GROUP_ALIVE_H

#include "model/losses.h"
#include "probe/probes.h"

/**
 * struct ig_alive - heartbeats of a run
 * @probes: the programs
 * @sysctl: a file whose reading makes the programs at functions run
 * @started: time of the first heartbeat
 * @last: time of the latest
 * @failed: heartbeats that a kind of hook did not answer
 * @why: what is known of the first of these
 */
struct ig_alive {
	const struct ig_probes *probes;
	int sysctl;
	uint64_t started;
	uint64_t last;
	unsigned int failed;
	char why[160];
};

/**
 * ig_alive_start() - the first heartbeat
 * @alive: filled in; does nothing if the programs do not account for anything
 * @probes: attached
 */
void ig_alive_start(struct ig_alive *alive, const struct ig_probes *probes);

/** ig_alive_restart() - forget the heartbeats that failed, and the switches */
void ig_alive_restart(struct ig_alive *alive);

/** ig_alive_tick() - a heartbeat, when the latest was a second ago */
void ig_alive_tick(struct ig_alive *alive);

/**
 * ig_alive_loss() - a last heartbeat, and what all of them and the switches say
 * @alive: started
 * @loss: filled in
 *
 * Return: 0, or -1 without memory.
 */
int ig_alive_loss(struct ig_alive *alive, struct ig_loss_count *loss);

/** ig_alive_stop() - close what is open */
void ig_alive_stop(struct ig_alive *alive);

#endif /* IOMMU_GROUP_ALIVE_H */
