// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stuck/graph.h"

/* include/linux/sched.h, kernel/locking/mutex.h, kernel/locking/rwsem.c */
#define SLEEPS 3
#define UNINTERRUPTIBLE 2
#define OWNER_FLAGS 7ull
#define READER_OWNED 1ull
#define WRITER_LOCKED 1ull
#define READER_SHIFT 8
/** STACK_SIZE - bytes of a kernel stack, without KASAN */
#define STACK_SIZE 16384

/**
 * struct building - a graph under way
 * @look: what it is made of
 * @namer: for names
 * @self: the collector's process
 * @run: grows
 */
struct building {
	const struct ig_look *look;
	const struct ig_namer *namer;
	unsigned int self;
	struct ig_wait_run *run;
};

static const struct ig_task_look *raw_task(const struct ig_look *look,
					   uint64_t task)
{
	size_t i;

	for (i = 0; i < look->ntasks; i++)
		if (look->tasks[i].task == task)
			return &look->tasks[i];
	return NULL;
}

static char letter(const struct ig_task_look *t)
{
	if (t->exit_state)
		return 'Z';
	if (!(t->state & SLEEPS))
		return 'R';
	return t->state & UNINTERRUPTIBLE ? 'D' : 'S';
}

/* Its helpers, see ig_helper_fork(), but not its workload. */
static bool is_own(const struct building *b, const struct ig_task_look *t)
{
	return t->tgid == b->self || (t->parent == b->self && !t->exit_signal);
}

/* One that is not there any more has its address only. */
static struct ig_wait_task *task_of(struct building *b, uint64_t task)
{
	const struct ig_task_look *raw = raw_task(b->look, task);
	struct ig_wait_task *t;
	size_t i;

	for (i = 0; i < b->run->ntasks; i++)
		if (b->run->tasks[i].task == task)
			return &b->run->tasks[i];
	t = ig_one_more(&b->run->tasks, &b->run->ntasks, sizeof(*t));
	if (!t)
		return NULL;
	t->task = task;
	t->state[0] = 'X';
	if (!raw)
		return t;
	t->state[0] = letter(raw);
	t->tgid = raw->tgid;
	t->switches = raw->switches;
	t->own = is_own(b, raw);
	if (raw->ran && raw->now > raw->ran)
		t->asleep_ns = raw->now - raw->ran;
	t->trace = b->namer->trace(raw, b->namer->data);
	return t->trace ? t : NULL;
}

static int waits(struct building *b, const struct ig_task_look *raw,
		 enum ig_wait_kind kind, uint64_t on)
{
	struct ig_wait_task *t = task_of(b, raw->task);

	if (!t)
		return -ENOMEM;
	t->kind = kind;
	t->on = on;
	t->read = raw->read;
	return kind == IG_WAIT_LOCK || task_of(b, on) ? 0 : -ENOMEM;
}

static int has(struct building *b, uint64_t lock, uint64_t task,
	       enum ig_hold_proof proof)
{
	struct ig_wait_hold *h;

	/* Who was the last to read, and is gone, does not have it. */
	if (!task || (proof == IG_HOLD_LAST_READER && !raw_task(b->look, task)))
		return 0;
	h = ig_one_more(&b->run->holds, &b->run->nholds, sizeof(*h));
	if (!h || !task_of(b, task))
		return -ENOMEM;
	*h = (struct ig_wait_hold){ lock, task, proof };
	return 0;
}

/* To the probes a lock is taken when it is tried; who waits for it is no
 * reader. */
static bool reads(const struct building *b, const struct ig_task_look *t,
		  uint64_t lock)
{
	return t->lock != lock && b->namer->reads(t, lock, b->namer->data);
}

/*
 * Readers leave no trace in a lock but their number, and the last of them. What
 * the probes saw is right if it is no more than there are.
 */
static int has_readers(struct building *b, const struct ig_task_look *waiter)
{
	uint64_t readers = waiter->count >> READER_SHIFT, n = 0;
	size_t i;

	for (i = 0; i < b->look->ntasks; i++)
		n += reads(b, &b->look->tasks[i], waiter->lock);
	for (i = 0; n && n <= readers && i < b->look->ntasks; i++)
		if (reads(b, &b->look->tasks[i], waiter->lock) &&
		    has(b, waiter->lock, b->look->tasks[i].task, IG_HOLD_SEEN))
			return -ENOMEM;
	if (n && n <= readers)
		return 0;
	return has(b, waiter->lock, waiter->owner & ~OWNER_FLAGS,
		   IG_HOLD_LAST_READER);
}

static int has_holders(struct building *b, const struct ig_task_look *waiter)
{
	uint64_t owner = waiter->owner & ~OWNER_FLAGS;

	switch (waiter->sort) {
	case IG_SORT_MUTEX:
		return has(b, waiter->lock, owner, IG_HOLD_OWNER);
	case IG_SORT_RWSEM:
		if (waiter->count & WRITER_LOCKED)
			return has(b, waiter->lock, owner, IG_HOLD_OWNER);
		return waiter->owner & READER_OWNED ? has_readers(b, waiter) :
						      0;
	default:
		return 0;
	}
}

static const struct ig_group_look *group_of(const struct ig_look *look,
					    uint64_t lock)
{
	size_t i;

	for (i = 0; i < look->ngroups; i++)
		if (look->groups[i].lock == lock)
			return &look->groups[i];
	return NULL;
}

static char *device_lock(const struct ig_look *look, uint64_t lock)
{
	char *name;
	size_t i;

	for (i = 0; i < look->ndevices; i++)
		if (look->devices[i].lock == lock)
			return asprintf(&name, "lock of %.64s",
					look->devices[i].name) < 0 ?
				       NULL :
				       name;
	return NULL;
}

static char *name_of(struct building *b, const struct ig_task_look *waiter)
{
	char *name;

	if (group_of(b->look, waiter->lock))
		return strdup("group->mutex");
	name = device_lock(b->look, waiter->lock);
	return name ?: b->namer->lock(waiter, b->namer->data);
}

static int add_lock(struct building *b, const struct ig_task_look *waiter)
{
	const struct ig_group_look *g = group_of(b->look, waiter->lock);
	struct ig_wait_lock *l;

	if (ig_wait_lock_of(b->run, waiter->lock))
		return 0;
	l = ig_one_more(&b->run->locks, &b->run->nlocks, sizeof(*l));
	if (!l)
		return -ENOMEM;
	l->addr = waiter->lock;
	l->group = g ? g->id : -1;
	l->name = name_of(b, waiter);
	if (waiter->sort == IG_SORT_RWSEM && waiter->owner & READER_OWNED)
		l->readers = waiter->count >> READER_SHIFT & 0xffffff;
	return l->name ? has_holders(b, waiter) : -ENOMEM;
}

/* A group lock that nobody waits for is stuck, too, if who has it is. */
static int add_group_lock(struct building *b, const struct ig_group_look *g)
{
	const struct ig_task_look alike = {
		.lock = g->lock,
		.owner = g->owner,
		.sort = IG_SORT_MUTEX,
	};

	return g->owner & ~OWNER_FLAGS ? add_lock(b, &alike) : 0;
}

static const struct ig_task_look *stack_with(const struct ig_look *look,
					     uint64_t addr)
{
	size_t i;

	for (i = 0; addr && i < look->ntasks; i++)
		if (addr - look->tasks[i].stack < STACK_SIZE)
			return &look->tasks[i];
	return NULL;
}

static int add_barriers(struct building *b, const struct ig_task_look *worker)
{
	size_t i;

	for (i = 0; i < IG_BARRIERS; i++) {
		const struct ig_task_look *t =
			stack_with(b->look, worker->barriers[i]);

		if (t && t != worker && waits(b, t, IG_WAIT_WORK, worker->task))
			return -ENOMEM;
	}
	return 0;
}

/* What kthread_stop() waits for is in the thread's own structure. */
static int add_thread(struct building *b, const struct ig_task_look *t)
{
	size_t i;

	for (i = 0; t->completion && i < b->look->ntasks; i++) {
		const struct ig_task_look *u = &b->look->tasks[i];

		if (u->kthread &&
		    t->completion - u->kthread < b->look->kthread_size)
			return waits(b, t, IG_WAIT_THREAD, u->task);
	}
	return 0;
}

static bool share_a_node(const struct ig_task_look *a,
			 const struct ig_task_look *b)
{
	size_t i, j;

	for (i = 0; i < IG_NODES; i++)
		for (j = 0; a->nodes[i] && j < IG_NODES; j++)
			if (a->nodes[i] == b->nodes[j])
				return true;
	return false;
}

static int add_node(struct building *b, const struct ig_task_look *t)
{
	size_t i;

	for (i = 0; i < b->look->ntasks; i++) {
		const struct ig_task_look *u = &b->look->tasks[i];

		if (u->sort != IG_SORT_KERNFS && share_a_node(t, u))
			return waits(b, t, IG_WAIT_NODE, u->task);
	}
	return 0;
}

static int add_task(struct building *b, const struct ig_task_look *t)
{
	if (t->lock)
		return add_lock(b, t) ?: waits(b, t, IG_WAIT_LOCK, t->lock);
	if (t->sort == IG_SORT_KERNFS)
		return add_node(b, t);
	return add_thread(b, t);
}

/* One that waits for a lock, whatever that is. */
static bool is_unread(const struct ig_task_look *t)
{
	return !t->lock &&
	       (t->sort == IG_SORT_MUTEX || t->sort == IG_SORT_RWSEM ||
		t->sort == IG_SORT_SEMAPHORE);
}

size_t ig_waits_unread(const struct ig_look *look, const struct ig_look *before)
{
	size_t i, n = 0;

	for (i = 0; i < look->ntasks; i++) {
		const struct ig_task_look *t = &look->tasks[i], *was;

		was = is_unread(t) ? raw_task(before, t->task) : NULL;
		n += was && is_unread(was) && was->switches == t->switches;
	}
	return n;
}

int ig_waits_of(const struct ig_look *look, const struct ig_namer *namer,
		unsigned int self, struct ig_wait_run *run)
{
	struct building b = { look, namer, self, run };
	int err = 0;
	size_t i;

	memset(run, 0, sizeof(*run));
	for (i = 0; !err && i < look->ntasks; i++)
		err = add_task(&b, &look->tasks[i]);
	for (i = 0; !err && i < look->ntasks; i++)
		err = add_barriers(&b, &look->tasks[i]);
	for (i = 0; !err && i < look->ngroups; i++)
		err = add_group_lock(&b, &look->groups[i]);
	if (err)
		ig_wait_run_free(run);
	return err;
}
