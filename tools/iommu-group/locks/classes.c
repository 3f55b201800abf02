// SPDX-License-Identifier: GPL-2.0
/* Which locks are of one class: union and find over the sites. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "locks/classes.h"

static struct ig_lock_id id_of(const struct ig_lock *lock)
{
	struct ig_lock_id id = { lock->kind, lock->key, "" };

	switch (lock->kind) {
	case IG_CLASS_GROUP:
		id.key = 0;
		break;
	case IG_CLASS_DEVICE:
		if (lock->name) {
			id.key = 0;
			id.name = lock->name;
		}
		break;
	case IG_CLASS_STATIC:
		id.name = lock->name ?: "";
		break;
	case IG_CLASS_INIT_SITE:
		break;
	case IG_CLASS_CALL_SITE:
		/* At an unknown site: no two of them need be of one class. */
		if (!lock->key)
			id.key = lock->addr;
		break;
	}
	return id;
}

static struct ig_lock_id id_of_call_site(uint64_t key)
{
	return (struct ig_lock_id){ key ? IG_CLASS_CALL_SITE : IG_CLASS_GROUP,
				    key, "" };
}

static struct ig_lock_id id_of_init_site(uint64_t key)
{
	return (struct ig_lock_id){ IG_CLASS_INIT_SITE, key, "" };
}

static struct ig_lock_id id_of_side(const struct ig_lock_sides *side)
{
	return side->initialised ? id_of_init_site(side->key) :
				   id_of_call_site(side->key);
}

static int compare_ids(const void *a, const void *b)
{
	const struct ig_lock_id *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return strcmp(x->name, y->name);
}

static int compare_instances(const void *a, const void *b)
{
	const struct ig_lock_instance *x = a, *y = b;

	if (x->addr != y->addr)
		return x->addr < y->addr ? -1 : 1;
	return (x->group < y->group) - (x->group > y->group);
}

static void add_lock(struct ig_lock_classes *c, const struct ig_lock *lock)
{
	c->ids[c->nids++] = id_of(lock);
	if (lock->kind != IG_CLASS_GROUP)
		return;
	/* A pair may name the group lock by its key. */
	c->ids[c->nids++] = id_of_call_site(lock->key);
	if (lock->addr)
		c->groups[c->ngroups++] = (struct ig_lock_instance){
			lock->addr,
			lock->group,
		};
}

static int add_all(const struct ig_lock_run *run, struct ig_lock_classes *c)
{
	size_t locks = 2 * run->nedges + run->nmisuses, i;
	size_t others = 2 * run->nsite_pairs + run->nsides;

	c->ids = calloc(1 + 2 * locks + others, sizeof(*c->ids));
	c->groups = calloc(locks + 1, sizeof(*c->groups));
	if (!c->ids || !c->groups)
		return -ENOMEM;
	c->ids[c->nids++] = id_of_call_site(0);
	for (i = 0; i < run->nedges; i++) {
		add_lock(c, &run->edges[i].from);
		add_lock(c, &run->edges[i].to);
	}
	for (i = 0; i < run->nmisuses; i++)
		add_lock(c, &run->misuses[i].lock);
	for (i = 0; i < run->nsite_pairs; i++) {
		const struct ig_lock_site_pair *a = &run->site_pairs[i];

		c->ids[c->nids++] = a->by ? id_of_init_site(a->a) :
					    id_of_call_site(a->a);
		c->ids[c->nids++] = id_of_call_site(a->b);
	}
	for (i = 0; i < run->nsides; i++)
		c->ids[c->nids++] = id_of_side(&run->sides[i]);
	return 0;
}

static void sort_all(struct ig_lock_classes *c)
{
	size_t i, n = 0;

	qsort(c->ids, c->nids, sizeof(*c->ids), compare_ids);
	for (i = 0; i < c->nids; i++)
		if (!i || compare_ids(&c->ids[n - 1], &c->ids[i]))
			c->ids[n++] = c->ids[i];
	c->nids = n;
	/* Of one address, the instance with a known group comes first. */
	qsort(c->groups, c->ngroups, sizeof(*c->groups), compare_instances);
	for (i = 0, n = 0; i < c->ngroups; i++)
		if (!i || c->groups[n - 1].addr != c->groups[i].addr)
			c->groups[n++] = c->groups[i];
	c->ngroups = n;
}

static size_t find(const struct ig_lock_classes *c, struct ig_lock_id id)
{
	const struct ig_lock_id *found =
		bsearch(&id, c->ids, c->nids, sizeof(id), compare_ids);

	return found - c->ids;
}

static const struct ig_lock_instance *
find_instance(const struct ig_lock_classes *c, uint64_t addr)
{
	struct ig_lock_instance *low = c->groups, *mid;
	size_t n = c->ngroups;

	while (n) {
		mid = low + n / 2;
		if (mid->addr == addr)
			return mid;
		if (mid->addr < addr) {
			low = mid + 1;
			n--;
		}
		n /= 2;
	}
	return NULL;
}

size_t ig_lock_root(const struct ig_lock_classes *classes, size_t id)
{
	size_t *parent = classes->parent;

	for (; parent[id] != id; id = parent[id])
		parent[id] = parent[parent[id]];
	return id;
}

static void merge(struct ig_lock_classes *c, struct ig_lock_id a,
		  struct ig_lock_id b)
{
	size_t x = ig_lock_root(c, find(c, a)), y = ig_lock_root(c, find(c, b));

	if (x < y)
		c->parent[y] = x;
	else
		c->parent[x] = y;
}

/*
 * The group lock goes by its key as well.  That a site has locked what lies at
 * a group lock's address says nothing: it may have been another lock's memory
 * before or since.  When it was the same, there is a pair.
 */
static void merge_lock(struct ig_lock_classes *c, const struct ig_lock *lock)
{
	if (lock->kind == IG_CLASS_GROUP)
		merge(c, id_of_call_site(0), id_of_call_site(lock->key));
}

/*
 * What takes locks that are initialised at one site, and no others, takes
 * those older than the run from there too.  A helper that takes all sorts does
 * not: its locks stay a class of their own.
 */
static int merge_init_sites(struct ig_lock_classes *c,
			    const struct ig_lock_run *run)
{
	enum { NONE = 0, SEVERAL = SIZE_MAX };
	size_t *only = calloc(c->nids, sizeof(*only)), i, at, init_site;

	if (!only)
		return -ENOMEM;
	for (i = 0; i < run->nsite_pairs; i++) {
		if (!run->site_pairs[i].by)
			continue;
		at = ig_lock_root(
			c, find(c, id_of_call_site(run->site_pairs[i].b)));
		init_site = find(c, id_of_init_site(run->site_pairs[i].a)) + 1;
		if (only[at] == NONE || only[at] == init_site)
			only[at] = init_site;
		else
			only[at] = SEVERAL;
	}
	for (i = 0; i < c->nids; i++)
		if (only[i] != NONE && only[i] != SEVERAL &&
		    c->ids[i].kind == IG_CLASS_CALL_SITE)
			merge(c, c->ids[only[i] - 1], c->ids[i]);
	free(only);
	return 0;
}

static int merge_all(struct ig_lock_classes *classes,
		     const struct ig_lock_run *run)
{
	size_t i;

	for (i = 0; i < classes->nids; i++)
		classes->parent[i] = i;
	for (i = 0; i < run->nedges; i++) {
		merge_lock(classes, &run->edges[i].from);
		merge_lock(classes, &run->edges[i].to);
	}
	for (i = 0; i < run->nmisuses; i++)
		merge_lock(classes, &run->misuses[i].lock);
	for (i = 0; i < run->nsite_pairs; i++)
		if (!run->site_pairs[i].by)
			merge(classes, id_of_call_site(run->site_pairs[i].a),
			      id_of_call_site(run->site_pairs[i].b));
	return merge_init_sites(classes, run);
}

static void use(struct ig_lock_classes *c, size_t id, unsigned int bits)
{
	c->uses[ig_lock_root(c, id)] |= bits;
}

/* Static locks go by name too, which only an edge has. */
static void add_use(struct ig_lock_classes *c, const struct ig_lock_use *u)
{
	unsigned int bits = (u->written ? IG_USE_WRITTEN : 0) |
			    (u->handed_over ? IG_USE_HANDED_OVER : 0);
	size_t i;

	for (i = 0; i < c->nids; i++)
		if (c->ids[i].kind == u->kind && c->ids[i].key == u->key)
			use(c, i, bits);
}

/* Whoever waits for a mutex waits for it alone. */
static void add_uses(struct ig_lock_classes *c, const struct ig_lock_run *run)
{
	size_t i;

	for (i = 0; i < run->nuses; i++)
		add_use(c, &run->uses[i]);
	for (i = 0; i < run->nedges; i++)
		if (!run->edges[i].to.read)
			use(c, ig_lock_class_of(c, &run->edges[i].to),
			    IG_USE_WRITTEN);
	c->uses[0] |= IG_USE_WRITTEN;
}

int ig_lock_classes(const struct ig_lock_run *run,
		    struct ig_lock_classes *classes)
{
	memset(classes, 0, sizeof(*classes));
	if (!add_all(run, classes)) {
		sort_all(classes);
		classes->parent = calloc(classes->nids, sizeof(size_t));
		classes->uses = calloc(classes->nids, 1);
	}
	if (!classes->parent || !classes->uses || merge_all(classes, run)) {
		ig_lock_classes_free(classes);
		return -ENOMEM;
	}
	add_uses(classes, run);
	return 0;
}

void ig_lock_classes_free(struct ig_lock_classes *classes)
{
	free(classes->ids);
	free(classes->parent);
	free(classes->uses);
	free(classes->groups);
	memset(classes, 0, sizeof(*classes));
}

size_t ig_lock_class_of(const struct ig_lock_classes *classes,
			const struct ig_lock *lock)
{
	return ig_lock_root(classes, find(classes, id_of(lock)));
}

size_t ig_lock_class_of_side(const struct ig_lock_classes *classes,
			     const struct ig_lock_sides *side)
{
	return ig_lock_root(classes, find(classes, id_of_side(side)));
}

size_t ig_lock_class_of_init_site(const struct ig_lock_classes *classes,
				  uint64_t key)
{
	return ig_lock_root(classes, find(classes, id_of_init_site(key)));
}

int ig_lock_group(const struct ig_lock_classes *classes,
		  const struct ig_lock *lock)
{
	const struct ig_lock_instance *found;

	if (lock->group >= 0)
		return lock->group;
	found = find_instance(classes, lock->addr);
	return found ? found->group : -1;
}
