// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "model/run.h"
#include "model/wait_run.h"

const struct ig_wait_task *ig_wait_task_of(const struct ig_wait_run *run,
					   uint64_t task)
{
	size_t i;

	for (i = 0; i < run->ntasks; i++)
		if (run->tasks[i].task == task)
			return &run->tasks[i];
	return NULL;
}

const struct ig_wait_lock *ig_wait_lock_of(const struct ig_wait_run *run,
					   uint64_t lock)
{
	size_t i;

	for (i = 0; i < run->nlocks; i++)
		if (run->locks[i].addr == lock)
			return &run->locks[i];
	return NULL;
}

void ig_wait_run_free(struct ig_wait_run *run)
{
	size_t i;

	for (i = 0; i < run->ntasks; i++)
		ig_trace_free(run->tasks[i].trace);
	for (i = 0; i < run->nlocks; i++)
		free(run->locks[i].name);
	free(run->tasks);
	free(run->locks);
	free(run->holds);
	memset(run, 0, sizeof(*run));
}
