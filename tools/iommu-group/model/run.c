// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/run.h"

void ig_group_state_clear(struct ig_group_state *group)
{
	size_t i;

	for (i = 0; i < group->ndevices; i++) {
		free(group->devices[i].name);
		free(group->devices[i].driver);
		free(group->devices[i].driver_module);
	}
	free(group->devices);
	free(group->name);
	free(group->type);
	memset(group, 0, sizeof(*group));
}

int ig_snapshot_unread(struct ig_snapshot *snapshot, unsigned int group,
		       const char *fmt, ...)
{
	struct ig_unread *u =
		ig_one_more(&snapshot->unread, &snapshot->nunread, sizeof(*u));
	va_list args;
	int n;

	if (!u)
		return -1;
	u->group = group;
	va_start(args, fmt);
	n = vasprintf(&u->why, fmt, args);
	va_end(args);
	if (n < 0)
		u->why = NULL;
	return n < 0 ? -1 : 0;
}

void ig_snapshot_free(struct ig_snapshot *snapshot)
{
	size_t i;

	for (i = 0; i < snapshot->ngroups; i++)
		ig_group_state_clear(&snapshot->groups[i]);
	for (i = 0; i < snapshot->nunread; i++)
		free(snapshot->unread[i].why);
	free(snapshot->unread);
	free(snapshot->groups);
	memset(snapshot, 0, sizeof(*snapshot));
}

static void free_lock(struct ig_lock *lock)
{
	free(lock->name);
	free(lock->site);
	free(lock->init_site);
}

void ig_lock_run_free(struct ig_lock_run *run)
{
	size_t i;

	for (i = 0; i < run->nedges; i++) {
		free_lock(&run->edges[i].from);
		free_lock(&run->edges[i].to);
		ig_trace_free(run->edges[i].trace);
	}
	for (i = 0; i < run->nmisuses; i++) {
		free_lock(&run->misuses[i].lock);
		ig_trace_free(run->misuses[i].trace);
	}
	for (i = 0; i < run->nsite_pairs; i++) {
		free(run->site_pairs[i].init_site);
		free(run->site_pairs[i].name);
	}
	free(run->edges);
	free(run->site_pairs);
	free(run->sides);
	free(run->uses);
	free(run->misuses);
	memset(run, 0, sizeof(*run));
}

static void free_sites(struct ig_run *run)
{
	size_t i;

	for (i = 0; i < run->nsites; i++) {
		free(run->sites[i].symbol);
		ig_trace_free(run->sites[i].first);
		ig_trace_free(run->sites[i].high);
	}
	for (i = 0; i < run->ntotals; i++)
		free(run->totals[i].symbol);
	free(run->sites);
	free(run->totals);
}

static void free_caught(struct ig_run *run)
{
	size_t i;

	for (i = 0; i < run->nviolations; i++)
		ig_trace_free(run->violations[i].trace);
	for (i = 0; i < run->nattaches; i++) {
		free(run->attaches[i].symbol);
		ig_trace_free(run->attaches[i].trace);
	}
	for (i = 0; i < run->nnotifiers; i++) {
		free(run->notifiers[i].symbol);
		free(run->notifiers[i].callback);
		ig_trace_free(run->notifiers[i].trace);
	}
	for (i = 0; i < run->nbindings; i++) {
		free(run->bindings[i].path);
		free(run->bindings[i].driver);
		free(run->bindings[i].module);
	}
	free(run->violations);
	free(run->attaches);
	free(run->notifiers);
	free(run->bindings);
}

void ig_run_clear_observed(struct ig_run *run)
{
	struct ig_run kept = {
		.command = run->command,
		.kernel = run->kernel,
		.backend = run->backend,
		.iommu = run->iommu,
		.has_workload = run->has_workload,
		.workload_status = run->workload_status,
		.left_running = run->left_running,
		.duration_ns = run->duration_ns,
		.audited = run->audited,
		.every_ref_traced = run->every_ref_traced,
		.before = run->before,
		.after = run->after,
		.waits = run->waits,
	};

	free(run->known);
	free_sites(run);
	free_caught(run);
	ig_losses_free(run->losses, run->nlosses);
	ig_lock_run_free(&run->locks);
	*run = kept;
}

void ig_run_free(struct ig_run *run)
{
	ig_run_clear_observed(run);
	ig_wait_run_free(&run->waits);
	ig_snapshot_free(&run->before);
	ig_snapshot_free(&run->after);
	free(run->command);
	free(run->kernel);
	free(run->backend);
	free(run->iommu);
	free(run->left_running);
	memset(run, 0, sizeof(*run));
}

bool ig_same_group(const struct ig_group_state *a,
		   const struct ig_group_state *b)
{
	return a->id == b->id && a->addr == b->addr && a->gen == b->gen;
}

const struct ig_group_state *ig_find_group(const struct ig_snapshot *snapshot,
					   const struct ig_group_state *group)
{
	size_t low = 0, high = snapshot->ngroups;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct ig_group_state *g = &snapshot->groups[middle];

		if (g->id == group->id)
			return ig_same_group(g, group) ? g : NULL;
		if (g->id < group->id)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const struct ig_group_state *ig_group_of_gen(const struct ig_snapshot *snapshot,
					     unsigned int id, unsigned int gen)
{
	size_t i;

	for (i = 0; i < snapshot->ngroups; i++)
		if (ig_is_of(&snapshot->groups[i], id, gen))
			return &snapshot->groups[i];
	return NULL;
}
