// SPDX-License-Identifier: GPL-2.0
/*
 * Whether a circle of classes is one of locks.
 *
 * A place where locks are initialised may make locks of several sorts: lockdep
 * is told so by lockdep_set_class() and mutex_lock_nested(), which are nothing
 * on a kernel without it.  Of locks that are older than the run only the call
 * sites are known at which they are taken, and a helper may take all sorts
 * there.  So a circle through either needs one lock that was seen on both
 * sides.
 */
#include "locks/classes.h"

/** struct cycle_vertex - a class in a circle: the edges that lead to it and
 * from it */
struct cycle_vertex {
	const struct ig_lock_run *run;
	const struct ig_lock_classes *classes;
	const struct ig_lock_edge *in;
	const struct ig_lock_edge *out;
	bool written;
};

/* In the same memory, and not initialised in between. */
static bool is_one_lock(const struct ig_lock *a, const struct ig_lock *b)
{
	return a->addr == b->addr && a->kind == b->kind &&
	       a->init_nr == b->init_nr;
}

/* Two readers do not keep each other out, unless a writer waits in between. */
static bool joins(const struct cycle_vertex *v, const struct ig_lock *to,
		  const struct ig_lock *from)
{
	return !(to->read && from->read && !v->written) &&
	       is_one_lock(to, from);
}

static bool same_step(const struct ig_lock_classes *c,
		      const struct ig_lock_edge *a,
		      const struct ig_lock_edge *b)
{
	return ig_lock_class_of(c, &a->from) == ig_lock_class_of(c, &b->from) &&
	       ig_lock_class_of(c, &a->to) == ig_lock_class_of(c, &b->to);
}

static bool is_of(const struct ig_lock_sides *side, const struct ig_lock *lock)
{
	return side->addr == lock->addr &&
	       side->initialised == (lock->kind == IG_CLASS_INIT_SITE) &&
	       side->init_nr == lock->init_nr;
}

static bool inner(const struct cycle_vertex *v,
		  const struct ig_lock_sides *side, const struct ig_lock *from)
{
	return is_of(side, from) &&
	       (side->inner ||
		(side->inner_read && (v->written || !from->read)));
}

static bool outer(const struct cycle_vertex *v,
		  const struct ig_lock_sides *side, const struct ig_lock *to)
{
	return is_of(side, to) &&
	       (side->outer || (side->outer_read && (v->written || !to->read)));
}

static bool both(const struct cycle_vertex *v, const struct ig_lock_sides *side)
{
	bool in = side->inner || (v->written && side->inner_read);
	bool out = side->outer || (v->written && side->outer_read);

	return (in && (out || side->outer_read)) || (side->inner_read && out);
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

		if (ig_lock_class_of_side(v->classes, r) != class)
			continue;
		if ((enters && inner(v, r, from)) ||
		    (leaves && outer(v, r, to)) ||
		    (enters && leaves && both(v, r)))
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
			    (joins(v, &edges[i].to, &edges[j].from) ||
			     is_on_both_sides(v, &edges[i].to, &edges[j].from)))
				return true;
	}
	return false;
}

/* Who gave it away may have been waiting without it. */
static bool is_handed_over(const struct cycle_vertex *v)
{
	return v->out->from.read &&
	       ig_lock_is(v->classes,
			  ig_lock_class_of(v->classes, &v->out->from),
			  IG_USE_HANDED_OVER);
}

static enum ig_lock_doubt doubt_of(const struct cycle_vertex *v)
{
	if (is_handed_over(v))
		return IG_DOUBT_HANDED_OVER;
	if (is_proven(v))
		return IG_NO_DOUBT;
	return v->in->to.kind == IG_CLASS_INIT_SITE &&
			       v->out->from.kind == IG_CLASS_INIT_SITE ?
		       IG_DOUBT_INSTANCES :
		       IG_DOUBT_OLDER;
}

enum ig_lock_doubt ig_lock_doubt(const struct ig_lock_run *run,
				 const struct ig_lock_classes *classes,
				 const struct ig_lock_cycle *cycle, size_t *at)
{
	struct cycle_vertex vertex = { .run = run, .classes = classes };
	enum ig_lock_doubt doubt;

	for (*at = 0; *at < cycle->nsteps; ++*at) {
		vertex.in = cycle->edges[(*at ?: cycle->nsteps) - 1];
		vertex.out = cycle->edges[*at];
		vertex.written = ig_lock_is(
			classes, ig_lock_class_of(classes, &vertex.in->to),
			IG_USE_WRITTEN);
		doubt = doubt_of(&vertex);
		if (doubt)
			return doubt;
	}
	return IG_NO_DOUBT;
}
