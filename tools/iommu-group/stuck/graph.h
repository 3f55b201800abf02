/* SPDX-License-Identifier: GPL-2.0 */
/* From a look at all tasks to who waits for whom. */
#ifndef IOMMU_GROUP_STUCK_GRAPH_H
#define IOMMU_GROUP_STUCK_GRAPH_H

#include "iommu_group_stuck.h"
#include "model/run.h"

/**
 * struct ig_look - what a look has found
 * @tasks, @ntasks: all tasks
 * @groups, @ngroups: all groups
 * @devices, @ndevices: their devices
 * @kthread_size: bytes of a struct kthread
 * @full: groups for which there was no room
 */
struct ig_look {
	struct ig_task_look *tasks;
	size_t ntasks;
	struct ig_group_look *groups;
	size_t ngroups;
	struct ig_device_look *devices;
	size_t ndevices;
	size_t kthread_size;
	size_t full;
};

/**
 * struct ig_namer - what the graph cannot know by itself
 * @trace: the stack of a task in words
 * @lock: what a lock is called that is none of a group or device
 * @reads: whether the probes saw a task take a lock for reading
 * @data: for these
 */
struct ig_namer {
	struct ig_trace *(*trace)(const struct ig_task_look *task, void *data);
	char *(*lock)(const struct ig_task_look *waiter, void *data);
	bool (*reads)(const struct ig_task_look *task, uint64_t lock,
		      void *data);
	void *data;
};

/**
 * ig_waits_of() - who waits for whom
 * @look: the look
 * @namer: for names
 * @self: the collector's process: what it waits for with its helpers is not
 *what is looked for
 * @run: filled in
 *
 * Return: 0 or -ENOMEM.
 */
int ig_waits_of(const struct ig_look *look, const struct ig_namer *namer,
		unsigned int self, struct ig_wait_run *run);

/**
 * ig_waits_unread() - tasks that wait for a lock, and it is not known for which
 * @look: a look
 * @before: an earlier one; both must agree
 */
size_t ig_waits_unread(const struct ig_look *look,
		       const struct ig_look *before);

#endif /* IOMMU_GROUP_STUCK_GRAPH_H */
