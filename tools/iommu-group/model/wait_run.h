/* SPDX-License-Identifier: GPL-2.0 */
/* Who waits for whom at the end of a run, as far as locks are concerned. */
#ifndef IOMMU_GROUP_MODEL_WAIT_RUN_H
#define IOMMU_GROUP_MODEL_WAIT_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ig_trace;

/** enum ig_wait_kind - what a task waits for */
enum ig_wait_kind {
	IG_WAIT_NONE, /* nothing that is known here: it may end by itself */
	IG_WAIT_LOCK,
	IG_WAIT_WORK, /* the end of a work item that another task executes */
	IG_WAIT_THREAD, /* the end of a kernel thread */
	IG_WAIT_NODE, /* that another task is done with a file of sysfs */
	IG_WAIT_KINDS,
};

/** enum ig_hold_proof - why a task is taken for the one that has a lock */
enum ig_hold_proof {
	IG_HOLD_OWNER, /* the lock says so */
	IG_HOLD_SEEN, /* the probes saw it take the lock, and not release it */
	IG_HOLD_LAST_READER, /* it was the last to take the lock for reading,
			      * which is no proof */
	IG_HOLD_PROOFS,
};

/**
 * struct ig_wait_task - a task that waits, or has what others wait for
 * @task: its address, by which others name it
 * @tgid: its process
 * @state: as /proc has it: R, S, D, Z; X for one that is gone; one letter
 * @switches: how often it has left the CPU
 * @asleep_ns: for how long it has not run, 0 if that is not known
 * @own: one of the collector's, which only wants to read
 * @kind: what it waits for
 * @on: the lock, or the task
 * @read: it wants the lock for reading
 * @lasts: it was so in an earlier look, too, and it has not run in between
 * @trace: its stack and its name; of one that is gone, NULL
 */
struct ig_wait_task {
	uint64_t task;
	unsigned int tgid;
	char state[2];
	uint64_t switches;
	uint64_t asleep_ns;
	bool own;
	enum ig_wait_kind kind;
	uint64_t on;
	bool read;
	bool lasts;
	struct ig_trace *trace;
};

/**
 * struct ig_wait_lock - a lock that somebody waits for, or a group lock
 * @addr: its address
 * @group: of a group lock the number of the group, -1 of any other
 * @readers: how many have it for reading
 * @name: what it is called
 */
struct ig_wait_lock {
	uint64_t addr;
	int group;
	unsigned int readers;
	char *name;
};

/**
 * struct ig_wait_hold - a task has a lock
 * @lock, @task: addresses
 * @proof: how that is known
 */
struct ig_wait_hold {
	uint64_t lock;
	uint64_t task;
	enum ig_hold_proof proof;
};

/**
 * struct ig_wait_run - what waits at the end of a run
 * @tasks, @ntasks: those that wait for something that is known, and holders
 * @locks, @nlocks: the locks
 * @holds, @nholds: who has them
 * @apart_ns: time between the two looks that had to agree
 */
struct ig_wait_run {
	struct ig_wait_task *tasks;
	size_t ntasks;
	struct ig_wait_lock *locks;
	size_t nlocks;
	struct ig_wait_hold *holds;
	size_t nholds;
	uint64_t apart_ns;
};

/** ig_wait_task_of() - a task by its address, NULL when it is not there */
const struct ig_wait_task *ig_wait_task_of(const struct ig_wait_run *run,
					   uint64_t task);

/** ig_wait_lock_of() - a lock by its address, NULL when it is not there */
const struct ig_wait_lock *ig_wait_lock_of(const struct ig_wait_run *run,
					   uint64_t lock);

/** ig_wait_run_free() - release all of it; it is empty then */
void ig_wait_run_free(struct ig_wait_run *run);

#endif /* IOMMU_GROUP_MODEL_WAIT_RUN_H */
