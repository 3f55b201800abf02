// SPDX-License-Identifier: GPL-2.0
/*
 * From a lock to what is in the way in the end: a search along who waits for
 * whom, which looks at each task once.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "stuck/stuck.h"

/** MOST_LINKS - of a chain; longer ones are in forged records only */
#define MOST_LINKS 1024

/**
 * struct search - a search under way
 * @run: the waits
 * @likely: take the last reader of a lock for the one that has it
 * @seen: of each task, that it was looked at
 * @path: the tasks from the lock to here, @n of them
 * @circle: the one that the last waits for
 * @end: what was found
 */
struct search {
	const struct ig_wait_run *run;
	bool likely;
	bool *seen;
	struct ig_wait_link *path;
	size_t n;
	size_t circle;
	enum ig_chain_end end;
};

static bool is_gone(const struct ig_wait_task *t)
{
	return t->state[0] == 'X' || t->state[0] == 'Z';
}

static const struct ig_wait_lock *wanted(const struct ig_wait_run *run,
					 const struct ig_wait_task *t)
{
	return t->kind == IG_WAIT_LOCK ? ig_wait_lock_of(run, t->on) : NULL;
}

/* Of a lock whose readers are many, one is as good as another. */
static bool next_holder(const struct search *s, uint64_t lock, size_t *at)
{
	for (; *at < s->run->nholds; (*at)++) {
		const struct ig_wait_hold *h = &s->run->holds[*at];

		if (h->lock == lock &&
		    (s->likely || h->proof != IG_HOLD_LAST_READER))
			return true;
	}
	return false;
}

static size_t on_path(const struct search *s, const struct ig_wait_task *t)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (s->path[i].task == t)
			break;
	return i;
}

static bool visit(struct search *s, const struct ig_wait_task *t,
		  const struct ig_wait_lock *has, enum ig_hold_proof proof);

static bool visit_holders(struct search *s, const struct ig_wait_lock *lock)
{
	size_t at;

	for (at = 0; lock && next_holder(s, lock->addr, &at); at++) {
		const struct ig_wait_hold *h = &s->run->holds[at];
		const struct ig_wait_task *t = ig_wait_task_of(s->run, h->task);

		if (t && visit(s, t, lock, h->proof))
			return true;
	}
	return false;
}

static bool visit_next(struct search *s, const struct ig_wait_task *t)
{
	const struct ig_wait_task *other;

	if (!t->lasts || t->kind == IG_WAIT_NONE)
		return false;
	if (t->kind == IG_WAIT_LOCK)
		return visit_holders(s, wanted(s->run, t));
	other = ig_wait_task_of(s->run, t->on);
	return other && visit(s, other, NULL, IG_HOLD_OWNER);
}

/* True when the search has found what it is for: the path leads there. */
static bool visit(struct search *s, const struct ig_wait_task *t,
		  const struct ig_wait_lock *has, enum ig_hold_proof proof)
{
	size_t i = t - s->run->tasks, at = on_path(s, t);

	if (at < s->n) {
		s->circle = at;
		s->end = IG_END_CIRCLE;
		return true;
	}
	if (s->seen[i] || s->n >= MOST_LINKS)
		return false;
	s->seen[i] = true;
	s->path[s->n++] =
		(struct ig_wait_link){ t, has, proof, wanted(s->run, t) };
	if (is_gone(t) && t->lasts && proof != IG_HOLD_LAST_READER) {
		s->circle = s->n;
		s->end = IG_END_GONE;
		return true;
	}
	if (visit_next(s, t))
		return true;
	s->n--;
	return false;
}

/* Where nothing is for ever: along the first that is in the way, to the end. */
static void follow(struct search *s, const struct ig_wait_lock *lock)
{
	const struct ig_wait_task *t = NULL;
	size_t at;

	s->n = 0;
	s->end = IG_END_FREE;
	for (;;) {
		const struct ig_wait_lock *has = NULL;
		enum ig_hold_proof proof = IG_HOLD_OWNER;

		if (!t || t->kind == IG_WAIT_LOCK) {
			has = t ? wanted(s->run, t) : lock;
			at = 0;
			if (!has || !next_holder(s, has->addr, &at))
				break;
			proof = s->run->holds[at].proof;
			t = ig_wait_task_of(s->run, s->run->holds[at].task);
		} else {
			t = ig_wait_task_of(s->run, t->on);
		}
		if (!t || on_path(s, t) < s->n)
			break;
		s->path[s->n++] = (struct ig_wait_link){ t, has, proof,
							 wanted(s->run, t) };
		s->end = t->lasts ? IG_END_SLEEPS : IG_END_RUNS;
		if (!t->lasts || t->kind == IG_WAIT_NONE)
			break;
		s->end = IG_END_FREE;
	}
	s->circle = s->n;
}

static bool search(struct search *s, const struct ig_wait_lock *lock,
		   bool likely)
{
	s->likely = likely;
	s->n = 0;
	memset(s->seen, 0, s->run->ntasks * sizeof(*s->seen));
	return visit_holders(s, lock);
}

static bool is_in(const struct ig_wait_chain *chain,
		  const struct ig_wait_task *t)
{
	size_t i;

	for (i = 0; i < chain->n; i++)
		if (chain->links[i].task == t)
			return true;
	return false;
}

static bool is_lock_of(const struct ig_wait_chain *chain,
		       const struct ig_wait_lock *lock)
{
	size_t i;

	for (i = 0; i < chain->n; i++)
		if (chain->links[i].has == lock ||
		    chain->links[i].wants == lock)
			return true;
	return false;
}

/* Who else waits for one of the locks. */
static int add_others(const struct ig_wait_run *run,
		      const struct ig_wait_lock *lock,
		      struct ig_wait_chain *chain)
{
	size_t i;

	for (i = 0; i < run->ntasks; i++) {
		const struct ig_wait_task *t = &run->tasks[i];
		const struct ig_wait_lock *wants = wanted(run, t);
		struct ig_wait_link *l;

		if (!wants || !t->lasts || t->own || is_in(chain, t) ||
		    (wants != lock && !is_lock_of(chain, wants)))
			continue;
		l = ig_one_more(&chain->others, &chain->nothers, sizeof(*l));
		if (!l)
			return -ENOMEM;
		*l = (struct ig_wait_link){ .task = t, .wants = wants };
	}
	return 0;
}

int ig_chain_find(const struct ig_wait_run *run,
		  const struct ig_wait_lock *lock, struct ig_wait_chain *chain,
		  enum ig_chain_end *end)
{
	struct search s = { .run = run };

	memset(chain, 0, sizeof(*chain));
	s.seen = calloc(run->ntasks + 1, sizeof(*s.seen));
	s.path = calloc(run->ntasks + 1, sizeof(*s.path));
	if (!s.seen || !s.path) {
		free(s.seen);
		free(s.path);
		return -ENOMEM;
	}
	if (!search(&s, lock, false)) {
		if (search(&s, lock, true))
			s.end = IG_END_LIKELY;
		else
			follow(&s, lock);
	}
	free(s.seen);
	chain->links = s.path;
	chain->n = s.n;
	chain->circle = s.circle;
	*end = s.end;
	if (!add_others(run, lock, chain))
		return 0;
	ig_wait_chain_free(chain);
	return -ENOMEM;
}

size_t ig_waiters(const struct ig_wait_run *run, uint64_t lock)
{
	size_t i, n = 0;

	for (i = 0; i < run->ntasks; i++)
		n += run->tasks[i].kind == IG_WAIT_LOCK &&
		     run->tasks[i].on == lock && run->tasks[i].lasts &&
		     !run->tasks[i].own;
	return n;
}

bool ig_waits_settled(const struct ig_wait_run *run)
{
	struct ig_wait_chain chain;
	enum ig_chain_end end;
	size_t i;

	for (i = 0; i < run->nlocks; i++) {
		const struct ig_wait_lock *lock = &run->locks[i];

		if (lock->group < 0 || !ig_waiters(run, lock->addr))
			continue;
		if (ig_chain_find(run, lock, &chain, &end))
			return true;
		ig_wait_chain_free(&chain);
		if (end < IG_END_GONE)
			return false;
	}
	return true;
}
