// SPDX-License-Identifier: GPL-2.0
/* From edges between locks to steps between classes of locks. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "locks/classes.h"

/**
 * struct class_builder - a class in the making
 * @root: stands for it in the forest
 * @site: the smallest of those that take it
 * @given: its name as observed, NULL for none
 * @init_site: where it is initialised, NULL when that is not known
 * @sites: that are merged in it
 * @forgotten: the class of some lock of it has been
 */
struct class_builder {
	size_t root;
	enum ig_lock_class_kind kind;
	const char *site;
	const char *given;
	const char *init_site;
	size_t sites;
	bool forgotten;
	char *name;
};

/**
 * struct order_builder - an order in the making
 * @building, @nbuilding: what becomes the classes
 * @at: of each root, index of its building + 1, later of its class + 1
 */
struct order_builder {
	const struct ig_lock_run *run;
	struct ig_lock_classes classes;
	struct class_builder *building;
	size_t nbuilding;
	size_t *at;
};

static int compare(const char *a, const char *b)
{
	return strcmp(a ?: "", b ?: "");
}

static void keep_smallest(const char **kept, const char *name)
{
	if (name && (!*kept || strcmp(name, *kept) < 0))
		*kept = name;
}

static void add_end(struct order_builder *b, const struct ig_lock *lock)
{
	size_t root = ig_lock_class_of(&b->classes, lock);
	struct class_builder *d;

	if (!b->at[root]) {
		b->at[root] = b->nbuilding + 1;
		b->building[b->nbuilding++] = (struct class_builder){
			.root = root,
			.kind = b->classes.ids[root].kind,
		};
	}
	d = &b->building[b->at[root] - 1];
	d->forgotten |= lock->forgotten;
	keep_smallest(&d->site, lock->site);
	keep_smallest(&d->given, lock->name);
	keep_smallest(&d->init_site, lock->init_site);
}

/* A class may be known by where it is taken only. */
static void add_init_site(struct order_builder *b)
{
	size_t i, at;

	for (i = 0; i < b->run->nsite_pairs; i++) {
		const struct ig_lock_site_pair *a = &b->run->site_pairs[i];

		at = a->by ? b->at[ig_lock_class_of_init_site(&b->classes,
							      a->a)] :
			     0;
		if (!at)
			continue;
		keep_smallest(&b->building[at - 1].given, a->name);
		keep_smallest(&b->building[at - 1].init_site, a->init_site);
	}
}

static void count_call_sites(struct order_builder *b)
{
	size_t i, at;

	for (i = 0; i < b->classes.nids; i++) {
		at = b->at[ig_lock_root(&b->classes, i)];
		if (at && b->classes.ids[i].kind == IG_CLASS_CALL_SITE)
			b->building[at - 1].sites++;
	}
}

static int describe_call_site(struct class_builder *d, bool whole)
{
	const char *site = d->site ?: "a call site without a name";
	int len = whole || !d->site ? strlen(site) : strcspn(site, "+ ");
	char more[48] = "";

	if (d->sites > 1)
		snprintf(more, sizeof(more), " and at %zu more call site%s",
			 d->sites - 1, d->sites == 2 ? "" : "s");
	free(d->name);
	if (asprintf(&d->name, "lock taken %s %.*s%s",
		     whole && d->site ? "at" : "in", len, site, more) < 0)
		d->name = NULL;
	return d->name ? 0 : -ENOMEM;
}

static int describe_init_site(struct class_builder *d, bool whole)
{
	const char *init_site = d->init_site ?: "a call site without a name";
	int len = whole || !d->init_site ? strlen(init_site) :
					   strcspn(init_site, "+ ");

	free(d->name);
	if (d->given)
		len = asprintf(&d->name, "%s (%.*s)", d->given, len, init_site);
	else
		len = asprintf(&d->name, "lock initialised %s %.*s",
			       whole && d->init_site ? "at" : "in", len,
			       init_site);
	if (len < 0)
		d->name = NULL;
	return d->name ? 0 : -ENOMEM;
}

static int describe_static(struct class_builder *d, bool whole)
{
	int len = strcspn(d->site ?: "?", "+ ");

	free(d->name);
	len = whole ? asprintf(&d->name, "%s (taken in %.*s)", d->given, len,
			       d->site ?: "?") :
		      asprintf(&d->name, "%s", d->given);
	if (len < 0)
		d->name = NULL;
	return d->name ? 0 : -ENOMEM;
}

static int describe_name(struct class_builder *d)
{
	int len = -1;

	if (d->kind == IG_CLASS_GROUP)
		len = asprintf(&d->name, "group->mutex");
	else if (d->kind == IG_CLASS_DEVICE && d->given)
		len = asprintf(&d->name, "lock of %s", d->given);
	else if (d->kind == IG_CLASS_STATIC && d->given)
		return describe_static(d, false);
	else if (d->kind == IG_CLASS_INIT_SITE)
		return describe_init_site(d, false);
	else
		return describe_call_site(d, false);
	if (len < 0)
		d->name = NULL;
	return len < 0 ? -ENOMEM : 0;
}

/* The group lock, then by name: a report must not depend on addresses. */
static int compare_drafts(const void *a, const void *b)
{
	const struct class_builder *x = a, *y = b;

	if ((x->kind == IG_CLASS_GROUP) != (y->kind == IG_CLASS_GROUP))
		return x->kind == IG_CLASS_GROUP ? -1 : 1;
	return strcmp(x->name, y->name) ?: compare(x->site, y->site);
}

static int describe_apart(struct class_builder *d)
{
	if (d->kind == IG_CLASS_CALL_SITE)
		return describe_call_site(d, true);
	if (d->kind == IG_CLASS_INIT_SITE)
		return describe_init_site(d, true);
	return d->kind == IG_CLASS_STATIC && d->given ?
		       describe_static(d, true) :
		       0;
}

/*
 * Locks that one function initialises or takes at two sites are told apart,
 * and static ones of two files that have the same name.
 */
static int name_apart(struct class_builder *d, size_t n)
{
	bool same, as_before = false;
	size_t i;
	int err = 0;

	for (i = 0; i < n && !err; i++, as_before = same) {
		same = i + 1 < n && !strcmp(d[i].name, d[i + 1].name);
		if (same || as_before)
			err = describe_apart(&d[i]);
	}
	return err;
}

static int make_classes(struct order_builder *b, struct ig_lock_order *order)
{
	size_t i;

	for (i = 0; i < b->nbuilding; i++)
		if (describe_name(&b->building[i]))
			return -ENOMEM;
	qsort(b->building, b->nbuilding, sizeof(*b->building), compare_drafts);
	if (name_apart(b->building, b->nbuilding))
		return -ENOMEM;
	order->classes = calloc(b->nbuilding ?: 1, sizeof(*order->classes));
	if (!order->classes)
		return -ENOMEM;
	for (i = 0; i < b->nbuilding; i++) {
		struct class_builder *d = &b->building[i];

		order->classes[order->nclasses++] = (struct ig_lock_class){
			.kind = d->kind,
			.written = ig_lock_is(&b->classes, d->root,
					      IG_USE_WRITTEN),
			.forgotten = d->forgotten,
			.name = d->name,
		};
		d->name = NULL;
		b->at[d->root] = i + 1;
	}
	return 0;
}

static const struct ig_lock_edge *better(const struct ig_lock_edge *a,
					 const struct ig_lock_edge *b)
{
	int by_site;

	if (!a || a->count != b->count)
		return a && a->count > b->count ? a : b;
	by_site = compare(a->to.site, b->to.site) ?:
			  compare(a->from.site, b->from.site);
	return by_site <= 0 ? a : b;
}

/* Where readers count as writers, those that are writers are plainer to show. */
static const struct ig_lock_edge *plainer(const struct ig_lock_edge *a,
					  const struct ig_lock_edge *b)
{
	int more = a ? a->from.read + a->to.read - b->from.read - b->to.read :
		       0;

	return more ? (more > 0 ? b : a) : better(a, b);
}

/* With a writer waiting, a reader waits like one. */
static bool only_reads(const struct ig_lock *lock,
		       const struct ig_lock_class *class)
{
	return lock->read && !class->written;
}

static void add_to(struct ig_lock_step *step, const struct ig_lock_edge *e,
		   const struct ig_lock_class *classes)
{
	unsigned int mode =
		ig_lock_mode(only_reads(&e->from, &classes[step->from]),
			     only_reads(&e->to, &classes[step->to]));

	step->edge = better(step->edge, e);
	step->modes[mode] = plainer(step->modes[mode], e);
	step->count += e->count;
}

static int compare_steps(const void *a, const void *b)
{
	const struct ig_lock_step *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return (x->to > y->to) - (x->to < y->to);
}

static int make_steps(struct order_builder *b, struct ig_lock_order *order)
{
	struct ig_lock_step *steps;
	size_t i, n = 0, m = 0;

	steps = calloc(b->run->nedges ?: 1, sizeof(*steps));
	if (!steps)
		return -ENOMEM;
	for (i = 0; i < b->run->nedges; i++) {
		const struct ig_lock_edge *e = &b->run->edges[i];
		struct ig_lock_step *s = &steps[n];

		s->from = b->at[ig_lock_class_of(&b->classes, &e->from)] - 1;
		s->to = b->at[ig_lock_class_of(&b->classes, &e->to)] - 1;
		s->edge = e;
		n += s->from != s->to;
	}
	qsort(steps, n, sizeof(*steps), compare_steps);
	for (i = 0; i < n; i++) {
		struct ig_lock_step s = steps[i];

		if (!m || compare_steps(&steps[m - 1], &s))
			steps[m++] = (struct ig_lock_step){
				.from = s.from,
				.to = s.to,
			};
		add_to(&steps[m - 1], s.edge, order->classes);
	}
	order->steps = steps;
	order->nsteps = m;
	return 0;
}

static int build(struct order_builder *b, struct ig_lock_order *order)
{
	size_t i;

	b->building = calloc(b->classes.nids, sizeof(*b->building));
	b->at = calloc(b->classes.nids, sizeof(*b->at));
	if (!b->building || !b->at)
		return -ENOMEM;
	for (i = 0; i < b->run->nedges; i++) {
		add_end(b, &b->run->edges[i].from);
		add_end(b, &b->run->edges[i].to);
	}
	add_init_site(b);
	count_call_sites(b);
	return make_classes(b, order) ?: make_steps(b, order);
}

int ig_lock_order(const struct ig_lock_run *run, struct ig_lock_order *order)
{
	struct order_builder b = { .run = run };
	size_t i;
	int err;

	memset(order, 0, sizeof(*order));
	if (ig_lock_classes(run, &b.classes))
		return -ENOMEM;
	err = build(&b, order);
	for (i = 0; i < b.nbuilding; i++)
		free(b.building[i].name);
	free(b.building);
	free(b.at);
	ig_lock_classes_free(&b.classes);
	if (err)
		ig_lock_order_free(order);
	return err;
}
