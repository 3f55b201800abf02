// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "iommu_group_abi.h"
#include "audit.skel.h"
#include "locks/static_names.h"
#include "locks/collect.h"
#include "probe/maps.h"
#include "probe/traces.h"

static char *name_of(const struct ig_lock_end *raw, unsigned int kind)
{
	char *text = strndup(raw->name, sizeof(raw->name)), *name;

	if (kind != IG_CLASS_STATIC || !text)
		return text;
	name = ig_static_lock_name(raw->addr, text);
	free(text);
	return name;
}

static int read_end(const struct ig_session *session,
		    const struct ig_lock_end *raw, unsigned int kind,
		    uint64_t key, bool read, struct ig_lock *lock)
{
	if (kind > IG_CLASS_CALL_SITE)
		return -1;
	lock->kind = kind;
	/* Edges between two group locks go by address. */
	lock->key = lock->kind == IG_CLASS_GROUP ? 0 : key;
	lock->addr = raw->addr;
	lock->group = raw->group;
	lock->init_nr = raw->init_nr;
	lock->forgotten = raw->forgotten;
	lock->read = read;
	lock->site = ig_symbol_name(session, raw->ip);
	if (raw->name[0])
		lock->name = name_of(raw, kind);
	if (kind == IG_CLASS_INIT_SITE)
		lock->init_site = ig_symbol_name(session, key);
	return lock->site && (lock->name || !raw->name[0]) &&
			       (lock->init_site || kind != IG_CLASS_INIT_SITE) ?
		       0 :
		       -1;
}

/* Those that the cache has not added to the map yet. */
static uint64_t cached_count(const struct ig_session *session,
			     const struct ig_edge_key *key)
{
	uint64_t check = ig_edge_check(key);
	__u32 at = ig_hash(check, IG_EDGE_CACHE_BITS);
	struct ig_edge_cache c;

	if (!ig_map_read(session->probes.skel->maps.edge_cache, &at, &c) ||
	    c.check != check)
		return 0;
	return c.count;
}

static int read_edges(const struct ig_session *session, struct ig_lock_run *run)
{
	struct ig_edge_key key;
	struct ig_lock_edge *e;
	struct ig_edge raw;

	ig_for_each_entry(session->probes.skel->maps.edges, key, raw) {
		/* Its ends are there once it has been counted. */
		if (!raw.to.addr)
			continue;
		e = ig_one_more(&run->edges, &run->nedges, sizeof(*e));
		if (!e ||
		    read_end(session, &raw.from, IG_EDGE_FROM_KIND(key.flags),
			     key.from, key.flags & IG_EDGE_FROM_READ,
			     &e->from) ||
		    read_end(session, &raw.to, IG_EDGE_TO_KIND(key.flags),
			     key.to, key.flags & IG_EDGE_TO_READ, &e->to))
			return -1;
		e->count = raw.count + cached_count(session, &key) ?: 1;
		e->trace = ig_trace_of_edge(session, raw.stack, raw.to.ip);
	}
	return 0;
}

static int name_init_site(const struct ig_session *session,
			  struct ig_lock_site_pair *a)
{
	char name[IG_NAME_LEN];

	a->by = true;
	a->init_site = ig_symbol_name(session, a->a);
	if (!a->init_site)
		return -1;
	if (!ig_map_read(session->probes.skel->maps.init_names, &a->a, name) ||
	    !name[0])
		return 0;
	a->name = strndup(name, sizeof(name));
	return a->name ? 0 : -1;
}

static int read_site_pairs(const struct ig_session *session,
			   struct ig_lock_run *run)
{
	struct ig_site_pair key;
	struct ig_lock_site_pair *a;
	__u8 kind;

	ig_for_each_entry(session->probes.skel->maps.site_pairs, key, kind) {
		a = ig_one_more(&run->site_pairs, &run->nsite_pairs,
				sizeof(*a));
		if (!a)
			return -1;
		a->a = key.a;
		a->b = key.b;
		if (kind == IG_PAIR_INIT && name_init_site(session, a))
			return -1;
	}
	return 0;
}

static int read_sides(const struct ig_session *session, struct ig_lock_run *run)
{
	struct ig_lock_sides *side;
	struct ig_lock_side raw;
	__u64 addr;

	ig_for_each_entry(session->probes.skel->maps.lock_sides, addr, raw) {
		side = ig_one_more(&run->sides, &run->nsides, sizeof(*side));
		if (!side)
			return -1;
		*side = (struct ig_lock_sides){
			.addr = addr,
			.key = raw.init_site ?: raw.ip,
			.initialised = raw.init_site,
			.init_nr = raw.init_nr,
			.outer = raw.sides & IG_SIDE_OUTER,
			.outer_read = raw.sides & IG_SIDE_READ(IG_SIDE_OUTER),
			.inner = raw.sides & IG_SIDE_INNER,
			.inner_read = raw.sides & IG_SIDE_READ(IG_SIDE_INNER),
		};
	}
	return 0;
}

static int read_uses(const struct ig_session *session, struct ig_lock_run *run)
{
	struct ig_lock_use_key key;
	struct ig_lock_use *use;
	__u32 bits;

	ig_for_each_entry(session->probes.skel->maps.lock_uses, key, bits) {
		use = ig_one_more(&run->uses, &run->nuses, sizeof(*use));
		if (!use || key.kind > IG_CLASS_CALL_SITE)
			return -1;
		*use = (struct ig_lock_use){
			.kind = key.kind,
			.key = key.key,
			.written = bits & IG_LOCK_WRITTEN,
			.handed_over = bits & IG_LOCK_HANDED_OVER,
		};
	}
	return 0;
}

static int read_misuses(const struct ig_session *session,
			struct ig_lock_run *run)
{
	struct ig_seen_misuse *e;
	struct ig_lock_misuse raw;
	__u32 i;

	ig_for_each_element(session->probes.skel->maps.lock_misuses,
			    IG_LOCK_MISUSES, i, raw) {
		if (!raw.kind)
			return 0;
		e = ig_one_more(&run->misuses, &run->nmisuses, sizeof(*e));
		if (!e || read_end(session, &raw.lock, raw.class, raw.key,
				   raw.flags & IG_EDGE_TO_READ, &e->lock))
			return -1;
		e->kind = raw.kind;
		e->unsure = raw.flags & IG_MISUSE_UNSURE;
		e->ns = raw.ns;
		e->trace = ig_trace_or_caller(session, raw.stack, 0);
	}
	return 0;
}

int ig_locks_observe(const struct ig_session *session, struct ig_run *run)
{
	struct ig_lock_run *locks = &run->locks;

	locks->skipped = ig_probes_missed(&session->probes, true) -
			 session->probes.skipped;
	return read_edges(session, locks) || read_site_pairs(session, locks) ||
			       read_sides(session, locks) ||
			       read_uses(session, locks) ||
			       read_misuses(session, locks) ?
		       -1 :
		       0;
}
