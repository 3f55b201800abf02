// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "iommu_group_abi.h"
#include "base/error.h"
#include "audit.skel.h"
#include "probe/losses.h"
#include "refs/collect.h"
#include "locks/collect.h"
#include "base/sysfs.h"
#include "probe/traces.h"

/* Whether a group is one that the user asked for. */
static bool wanted(const struct ig_watch *watch, unsigned int group)
{
	return watch->group < 0 || (unsigned int)watch->group == group;
}

/* Whether the code behind a symbol is still there. */
static bool code_is_loaded(const char *symbol)
{
	const char *open = strrchr(symbol, '[');
	char module[64];

	if (!open || sscanf(open, "[%63[^] ]", module) != 1)
		return true;
	return ig_module_loaded("/sys", module);
}

static int add_site(const struct ig_watch *watch, struct ig_run *run,
		    const struct ig_group *g, const struct ig_site *raw)
{
	struct ig_site_count *s =
		ig_one_more(&run->sites, &run->nsites, sizeof(*s));

	if (!s)
		return -1;
	s->group = g->id;
	s->gen = g->gen;
	s->ip = raw->ip;
	s->symbol = ig_symbol_name(watch, raw->ip);
	s->counts = (struct ig_total){ raw->gets, raw->puts, raw->answered,
				       raw->matched };
	s->first = ig_trace_or_caller(watch, raw->stack_first, raw->ip);
	s->high = ig_trace_read(watch, raw->stack_high, raw->ip);
	s->module_alive = code_is_loaded(s->symbol);
	return 0;
}

static int read_sites(const struct ig_watch *watch, struct ig_run *run)
{
	int map = bpf_map__fd(watch->probes.skel->maps.groups);
	__u32 n = watch->probes.skel->bss->ids_seen, id;
	struct ig_group g;
	int i;

	for (id = 0; id < n; id++) {
		if (bpf_map_lookup_elem(map, &id, &g) || !g.addr ||
		    g.released || !wanted(watch, id))
			continue;
		for (i = 0; i < IG_SITES; i++)
			if (g.sites[i].ip &&
			    add_site(watch, run, &g, &g.sites[i]))
				return -1;
	}
	return 0;
}

static int read_totals(const struct ig_watch *watch, struct ig_run *run)
{
	int map = bpf_map__fd(watch->probes.skel->maps.totals);
	__u64 key, *previous = NULL;

	while (!bpf_map_get_next_key(map, previous, &key)) {
		struct ig_site_total *t =
			ig_one_more(&run->totals, &run->ntotals, sizeof(*t));

		if (!t)
			return -1;
		previous = &key;
		t->ip = key;
		t->symbol = ig_symbol_name(watch, key);
		bpf_map_lookup_elem(map, &key, &t->counts);
	}
	return 0;
}

static int read_violations(const struct ig_watch *watch, struct ig_run *run)
{
	int map = bpf_map__fd(watch->probes.skel->maps.violations);
	__u32 n = watch->probes.skel->bss->next_violation;
	struct ig_violation raw;
	__u32 i;

	for (i = 0; i < n && i < IG_VIOLATIONS; i++) {
		struct ig_seen_violation *v;

		/* A kind of 0 is one that is being written right now. */
		if (bpf_map_lookup_elem(map, &i, &raw) || !raw.kind ||
		    !wanted(watch, raw.group))
			continue;
		v = ig_one_more(&run->violations, &run->nviolations,
				sizeof(*v));
		if (!v)
			return -1;
		v->raw = raw;
		v->trace = ig_trace_or_caller(watch, raw.stack, raw.ip);
	}
	return 0;
}

static int read_attaches(const struct ig_watch *watch, struct ig_run *run)
{
	int map = bpf_map__fd(watch->probes.skel->maps.attaches);
	struct ig_attach_key key, *previous = NULL;
	struct ig_attach raw;

	while (!bpf_map_get_next_key(map, previous, &key)) {
		struct ig_attach_count *a;

		previous = &key;
		if (bpf_map_lookup_elem(map, &key, &raw) ||
		    !wanted(watch, key.group))
			continue;
		a = ig_one_more(&run->attaches, &run->nattaches, sizeof(*a));
		if (!a)
			return -1;
		a->group = key.group;
		a->gen = key.gen;
		a->symbol = ig_symbol_name(watch, key.ip);
		a->attaches = raw.attaches;
		a->detaches = raw.detaches;
		a->module_alive = code_is_loaded(a->symbol);
		a->trace = ig_trace_or_caller(watch, raw.stack, key.ip);
	}
	return 0;
}

static int read_notifiers(const struct ig_watch *watch, struct ig_run *run)
{
	int map = bpf_map__fd(watch->probes.skel->maps.notifiers);
	struct ig_notifier_key key, *previous = NULL;
	struct ig_notifier raw;

	while (!bpf_map_get_next_key(map, previous, &key)) {
		struct ig_notifier_left *n;

		previous = &key;
		if (bpf_map_lookup_elem(map, &key, &raw) ||
		    !wanted(watch, raw.group))
			continue;
		n = ig_one_more(&run->notifiers, &run->nnotifiers, sizeof(*n));
		if (!n)
			return -1;
		n->group = raw.group;
		n->gen = raw.gen;
		n->symbol = ig_symbol_name(watch, raw.ip);
		n->callback = ig_function_name(watch, raw.callback);
		n->trace = ig_trace_or_caller(watch, raw.stack, raw.ip);
	}
	return 0;
}

int ig_observe(const struct ig_watch *watch, struct ig_run *run)
{
	run->exact = watch->probes.backend == IG_BACKEND_TRACEPOINT;
	if (read_sites(watch, run) || read_totals(watch, run) ||
	    read_violations(watch, run) || read_attaches(watch, run) ||
	    read_notifiers(watch, run) || ig_losses_read(&watch->probes, run) ||
	    (watch->probes.locks && ig_observe_locks(watch, &run->locks)))
		return ig_error("out of memory");
	return 0;
}
