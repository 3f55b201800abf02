// SPDX-License-Identifier: GPL-2.0
#include <unistd.h>

#include "base/hung.h"

static bool is_asleep(const struct ig_processes *all, pid_t pid)
{
	size_t i;

	for (i = 0; i < all->n; i++)
		if (all->list[i].pid == pid)
			return all->list[i].state == 'D';
	return false;
}

static pid_t any_asleep(const struct ig_processes *all)
{
	size_t i;

	for (i = 0; i < all->n; i++)
		if (all->list[i].state == 'D')
			return all->list[i].pid;
	return 0;
}

bool ig_hung_look(struct ig_hung *hung, const struct ig_processes *older,
		  double now)
{
	struct ig_processes all;

	if (ig_descendants("/proc", getpid(), older, &all))
		return false;
	if (!hung->sleeper || !is_asleep(&all, hung->sleeper)) {
		hung->sleeper = any_asleep(&all);
		hung->since = now;
	}
	ig_processes_free(&all);
	return hung->sleeper && now - hung->since >= IG_HUNG_AFTER;
}
