// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "iommu_group_abi.h"
#include "audit.skel.h"
#include "probe/maps.h"
#include "refs/collect.h"
#include "base/sysfs.h"
#include "probe/traces.h"

/* Whether the code behind a symbol is still there. */
static bool code_is_loaded(const char *symbol)
{
	const char *open = strrchr(symbol, '[');
	char module[64];

	if (!open || sscanf(open, "[%63[^] ]", module) != 1)
		return true;
	return ig_module_loaded("/sys", module);
}

static int add_site(const struct ig_session *session, struct ig_run *run,
		    unsigned int group, unsigned int gen,
		    const struct ig_site *raw)
{
	struct ig_site_count *s =
		ig_one_more(&run->sites, &run->nsites, sizeof(*s));

	if (!s)
		return -1;
	s->group = group;
	s->gen = gen;
	s->ip = raw->ip;
	s->path = raw->path;
	s->paths = raw->paths;
	s->first_event = raw->first;
	s->last_event = raw->last;
	s->symbol = ig_symbol_name(session, raw->ip);
	s->counts = (struct ig_total){ raw->gets, raw->puts, raw->answered,
				       raw->matched };
	s->first = ig_trace_or_caller(session, raw->stack_first, raw->ip);
	s->high = ig_trace_read(session, raw->stack_high, raw->ip);
	s->module_alive = code_is_loaded(s->symbol);
	return 0;
}

static int read_sites(const struct ig_session *session, struct ig_run *run)
{
	const struct audit_bpf *skel = session->probes.skel;
	struct ig_group g;
	__u32 id;
	int i;

	ig_for_each_element(skel->maps.groups, skel->bss->ids_seen, id, g) {
		if (!g.addr || g.released || !ig_session_wants(session, id))
			continue;
		for (i = 0; i < IG_SITES; i++)
			if (g.sites[i].ip &&
			    add_site(session, run, g.id, g.gen, &g.sites[i]))
				return -1;
	}
	return 0;
}

static int add_total(const struct ig_session *session, struct ig_run *run,
		     uint64_t ip, const struct ig_total *counts)
{
	struct ig_site_total *t =
		ig_one_more(&run->totals, &run->ntotals, sizeof(*t));

	if (!t)
		return -1;
	t->ip = ip;
	t->symbol = ig_symbol_name(session, ip);
	t->counts = *counts;
	return 0;
}

/* Call paths that found no slot with their group. */
static int read_more_sites(const struct ig_session *session, struct ig_run *run)
{
	const struct audit_bpf *skel = session->probes.skel;
	struct ig_site_key key;
	struct ig_site raw;
	struct ig_group g;

	ig_for_each_entry(skel->maps.more_sites, key, raw) {
		struct ig_total counts = { raw.gets, raw.puts, raw.answered,
					   raw.matched };
		__u32 id = key.id;

		if (!ig_session_wants(session, key.id))
			continue;
		if (ig_map_read(skel->maps.groups, &id, &g) &&
		    g.gen == key.gen && !g.released) {
			if (add_site(session, run, key.id, key.gen, &raw))
				return -1;
		} else if (add_total(session, run, key.ip, &counts)) {
			return -1;
		}
	}
	return 0;
}

static int read_totals(const struct ig_session *session, struct ig_run *run)
{
	struct ig_total counts;
	__u64 key;

	ig_for_each_entry(session->probes.skel->maps.totals, key, counts) {
		struct ig_site_total *t =
			ig_one_more(&run->totals, &run->ntotals, sizeof(*t));

		if (!t)
			return -1;
		t->ip = key;
		t->symbol = ig_symbol_name(session, key);
		t->counts = counts;
	}
	return 0;
}

static int read_attaches(const struct ig_session *session, struct ig_run *run)
{
	struct ig_attach_key key;
	struct ig_attaches raw;

	ig_for_each_entry(session->probes.skel->maps.attaches, key, raw) {
		struct ig_attach_count *a;

		if (!ig_session_wants(session, key.group))
			continue;
		a = ig_one_more(&run->attaches, &run->nattaches, sizeof(*a));
		if (!a)
			return -1;
		a->group = key.group;
		a->gen = key.gen;
		a->symbol = ig_symbol_name(session, key.ip);
		a->attaches = raw.attaches;
		a->detaches = raw.detaches;
		a->module_alive = code_is_loaded(a->symbol);
		a->trace = ig_trace_or_caller(session, raw.stack, key.ip);
	}
	return 0;
}

static int read_notifiers(const struct ig_session *session, struct ig_run *run)
{
	struct ig_notifier_key key;
	struct ig_notifier raw;

	ig_for_each_entry(session->probes.skel->maps.notifiers, key, raw) {
		struct ig_notifier_left *n;

		if (!ig_session_wants(session, raw.group))
			continue;
		n = ig_one_more(&run->notifiers, &run->nnotifiers, sizeof(*n));
		if (!n)
			return -1;
		n->group = raw.group;
		n->gen = raw.gen;
		n->symbol = ig_symbol_name(session, raw.ip);
		n->callback = ig_function_name(session, raw.callback);
		n->trace = ig_trace_or_caller(session, raw.stack, raw.ip);
	}
	return 0;
}

int ig_refs_observe(const struct ig_session *session, struct ig_run *run)
{
	return read_sites(session, run) || read_more_sites(session, run) ||
			       read_totals(session, run) ||
			       read_attaches(session, run) ||
			       read_notifiers(session, run) ?
		       -1 :
		       0;
}
