// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/sleepers.h"
#include "base/sysfs.h"
#include "locks/held_now.h"
#include "locks/static_names.h"
#include "probe/traces.h"
#include "stuck/collect.h"
#include "stuck/stuck.h"

/** STEP_US - pause between two looks */
#define STEP_US 250000

/** struct naming - what names of a look are made with */
struct naming {
	const struct ig_looker *looker;
	const struct ig_session *session; /* of the run, NULL for none */
};

static struct ig_trace *trace_of(const struct ig_task_look *task, void *data)
{
	const struct naming *n = data;

	return ig_trace_in_words(&n->looker->session, task->ip, task->nr,
				 task->pid, task->comm);
}

static const char *sort_name(unsigned int sort)
{
	if (sort == IG_SORT_RWSEM)
		return "rw_semaphore";
	return sort == IG_SORT_SEMAPHORE ? "semaphore" : "mutex";
}

/* One in allocated memory has no name of its own. */
static char *lock_name(const struct ig_task_look *waiter, void *data)
{
	char *name;

	(void)data;
	if (waiter->name[0] && strncmp(waiter->name, "0x", 2))
		return ig_static_lock_name(waiter->lock, waiter->name);
	return asprintf(&name, "a %s at %#llx", sort_name(waiter->sort),
			(unsigned long long)waiter->lock) < 0 ?
		       NULL :
		       name;
}

static bool reads(const struct ig_task_look *task, uint64_t lock, void *data)
{
	const struct naming *n = data;

	return n->session && ig_lock_is_read(n->session, task->task, lock);
}

static int add_loss(struct ig_run *run, unsigned int loss, uint64_t count,
		    const char *why)
{
	struct ig_loss_count *l =
		ig_one_more(&run->losses, &run->nlosses, sizeof(*l));

	if (!l)
		return -1;
	l->loss = loss;
	l->count = count;
	l->detail = strdup(why);
	return l->detail ? 0 : -1;
}

/**
 * struct observing - looks, one after the other
 * @first, @before: the first look, and what it says
 * @began: its time
 * @unread: tasks that wait for a lock, and it is not known for which, in the
 *	first look and the latest
 */
struct observing {
	const struct ig_observer *o;
	struct ig_looker looker;
	struct ig_run *run;
	struct ig_look first;
	struct ig_wait_run before;
	uint64_t began;
	size_t unread;
};

static int take(struct observing *g, struct ig_look *look,
		struct ig_wait_run *waits)
{
	struct naming naming = { &g->looker, g->o->session };
	const struct ig_namer namer = { trace_of, lock_name, reads, &naming };

	memset(waits, 0, sizeof(*waits));
	if (ig_look_take(&g->looker, look))
		return add_loss(g->run, IG_LOSS_WAITS_UNREAD, 1, g->looker.why) ?:
			       1;
	return ig_waits_of(look, &namer, getpid(), waits) ? -1 : 0;
}

static double seconds_since(uint64_t ns)
{
	return (ig_now_ns() - ns) / 1e9;
}

static bool is_enough(const struct observing *g)
{
	const struct ig_observer *o = g->o;
	double passed = seconds_since(g->began);

	if (passed < o->least)
		return false;
	return passed >= o->most ||
	       (!g->unread && ig_waits_settled(&g->run->waits)) ||
	       (o->cut_short && o->cut_short(o->data));
}

/* What is in both the first look and the latest has not moved in between. */
static int look_again(struct observing *g)
{
	do {
		struct ig_look look = {};
		int err;

		usleep(STEP_US);
		ig_wait_run_free(&g->run->waits);
		err = take(g, &look, &g->run->waits);
		if (!err)
			g->unread = ig_waits_unread(&look, &g->first);
		ig_look_free(&look);
		if (err)
			return err;
		ig_waits_agree(&g->run->waits, &g->before,
			       ig_now_ns() - g->began);
	} while (!is_enough(g));
	if (!g->unread)
		return 0;
	return add_loss(
		g->run, IG_LOSS_WAITS_UNREAD, g->unread,
		"tasks wait for a lock, and it could not be read for which; see /proc/PID/stack");
}

static bool any_group_lock(const struct ig_wait_run *run)
{
	size_t i;

	for (i = 0; i < run->nlocks; i++)
		if (run->locks[i].group >= 0)
			return true;
	return false;
}

static int keep_groups(struct observing *g, struct ig_snapshot *groups)
{
	if (ig_stuck_groups(&g->first, groups))
		return -1;
	if (!g->first.full)
		return 0;
	return add_loss(g->run, IG_LOSS_GROUP_MAP, g->first.full,
			"groups did not fit the group map; raise --max-groups");
}

static int observe(struct observing *g, struct ig_snapshot *groups)
{
	int err = take(g, &g->first, &g->before);

	if (!err && groups)
		err = keep_groups(g, groups);
	if (!err && (any_group_lock(&g->before) ||
		     ig_waits_unread(&g->first, &g->first)))
		err = look_again(g);
	ig_wait_run_free(&g->before);
	ig_look_free(&g->first);
	return err < 0 ? -1 : 0;
}

static int start(const struct ig_observer *o, struct ig_run *run,
		 struct ig_snapshot *groups)
{
	struct observing g = { .o = o, .run = run, .began = ig_now_ns() };
	int err;

	ig_wait_run_free(&run->waits);
	if (ig_looker_start(&g.looker, o->symbols, o->options))
		err = add_loss(run, IG_LOSS_WAITS_UNREAD, 1, g.looker.why);
	else
		err = observe(&g, groups);
	ig_looker_stop(&g.looker);
	return err;
}

int ig_stuck_observe(const struct ig_observer *o, struct ig_run *run)
{
	ig_wait_run_free(&run->waits);
	return ig_any_sleeper("/proc") ? start(o, run, NULL) : 0;
}

int ig_stuck_look(const struct ig_observer *o, struct ig_run *run)
{
	return start(o, run, &run->after);
}

static int by_id(const void *a, const void *b)
{
	const struct ig_group_state *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

int ig_stuck_groups(const struct ig_look *look, struct ig_snapshot *snapshot)
{
	size_t i;

	snapshot->groups = calloc(look->ngroups + 1, sizeof(*snapshot->groups));
	if (!snapshot->groups)
		return -1;
	for (i = 0; i < look->ngroups; i++) {
		const struct ig_group_look *raw = &look->groups[i];
		struct ig_group_state *g =
			&snapshot->groups[snapshot->ngroups++];

		g->id = raw->id;
		g->addr = raw->addr;
		g->kref = raw->kref;
		g->ndev = raw->ndev;
		if (raw->name[0])
			g->name = strndup(raw->name, sizeof(raw->name));
		/* A folder of links: nobody's lock is in the way. */
		ig_sysfs_devices("/sys", g);
	}
	qsort(snapshot->groups, snapshot->ngroups, sizeof(*snapshot->groups),
	      by_id);
	return 0;
}
