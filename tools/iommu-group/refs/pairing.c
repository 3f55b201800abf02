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

#include "refs/pairs.h"
#include "refs/refs.h"

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
	for (i = 0; i < p->ncallers; i++)
		p->callers[i].module = ig_module_of(p->callers[i].symbol);
	/* The one behind the last has only a start. */
	p->callers[p->ncallers] = (struct caller){};
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
						 .first_event = s->first_event,
						 .last_event = s->last_event };
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

/* The balances of each group, and those of each caller. */
static void find_ranges(struct pairs *p)
{
	struct caller *c = p->callers;
	size_t i, start = 0;

	for (i = 0; i < p->nbalances; i++) {
		struct site_balance *b = &p->balances[i];

		if (!same_balance_group(&p->balances[start], b))
			start = i;
		b->first = start;
		p->balances[start].after = i + 1;
		c[b->caller + 1].start++;
	}
	for (i = 0; i < p->nbalances; i++)
		p->balances[i].after = p->balances[p->balances[i].first].after;
	for (i = 0; i < p->ncallers; i++)
		c[i + 1].start += c[i].start;
	/* Each start moves to the end of its own, and back again. */
	for (i = 0; i < p->nbalances; i++)
		p->of_caller[c[p->balances[i].caller].start++] = i;
	for (i = p->ncallers; i > 0; i--)
		c[i].start = c[i - 1].start;
	c[0].start = 0;
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
	p->of_caller = calloc(n, sizeof(*p->of_caller));
	if (!p->callers || !p->balances || !p->of_caller)
		return -ENOMEM;
	list_callers(run, p);
	list_balances(run, p);
	find_ranges(p);
	return 0;
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
	int err;

	memset(pairing, 0, sizeof(*pairing));
	err = alloc_pairs(run, &p);
	if (!err)
		err = alloc_pairing(run, pairing);
	if (!err && ig_pairs_match(&p))
		err = -ENOMEM;
	if (!err)
		hand_back(&p, pairing);
	free(p.callers);
	free(p.balances);
	free(p.of_caller);
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
