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
 * struct nesting - the lock of one group, taken under that of another
 * @from, @to: the locks
 * @edge: the most frequent of the edges
 * @count: of all edges
 * @reported: part of a finding
 */
struct nesting {
	struct ig_lock_instance from;
	struct ig_lock_instance to;
	const struct ig_lock_edge *edge;
	uint64_t count;
	bool reported;
};

/**
 * struct nestings - all of them, in rising order of group and address
 * @came: of each, while a way is searched, from which one + 1 it was found
 */
struct nestings {
	struct nesting *list;
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

static int compare_nestings(const void *a, const void *b)
{
	const struct nesting *x = a, *y = b;

	return compare(&x->from, &y->from) ?: compare(&x->to, &y->to);
}

static void collect(struct nestings *nestings, const struct ig_findings *found,
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
		nestings->list[nestings->n++] = (struct nesting){
			.from = { e->from.addr,
				  ig_lock_group(classes, &e->from) },
			.to = { e->to.addr, ig_lock_group(classes, &e->to) },
			.edge = e,
			.count = e->count,
		};
	}
}

static void merge(struct nestings *nestings)
{
	struct nesting *last = NULL, *now;
	size_t i, n = 0;

	qsort(nestings->list, nestings->n, sizeof(*nestings->list),
	      compare_nestings);
	for (i = 0; i < nestings->n; i++) {
		now = &nestings->list[i];
		if (!last || compare_nestings(last, now)) {
			last = &nestings->list[n++];
			*last = *now;
			continue;
		}
		last->count += now->count;
		if (now->edge->count > last->edge->count)
			last->edge = now->edge;
	}
	nestings->n = n;
}

/* The first nesting that begins with this lock, or where it would be. */
static size_t first_from(const struct nestings *nestings,
			 const struct ig_lock_instance *lock)
{
	size_t low = 0, high = nestings->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (compare(&nestings->list[mid].from, lock) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* The last of the shortest way from the end of a nesting to its start, or n. */
static size_t way_back(struct nestings *nestings, size_t first)
{
	struct nesting *list = nestings->list;
	size_t head = 0, tail = 0, at, i;

	memset(nestings->came, 0, nestings->n * sizeof(*nestings->came));
	nestings->queue[tail++] = first;
	while (head < tail) {
		at = nestings->queue[head++];
		if (!compare(&list[at].to, &list[first].from))
			return at;
		for (i = first_from(nestings, &list[at].to);
		     i < nestings->n && !compare(&list[i].from, &list[at].to);
		     i++) {
			if (nestings->came[i])
				continue;
			nestings->came[i] = at + 1;
			nestings->queue[tail++] = i;
		}
	}
	return nestings->n;
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

static void describe(struct ig_findings *found, struct ig_finding *f)
{
	if (f->nedges == 2)
		ig_message(
			found, &f->message,
			"%s is taken while %s is held, and the other way round",
			f->locks[1], f->locks[0]);
	else
		ig_message(
			found, &f->message,
			"the locks of %zu groups are taken in a circle, %s among them",
			f->nedges, f->locks[0]);
}

static void report(struct ig_findings *found,
		   const struct nesting *const *circle, size_t n)
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
		f = ig_add_finding(found, IG_RULE_GROUP_LOCK_NESTING,
				   group_of(&circle[0]->from));
	else
		found->failed = true;
	if (f && ig_set_circle(found, f, edges, (const char *const *)names, n))
		describe(found, f);
	for (i = 0; names && i < n; i++)
		free(names[i]);
	free(names);
	free(edges);
}

/* Each nesting that is part of a circle is so in at least one finding. */
static void find_circle(struct ig_findings *found, struct nestings *nestings,
			size_t first)
{
	size_t last = way_back(nestings, first), n = 1, at, i;
	const struct nesting **circle;

	if (last == nestings->n)
		return;
	for (at = last; at != first; at = nestings->came[at] - 1)
		n++;
	circle = calloc(n, sizeof(*circle));
	if (!circle) {
		found->failed = true;
		return;
	}
	for (at = last, i = n; i-- > 0; at = nestings->came[at] - 1) {
		nestings->list[at].reported = true;
		circle[i] = &nestings->list[at];
	}
	report(found, circle, n);
	free(circle);
}

static void note_nesting(struct ig_findings *found,
			 const struct nesting *nesting)
{
	char *from = name_of(&nesting->from), *to = name_of(&nesting->to);
	char times[IG_TIMES_LEN];

	if (from && to)
		ig_add_note(
			found, group_of(&nesting->to),
			"%s is taken while %s is held, %s, and not the other way round",
			to, from, ig_times(times, nesting->count));
	else
		found->failed = true;
	free(from);
	free(to);
}

void ig_find_nesting(struct ig_findings *found,
		     const struct ig_lock_classes *classes)
{
	size_t max = found->run->locks.nedges + 1, i;
	struct nestings nestings = {
		.list = calloc(max, sizeof(*nestings.list)),
		.came = calloc(max, sizeof(*nestings.came)),
		.queue = calloc(max, sizeof(*nestings.queue)),
	};

	if (nestings.list && nestings.came && nestings.queue) {
		collect(&nestings, found, classes);
		merge(&nestings);
	} else {
		found->failed = true;
	}
	for (i = 0; i < nestings.n; i++)
		if (!nestings.list[i].reported)
			find_circle(found, &nestings, i);
	for (i = 0; i < nestings.n; i++)
		if (!nestings.list[i].reported)
			note_nesting(found, &nestings.list[i]);
	free(nestings.list);
	free(nestings.came);
	free(nestings.queue);
}
