// SPDX-License-Identifier: GPL-2.0
/*
 * Whether a circle of classes is one of locks.
 *
 * What was initialised in the run is of one class when that was done at one
 * place, as it is to lockdep.  Of locks that are older only the call sites are
 * known at which they are taken, and a helper may take all sorts there.  So a
 * circle through these needs one lock that was seen on both sides.
 */
#include "locks/classes.h"

/** struct cycle_vertex - a class in a circle: the edges that lead to it and
 * from it */
struct cycle_vertex {
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
	if (to->kind == IG_CLASS_INIT_SITE && from->kind == IG_CLASS_INIT_SITE)
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

static bool inner(const struct ig_lock_sides *side, const struct ig_lock *from)
{
	return side->addr == from->addr &&
	       (side->inner || (side->inner_read && !from->read));
}

static bool outer(const struct ig_lock_sides *side, const struct ig_lock *to)
{
	return side->addr == to->addr &&
	       (side->outer || (side->outer_read && !to->read));
}

/* By what is known of each lock next to the group lock. */
static bool is_on_both_sides(const struct cycle_vertex *v,
			     const struct ig_lock *to,
			     const struct ig_lock *from)
{
	bool enters = ig_is_group_lock(v->classes, &v->in->from);
	bool leaves = ig_is_group_lock(v->classes, &v->out->to);
	size_t class = ig_lock_class_of(v->classes, to), i;

	for (i = 0; i < v->run->nsides; i++) {
		const struct ig_lock_sides *r = &v->run->sides[i];

		if (ig_lock_class_of_call_site(v->classes, r->key) != class)
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

static bool is_proven(const struct cycle_vertex *v)
{
	const struct ig_lock_edge *edges = v->run->edges;
	size_t root = ig_lock_class_of(v->classes, &v->in->to), i, j;

	if (v->classes->ids[root].kind < IG_CLASS_INIT_SITE)
		return true;
	for (i = 0; i < v->run->nedges; i++) {
		if (!same_step(v->classes, &edges[i], v->in))
			continue;
		for (j = 0; j < v->run->nedges; j++)
			if (same_step(v->classes, &edges[j], v->out) &&
			    (joins(&edges[i].to, &edges[j].from) ||
			     is_on_both_sides(v, &edges[i].to, &edges[j].from)))
				return true;
	}
	return false;
}

size_t ig_unproven_lock(const struct ig_lock_run *run,
			const struct ig_lock_classes *classes,
			const struct ig_lock_cycle *cycle)
{
	struct cycle_vertex vertex = { .run = run, .classes = classes };
	size_t i;

	for (i = 0; i < cycle->nsteps; i++) {
		vertex.in = cycle->edges[i ? i - 1 : cycle->nsteps - 1];
		vertex.out = cycle->edges[i];
		if (!is_proven(&vertex))
			return i;
	}
	return cycle->nsteps;
}
