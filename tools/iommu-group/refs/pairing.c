// SPDX-License-Identifier: GPL-2.0
/*
 * References are anonymous: which get a put answers is inferred.  The probes
 * have paired what one task did; this pairs the rest.  A get site and a put
 * site that move together over the whole run belong together, and a put can
 * only answer a get on the same group.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "refs/refs.h"

/** struct caller - one call site, or one of its paths, over all groups of the
 * run */
struct caller {
	uint64_t ip;
	uint64_t path; /* 0 where the site has one path only */
	const char *symbol;
	uint64_t gets; /* open, of all groups */
	uint64_t puts;
	const char *partner;
};

/** struct site_balance - what one caller left open on one group */
struct site_balance {
	bool released; /* all released groups together are one balance a caller */
	unsigned int group;
	unsigned int gen;
	size_t caller;
	size_t site; /* index + 1 into the sites of the run, 0 for released */
	uint64_t gets;
	uint64_t puts;
	uint64_t across; /* of @gets, those that were answered here */
	unsigned int first; /* events of the group, 0 when not known */
	unsigned int last;
};

/** struct pairs - the work space */
struct pairs {
	struct caller *callers;
	size_t ncallers;
	struct site_balance *balances;
	size_t nbalances;
	uint64_t *overlap; /* of each get caller with each put caller */
};

/** struct match - a get caller and a put caller that may belong together */
struct match {
	size_t get;
	size_t put;
	uint64_t overlap;
	bool exact; /* they agree on each group */
	bool same_module;
	size_t prefix; /* letters that their names share */
};

static uint64_t less(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

static int by_ip(const void *a, const void *b)
{
	const struct caller *x = a, *y = b;

	return (x->ip > y->ip) - (x->ip < y->ip) ?:
		       (x->path > y->path) - (x->path < y->path);
}

static int by_group(const void *a, const void *b)
{
	const struct site_balance *x = a, *y = b;

	if (x->released != y->released)
		return x->released - y->released;
	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return (x->gen > y->gen) - (x->gen < y->gen);
}

/* In a definite order, so that the same run gives the same report. */
static int by_group_and_site(const void *a, const void *b)
{
	const struct site_balance *x = a, *y = b;
	int order = by_group(a, b);

	return order ?: (x->site > y->site) - (x->site < y->site);
}

static bool same_balance_group(const struct site_balance *a,
			       const struct site_balance *b)
{
	return !by_group(a, b);
}

static uint64_t path_of(const struct ig_site_count *site)
{
	return site->paths ? site->path : 0;
}

static void list_callers(const struct ig_run *run, struct pairs *p)
{
	size_t i, n = 0;

	for (i = 0; i < run->nsites; i++)
		p->callers[n++] =
			(struct caller){ .ip = run->sites[i].ip,
					 .path = path_of(&run->sites[i]),
					 .symbol = run->sites[i].symbol };
	for (i = 0; i < run->ntotals; i++)
		p->callers[n++] =
			(struct caller){ .ip = run->totals[i].ip,
					 .symbol = run->totals[i].symbol };
	if (n)
		qsort(p->callers, n, sizeof(*p->callers), by_ip);
	for (i = 0; i < n; i++)
		if (!p->ncallers ||
		    by_ip(&p->callers[p->ncallers - 1], &p->callers[i]))
			p->callers[p->ncallers++] = p->callers[i];
}

static void add_balance(struct pairs *p, struct site_balance balance,
			uint64_t ip, uint64_t path,
			const struct ig_total *counts)
{
	struct caller key = { .ip = ip, .path = path }, *caller;

	caller = bsearch(&key, p->callers, p->ncallers, sizeof(key), by_ip);
	balance.caller = caller - p->callers;
	balance.gets = less(counts->gets, counts->answered);
	balance.puts = less(counts->puts, counts->matched);
	caller->gets += balance.gets;
	caller->puts += balance.puts;
	p->balances[p->nbalances++] = balance;
}

static void list_balances(const struct ig_run *run, struct pairs *p)
{
	struct site_balance balance;
	size_t i;

	for (i = 0; i < run->nsites; i++) {
		const struct ig_site_count *s = &run->sites[i];

		balance = (struct site_balance){ .group = s->group,
						 .gen = s->gen,
						 .site = i + 1,
						 .first = s->first_event,
						 .last = s->last_event };
		add_balance(p, balance, s->ip, path_of(s), &s->counts);
	}
	for (i = 0; i < run->ntotals; i++) {
		balance = (struct site_balance){ .released = true };
		add_balance(p, balance, run->totals[i].ip, 0,
			    &run->totals[i].counts);
	}
	if (p->nbalances)
		qsort(p->balances, p->nbalances, sizeof(*p->balances),
		      by_group_and_site);
}

static uint64_t *overlap_of(struct pairs *p, size_t get, size_t put)
{
	return &p->overlap[get * p->ncallers + put];
}

/* A put answers no get that came after the last of them. */
static bool may_answer(const struct site_balance *get,
		       const struct site_balance *put)
{
	return !get->first || !put->last || put->last > get->first;
}

/* How much of each put caller can answer how much of each get caller. */
static void measure(struct pairs *p)
{
	size_t i, j, start = 0;

	memset(p->overlap, 0, p->ncallers * p->ncallers * sizeof(*p->overlap));
	for (i = 0; i < p->nbalances; i++) {
		const struct site_balance *a = &p->balances[i];

		if (!same_balance_group(&p->balances[start], a))
			start = i;
		if (!a->gets)
			continue;
		for (j = start; j < p->nbalances; j++) {
			const struct site_balance *b = &p->balances[j];

			if (!same_balance_group(a, b))
				break;
			if (!may_answer(a, b))
				continue;
			*overlap_of(p, a->caller, b->caller) +=
				a->gets < b->puts ? a->gets : b->puts;
		}
	}
}

static size_t shared_prefix(const char *a, const char *b)
{
	size_t n = 0;

	while (a && b && a[n] && a[n] != '+' && a[n] == b[n])
		n++;
	return n;
}

static bool better(const struct match *a, const struct match *b)
{
	if (!b->overlap)
		return true;
	if (a->exact != b->exact)
		return a->exact;
	if (a->overlap != b->overlap)
		return a->overlap > b->overlap;
	if (a->same_module != b->same_module)
		return a->same_module;
	return a->prefix > b->prefix;
}

/* Equal numbers first, then the largest; names decide between equals. */
static struct match best_match(struct pairs *p)
{
	struct match best = {}, m = {};

	for (m.get = 0; m.get < p->ncallers; m.get++) {
		for (m.put = 0; m.put < p->ncallers; m.put++) {
			const struct caller *g = &p->callers[m.get];
			const struct caller *q = &p->callers[m.put];

			m.overlap = *overlap_of(p, m.get, m.put);
			if (!m.overlap)
				continue;
			m.exact = g->gets == m.overlap && q->puts == m.overlap;
			m.same_module = !strcmp(ig_module_of(g->symbol),
						ig_module_of(q->symbol));
			m.prefix = shared_prefix(g->symbol, q->symbol);
			if (better(&m, &best))
				best = m;
		}
	}
	return best;
}

static void answer(struct pairs *p, struct site_balance *get,
		   struct site_balance *put)
{
	uint64_t n = get->gets < put->puts ? get->gets : put->puts;

	if (!may_answer(get, put))
		return;
	get->gets -= n;
	get->across += n;
	put->puts -= n;
	p->callers[get->caller].gets -= n;
	p->callers[put->caller].puts -= n;
}

/* Each balance with each, as in measure(): else a match could come for ever. */
static void settle_group(struct pairs *p, size_t start, size_t end,
			 const struct match *m)
{
	size_t i, j;

	for (i = start; i < end; i++) {
		if (p->balances[i].caller != m->get || !p->balances[i].gets)
			continue;
		for (j = start; j < end; j++)
			if (p->balances[j].caller == m->put)
				answer(p, &p->balances[i], &p->balances[j]);
	}
}

static void take(struct pairs *p, const struct match *m)
{
	struct caller *get = &p->callers[m->get], *put = &p->callers[m->put];
	size_t start, end;

	/* The first partner is the one that explains most. */
	if (!get->partner)
		get->partner = put->symbol;
	if (!put->partner)
		put->partner = get->symbol;
	for (start = 0; start < p->nbalances; start = end) {
		for (end = start; end < p->nbalances; end++)
			if (!same_balance_group(&p->balances[start],
						&p->balances[end]))
				break;
		settle_group(p, start, end, m);
	}
}

static void hand_back(const struct pairs *p, struct ig_pairing *pairing)
{
	size_t i;

	for (i = 0; i < p->nbalances; i++) {
		const struct site_balance *c = &p->balances[i];

		/* Cells of live groups come first, so i counts sites. */
		if (!c->site)
			break;
		pairing->order[i] = c->site - 1;
		pairing->gets[c->site - 1] = c->gets;
		pairing->puts[c->site - 1] = c->puts;
		pairing->across[c->site - 1] = c->across;
		pairing->partner[c->site - 1] = p->callers[c->caller].partner;
	}
}

static int alloc_pairs(const struct ig_run *run, struct pairs *p)
{
	size_t n = run->nsites + run->ntotals + 1;

	p->callers = calloc(n, sizeof(*p->callers));
	p->balances = calloc(n, sizeof(*p->balances));
	if (!p->callers || !p->balances)
		return -ENOMEM;
	list_callers(run, p);
	list_balances(run, p);
	p->overlap = calloc(p->ncallers * p->ncallers + 1, sizeof(*p->overlap));
	return p->overlap ? 0 : -ENOMEM;
}

static int alloc_pairing(const struct ig_run *run, struct ig_pairing *pairing)
{
	pairing->gets = calloc(run->nsites + 1, sizeof(*pairing->gets));
	pairing->puts = calloc(run->nsites + 1, sizeof(*pairing->puts));
	pairing->across = calloc(run->nsites + 1, sizeof(*pairing->across));
	pairing->partner = calloc(run->nsites + 1, sizeof(*pairing->partner));
	pairing->order = calloc(run->nsites + 1, sizeof(*pairing->order));
	if (pairing->gets && pairing->puts && pairing->across &&
	    pairing->partner && pairing->order)
		return 0;
	ig_pairing_free(pairing);
	return -ENOMEM;
}

int ig_pair(const struct ig_run *run, struct ig_pairing *pairing)
{
	struct pairs p = {};
	struct match m;
	int err;

	memset(pairing, 0, sizeof(*pairing));
	err = alloc_pairs(run, &p);
	if (!err)
		err = alloc_pairing(run, pairing);
	while (!err) {
		measure(&p);
		m = best_match(&p);
		if (!m.overlap)
			break;
		take(&p, &m);
	}
	if (!err)
		hand_back(&p, pairing);
	free(p.callers);
	free(p.balances);
	free(p.overlap);
	return err;
}

/* The first place in the order whose site is not before this group. */
static size_t lower_bound(const struct ig_run *run,
			  const struct ig_pairing *pairing, unsigned int group,
			  unsigned int gen)
{
	size_t low = 0, high = run->nsites;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct ig_site_count *s =
			&run->sites[pairing->order[middle]];

		if (s->group < group || (s->group == group && s->gen < gen))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const size_t *ig_sites_of(const struct ig_run *run,
			  const struct ig_pairing *pairing,
			  const struct ig_group_state *group, size_t *n)
{
	size_t first, last;

	*n = 0;
	/* A group that the map had no room for has no sites. */
	if (!pairing || !group->gen)
		return NULL;
	first = lower_bound(run, pairing, group->id, group->gen);
	for (last = first; last < run->nsites; last++) {
		const struct ig_site_count *s =
			&run->sites[pairing->order[last]];

		if (s->group != group->id || s->gen != group->gen)
			break;
	}
	*n = last - first;
	return pairing->order + first;
}
