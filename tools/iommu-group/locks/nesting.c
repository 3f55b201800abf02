// SPDX-License-Identifier: GPL-2.0
/*
 * Locks of two groups, one under the other.  Of one class, they can only be
 * told apart by address; who takes them in one order only is right.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "locks/nesting.h"

/**
 * struct nest - the lock of one group, taken under that of another
 * @from, @to: the locks
 * @edge: the most frequent of the edges
 * @count: of all edges
 * @reported: part of a finding
 */
struct nest {
	struct ig_lock_instance from;
	struct ig_lock_instance to;
	const struct ig_lock_edge *edge;
	uint64_t count;
	bool reported;
};

/**
 * struct nests - all of them, in rising order of group and address
 * @came: of each, while a way is searched, from which one + 1 it was found
 */
struct nests {
	struct nest *list;
	size_t n;
	size_t *came;
	size_t *queue;
};

static int compare(const struct ig_lock_instance *a,
		   const struct ig_lock_instance *b)
{
	if (a->group != b->group)
		return a->group < b->group ? -1 : 1;
	return (a->addr > b->addr) - (a->addr < b->addr);
}

static int compare_nests(const void *a, const void *b)
{
	const struct nest *x = a, *y = b;

	return compare(&x->from, &y->from) ?: compare(&x->to, &y->to);
}

static void collect(struct nests *nests, const struct ig_findings *found,
		    const struct ig_lock_classes *classes)
{
	const struct ig_lock_run *locks = &found->run->locks;
	size_t i;

	for (i = 0; i < locks->nedges; i++) {
		const struct ig_lock_edge *e = &locks->edges[i];

		if (e->from.addr == e->to.addr ||
		    !ig_is_group_lock(classes, &e->from) ||
		    !ig_is_group_lock(classes, &e->to))
			continue;
		nests->list[nests->n++] = (struct nest){
			.from = { e->from.addr,
				  ig_lock_group(classes, &e->from) },
			.to = { e->to.addr, ig_lock_group(classes, &e->to) },
			.edge = e,
			.count = e->count,
		};
	}
}

static void merge(struct nests *nests)
{
	struct nest *last = NULL, *now;
	size_t i, n = 0;

	qsort(nests->list, nests->n, sizeof(*nests->list), compare_nests);
	for (i = 0; i < nests->n; i++) {
		now = &nests->list[i];
		if (!last || compare_nests(last, now)) {
			last = &nests->list[n++];
			*last = *now;
			continue;
		}
		last->count += now->count;
		if (now->edge->count > last->edge->count)
			last->edge = now->edge;
	}
	nests->n = n;
}

/* The first nest that begins with this lock, or where it would be. */
static size_t first_from(const struct nests *nests,
			 const struct ig_lock_instance *lock)
{
	size_t low = 0, high = nests->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (compare(&nests->list[mid].from, lock) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* The last of the shortest way from the end of a nest to its start, or n. */
static size_t way_back(struct nests *nests, size_t first)
{
	struct nest *list = nests->list;
	size_t head = 0, tail = 0, at, i;

	memset(nests->came, 0, nests->n * sizeof(*nests->came));
	nests->queue[tail++] = first;
	while (head < tail) {
		at = nests->queue[head++];
		if (!compare(&list[at].to, &list[first].from))
			return at;
		for (i = first_from(nests, &list[at].to);
		     i < nests->n && !compare(&list[i].from, &list[at].to);
		     i++) {
			if (nests->came[i])
				continue;
			nests->came[i] = at + 1;
			nests->queue[tail++] = i;
		}
	}
	return nests->n;
}

static char *name_of(const struct ig_lock_instance *lock)
{
	char *name;
	int len;

	if (lock->group >= 0)
		len = asprintf(&name, "group->mutex of group %d", lock->group);
	else
		len = asprintf(&name, "group->mutex at %#" PRIx64, lock->addr);
	return len < 0 ? NULL : name;
}

static unsigned int group_of(const struct ig_lock_instance *lock)
{
	return lock->group < 0 ? IG_NO_GROUP : (unsigned int)lock->group;
}

static void say(struct ig_findings *found, struct ig_finding *f)
{
	if (f->nedges == 2)
		ig_say(found, &f->message,
		       "%s is taken while %s is held, and the other way round",
		       f->locks[1], f->locks[0]);
	else
		ig_say(found, &f->message,
		       "the locks of %zu groups are taken in a circle, %s among them",
		       f->nedges, f->locks[0]);
}

static void report(struct ig_findings *found, const struct nest *const *circle,
		   size_t n)
{
	const struct ig_lock_edge **edges = calloc(n, sizeof(*edges));
	char **names = calloc(n, sizeof(*names));
	struct ig_finding *f = NULL;
	bool named = edges && names;
	size_t i;

	for (i = 0; named && i < n; i++) {
		edges[i] = circle[i]->edge;
		names[i] = name_of(&circle[i]->from);
		named = names[i];
	}
	if (named)
		f = ig_add_circle(found, IG_RULE_GROUP_LOCK_NESTING, edges,
				  (const char *const *)names, n);
	else
		found->failed = true;
	if (f) {
		f->group = group_of(&circle[0]->from);
		say(found, f);
	}
	for (i = 0; names && i < n; i++)
		free(names[i]);
	free(names);
	free(edges);
}

/* Each nest that is part of a circle is so in at least one finding. */
static void find_circle(struct ig_findings *found, struct nests *nests,
			size_t first)
{
	size_t last = way_back(nests, first), n = 1, at, i;
	const struct nest **circle;

	if (last == nests->n)
		return;
	for (at = last; at != first; at = nests->came[at] - 1)
		n++;
	circle = calloc(n, sizeof(*circle));
	if (!circle) {
		found->failed = true;
		return;
	}
	for (at = last, i = n; i-- > 0; at = nests->came[at] - 1) {
		nests->list[at].reported = true;
		circle[i] = &nests->list[at];
	}
	report(found, circle, n);
	free(circle);
}

static void note_nest(struct ig_findings *found, const struct nest *nest)
{
	char *from = name_of(&nest->from), *to = name_of(&nest->to);
	char times[IG_TIMES];

	if (from && to)
		ig_add_note(
			found, group_of(&nest->to),
			"%s is taken while %s is held, %s, and not the other way round",
			to, from, ig_times(times, nest->count));
	else
		found->failed = true;
	free(from);
	free(to);
}

void ig_find_nesting(struct ig_findings *found,
		     const struct ig_lock_classes *classes)
{
	size_t max = found->run->locks.nedges + 1, i;
	struct nests nests = {
		.list = calloc(max, sizeof(*nests.list)),
		.came = calloc(max, sizeof(*nests.came)),
		.queue = calloc(max, sizeof(*nests.queue)),
	};

	if (nests.list && nests.came && nests.queue) {
		collect(&nests, found, classes);
		merge(&nests);
	} else {
		found->failed = true;
	}
	for (i = 0; i < nests.n; i++)
		if (!nests.list[i].reported)
			find_circle(found, &nests, i);
	for (i = 0; i < nests.n; i++)
		if (!nests.list[i].reported)
			note_nest(found, &nests.list[i]);
	free(nests.list);
	free(nests.came);
	free(nests.queue);
}
