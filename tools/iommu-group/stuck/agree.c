// SPDX-License-Identifier: GPL-2.0
/* Two looks some time apart: what is the same in both has not moved. */
#include "stuck/stuck.h"

/* The same task at the same place: it has not left the CPU since, or got it. */
static bool sits_still(const struct ig_wait_task *is,
		       const struct ig_wait_task *was)
{
	if (is->state[0] == 'X' || is->state[0] == 'Z')
		return was->state[0] == 'X' || was->state[0] == 'Z';
	return is->state[0] != 'R' && is->state[0] == was->state[0] &&
	       is->switches == was->switches && is->tgid == was->tgid &&
	       is->kind == was->kind && is->on == was->on;
}

static bool had(const struct ig_wait_run *run, const struct ig_wait_hold *hold)
{
	size_t i;

	for (i = 0; i < run->nholds; i++)
		if (run->holds[i].lock == hold->lock &&
		    run->holds[i].task == hold->task)
			return true;
	return false;
}

void ig_waits_agree(struct ig_wait_run *later,
		    const struct ig_wait_run *earlier, uint64_t apart_ns)
{
	size_t i, n = 0;

	for (i = 0; i < later->ntasks; i++) {
		const struct ig_wait_task *was =
			ig_wait_task_of(earlier, later->tasks[i].task);

		later->tasks[i].lasts = was &&
					sits_still(&later->tasks[i], was);
	}
	for (i = 0; i < later->nholds; i++)
		if (had(earlier, &later->holds[i]))
			later->holds[n++] = later->holds[i];
	later->nholds = n;
	later->apart_ns = apart_ns;
}
