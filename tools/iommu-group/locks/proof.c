// SPDX-License-Identifier: GPL-2.0
/*
 * Whether a circle of classes is one of locks.
 *
 * What was initialised in the run is of one class when that was done at one
 * place, as it is to lockdep.  Of locks that are older only the places are
 * known at which they are taken, and a helper may take all sorts there.  So a
 * circle through these needs one lock that was seen on both sides.
 */
#include "locks/classes.h"

/** struct turn - a class in a circle: the edges that lead to it and from it */
struct turn {
	const struct ig_lock_run *run;
	const struct ig_lock_classes *classes;
	const struct ig_lock_edge *in;
	const struct ig_lock_edge *out;
};

/* Two readers do not keep each other out. */
static bool joins(const struct ig_lock *to, const struct ig_lock *from)
{
	if (to->read && from->read)
		return false;
	if (to->kind == IG_LOCK_MADE && from->kind == IG_LOCK_MADE)
		return to->key == from->key;
	return to->addr == from->addr;
}

static bool same_step(const struct ig_lock_classes *c,
		      const struct ig_lock_edge *a,
		      const struct ig_lock_edge *b)
{
	return ig_lock_class_of(c, &a->from) == ig_lock_class_of(c, &b->from) &&
	       ig_lock_class_of(c, &a->to) == ig_lock_class_of(c, &b->to);
}

static bool inner(const struct ig_lock_role *role, const struct ig_lock *from)
{
	return role->addr == from->addr &&
	       (role->inner || (role->inner_read && !from->read));
}

static bool outer(const struct ig_lock_role *role, const struct ig_lock *to)
{
	return role->addr == to->addr &&
	       (role->outer || (role->outer_read && !to->read));
}

/* By what is known of each lock next to the group lock. */
static bool has_role(const struct turn *t, const struct ig_lock *to,
		     const struct ig_lock *from)
{
	bool enters = ig_is_group_lock(t->classes, &t->in->from);
	bool leaves = ig_is_group_lock(t->classes, &t->out->to);
	size_t class = ig_lock_class_of(t->classes, to), i;

	for (i = 0; i < t->run->nroles; i++) {
		const struct ig_lock_role *r = &t->run->roles[i];

		if (ig_lock_class_of_place(t->classes, r->key) != class)
			continue;
		if ((enters && inner(r, from)) || (leaves && outer(r, to)))
			return true;
		if (enters && leaves &&
		    ((r->inner && (r->outer || r->outer_read)) ||
		     (r->inner_read && r->outer)))
			return true;
	}
	return false;
}

static bool is_proven(const struct turn *t)
{
	const struct ig_lock_edge *edges = t->run->edges;
	size_t root = ig_lock_class_of(t->classes, &t->in->to), i, j;

	if (t->classes->ids[root].kind < IG_LOCK_MADE)
		return true;
	for (i = 0; i < t->run->nedges; i++) {
		if (!same_step(t->classes, &edges[i], t->in))
			continue;
		for (j = 0; j < t->run->nedges; j++)
			if (same_step(t->classes, &edges[j], t->out) &&
			    (joins(&edges[i].to, &edges[j].from) ||
			     has_role(t, &edges[i].to, &edges[j].from)))
				return true;
	}
	return false;
}

size_t ig_unproven_lock(const struct ig_lock_run *run,
			const struct ig_lock_classes *classes,
			const struct ig_lock_cycle *cycle)
{
	struct turn turn = { .run = run, .classes = classes };
	size_t i;

	for (i = 0; i < cycle->nsteps; i++) {
		turn.in = cycle->edges[i ? i - 1 : cycle->nsteps - 1];
		turn.out = cycle->edges[i];
		if (!is_proven(&turn))
			return i;
	}
	return cycle->nsteps;
}
