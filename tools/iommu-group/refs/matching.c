// SPDX-License-Identifier: GPL-2.0
/*
 * Which get caller and which put caller belong together: the two that match
 * best, then the next two, until nothing is left that could.  A match changes
 * only what has to do with its two callers.  So the best match of each get
 * caller is kept, and looked for again only where it may be the best of all.
 */
#include <stdlib.h>
#include <string.h>

#include "refs/pairs.h"

/** NOT_KNOWN - a prefix that was not measured yet: names seldom decide */
#define NOT_KNOWN SIZE_MAX

/** struct match - a get caller and a put caller that may belong together */
struct match {
	size_t get;
	size_t put;
	uint64_t overlap;
	bool exact; /* they agree on each group */
	bool same_module;
	bool stale; /* what is left may match less well, and not better */
	size_t prefix; /* letters that their names share */
};

/** struct matching - a search for matches under way */
struct matching {
	struct pairs *pairs;
	struct match *best; /* of each get caller; overlap 0 for none */
	uint64_t *overlap; /* of one caller with each other one */
};

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* A put answers no get that came after the last of them. */
static uint64_t can_answer(const struct site_balance *get,
			   const struct site_balance *put)
{
	if (get->first_event && put->last_event &&
	    put->last_event <= get->first_event)
		return 0;
	return least(get->gets, put->puts);
}

/* How much of each put caller can answer how much of a get caller. */
static void measure_get(struct matching *m, size_t get)
{
	const struct pairs *p = m->pairs;
	size_t i, j;

	memset(m->overlap, 0, p->ncallers * sizeof(*m->overlap));
	for (i = p->callers[get].start; i < p->callers[get + 1].start; i++) {
		const struct site_balance *g = &p->balances[p->of_caller[i]];

		for (j = g->first; g->gets && j < g->after; j++)
			m->overlap[p->balances[j].caller] +=
				can_answer(g, &p->balances[j]);
	}
}

/* How much of a put caller can answer how much of each get caller. */
static void measure_put(struct matching *m, size_t put)
{
	const struct pairs *p = m->pairs;
	size_t i, j;

	memset(m->overlap, 0, p->ncallers * sizeof(*m->overlap));
	for (i = p->callers[put].start; i < p->callers[put + 1].start; i++) {
		const struct site_balance *q = &p->balances[p->of_caller[i]];

		for (j = q->first; q->puts && j < q->after; j++)
			m->overlap[p->balances[j].caller] +=
				can_answer(&p->balances[j], q);
	}
}

static size_t shared_prefix(const char *a, const char *b)
{
	size_t n = 0;

	while (a && b && a[n] && a[n] != '+' && a[n] == b[n])
		n++;
	return n;
}

static size_t prefix_of(const struct matching *m, struct match *a)
{
	if (a->prefix == NOT_KNOWN)
		a->prefix = shared_prefix(m->pairs->callers[a->get].symbol,
					  m->pairs->callers[a->put].symbol);
	return a->prefix;
}

/* Equal numbers first, then the largest; names decide between equals. */
static bool better(const struct matching *m, struct match *a, struct match *b)
{
	if (!a->overlap || !b->overlap)
		return a->overlap;
	if (a->exact != b->exact)
		return a->exact;
	if (a->overlap != b->overlap)
		return a->overlap > b->overlap;
	if (a->same_module != b->same_module)
		return a->same_module;
	return prefix_of(m, a) > prefix_of(m, b);
}

static struct match match_of(const struct matching *m, size_t get, size_t put,
			     uint64_t overlap)
{
	const struct caller *g = &m->pairs->callers[get];
	const struct caller *q = &m->pairs->callers[put];

	return (struct match){
		.get = get,
		.put = put,
		.overlap = overlap,
		.exact = g->gets == overlap && q->puts == overlap,
		.same_module = overlap && !strcmp(g->module, q->module),
		.prefix = NOT_KNOWN,
	};
}

/* The best of a get caller: the first of those that are equally good. */
static void choose(struct matching *m, size_t get)
{
	struct match best = {}, next;
	size_t put;

	measure_get(m, get);
	for (put = 0; put < m->pairs->ncallers; put++) {
		if (!m->overlap[put])
			continue;
		next = match_of(m, get, put, m->overlap[put]);
		if (better(m, &next, &best))
			best = next;
	}
	m->best[get] = best;
}

/* What a get caller matches best, where one put caller has changed. */
static void choose_again(struct matching *m, size_t get, size_t put)
{
	struct match *best = &m->best[get];
	struct match now;

	if (!best->overlap)
		return;
	now = match_of(m, get, put, m->overlap[get]);
	if (better(m, &now, best))
		*best = now;
	else if (best->put == put)
		best->stale = true;
	else if (!best->stale && put < best->put && !better(m, best, &now))
		*best = now;
}

/* The best of all: the first of those that are equally good. */
static struct match best_match(struct matching *m)
{
	size_t get, at;

	do {
		at = 0;
		for (get = 1; get < m->pairs->ncallers; get++)
			if (better(m, &m->best[get], &m->best[at]))
				at = get;
		if (!m->best[at].stale)
			break;
		choose(m, at);
	} while (true);
	return m->best[at];
}

static void answer(struct pairs *p, struct site_balance *get,
		   struct site_balance *put)
{
	uint64_t n = can_answer(get, put);

	get->gets -= n;
	get->across += n;
	put->puts -= n;
	p->callers[get->caller].gets -= n;
	p->callers[put->caller].puts -= n;
}

/* Each balance with each, as it was measured: else a match could come for ever.
 */
static void take(struct pairs *p, const struct match *m)
{
	struct caller *get = &p->callers[m->get], *put = &p->callers[m->put];
	size_t i, j;

	/* The first partner is the one that explains most. */
	if (!get->partner)
		get->partner = put->symbol;
	if (!put->partner)
		put->partner = get->symbol;
	for (i = get->start; i < get[1].start; i++) {
		struct site_balance *g = &p->balances[p->of_caller[i]];

		for (j = g->first; g->gets && j < g->after; j++)
			if (p->balances[j].caller == m->put)
				answer(p, g, &p->balances[j]);
	}
}

/* Only what has to do with these two is another than before. */
static void look_again(struct matching *m, const struct match *taken)
{
	size_t get;

	choose(m, taken->get);
	measure_put(m, taken->put);
	for (get = 0; get < m->pairs->ncallers; get++)
		if (get != taken->get)
			choose_again(m, get, taken->put);
}

static void match_all(struct matching *m)
{
	struct match next;
	size_t get;

	for (get = 0; get < m->pairs->ncallers; get++)
		if (m->pairs->callers[get].gets)
			choose(m, get);
	for (next = best_match(m); next.overlap; next = best_match(m)) {
		take(m->pairs, &next);
		look_again(m, &next);
	}
}

int ig_pairs_match(struct pairs *pairs)
{
	struct matching m = { .pairs = pairs };
	int err = -1;

	m.best = calloc(pairs->ncallers + 1, sizeof(*m.best));
	m.overlap = calloc(pairs->ncallers + 1, sizeof(*m.overlap));
	if (m.best && m.overlap) {
		match_all(&m);
		err = 0;
	}
	free(m.best);
	free(m.overlap);
	return err;
}
