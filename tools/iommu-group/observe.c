// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "../../include/iommu_group_abi.h"
#include "error.h"
#include "iommu_group.skel.h"
#include "losses.h"
#include "observe.h"
#include "sysfs.h"

char *ig_symbol_name(const struct ig_watch *watch, uint64_t ip)
{
	int map = bpf_map__fd(watch->probes.skel->maps.symbols);
	char name[IG_SYM_LEN];
	__u64 key = ip;

	if (!ip)
		return strdup("unknown");
	if (!ig_symbols_format(&watch->symbols, ip, name, sizeof(name)) &&
	    bpf_map_lookup_elem(map, &key, name))
		snprintf(name, sizeof(name), "0x%" PRIx64, ip);
	return strdup(name);
}

char *ig_function_name(const struct ig_watch *watch, uint64_t addr)
{
	/* Symbols are those of return addresses, which lie behind a call. */
	char *name = ig_symbol_name(watch, addr + 1), *offset, *module;

	offset = name ? strchr(name, '+') : NULL;
	if (!offset)
		return name;
	module = strchr(offset, ' ') ?: offset + strlen(offset);
	memmove(offset, module, strlen(module) + 1);
	return name;
}

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

/*
 * The probe's own frames come first, and what every release runs through.
 * What matters starts at the caller.
 */
static bool is_plumbing(const char *frame)
{
	static const char *const names[] = { "bpf_prog_", "bpf_trampoline_",
					     "iommu_group_release+",
					     "kobject_put+",
					     "iommu_group_put+" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strncmp(frame, names[i], strlen(names[i])))
			return true;
	return false;
}

/* Without a known caller, all frames are kept that are not plumbing. */
static unsigned int first_frame(const struct ig_watch *watch,
				const struct ig_stack *stack, uint64_t ip)
{
	unsigned int n = stack->nr < IG_STACK_DEPTH ? stack->nr :
						      IG_STACK_DEPTH;
	bool plumbing = true;
	unsigned int i;

	for (i = 0; ip && i < n; i++)
		if (stack->ip[i] == ip)
			return i;
	for (i = 0; i < n && plumbing; i++) {
		char *frame = ig_symbol_name(watch, stack->ip[i]);

		plumbing = frame && is_plumbing(frame);
		free(frame);
	}
	return i ? i - 1 : 0;
}

static struct ig_trace *read_trace(const struct ig_watch *watch, __u32 slot,
				   uint64_t ip)
{
	int map = bpf_map__fd(watch->probes.skel->maps.stacks);
	__u32 index = slot - 1;
	struct ig_stack stack;
	struct ig_trace *trace;
	unsigned int i;

	if (!slot || bpf_map_lookup_elem(map, &index, &stack) || !stack.nr)
		return NULL;
	trace = calloc(1, sizeof(*trace));
	if (!trace)
		return NULL;
	trace->frames = calloc(IG_STACK_DEPTH, sizeof(*trace->frames));
	if (!trace->frames) {
		free(trace);
		return NULL;
	}
	trace->pid = stack.pid;
	memcpy(trace->comm, stack.comm, sizeof(trace->comm));
	trace->comm[sizeof(trace->comm) - 1] = 0;
	for (i = first_frame(watch, &stack, ip);
	     i < stack.nr && i < IG_STACK_DEPTH; i++)
		trace->frames[trace->nframes++] =
			ig_symbol_name(watch, stack.ip[i]);
	return trace;
}

/* As read_trace(), or just the caller when its stack could not be kept. */
static struct ig_trace *trace_or_caller(const struct ig_watch *watch,
					__u32 slot, uint64_t ip)
{
	struct ig_trace *trace = read_trace(watch, slot, ip);

	if (trace || !ip)
		return trace;
	trace = calloc(1, sizeof(*trace));
	if (!trace)
		return NULL;
	trace->frames = calloc(1, sizeof(*trace->frames));
	if (trace->frames)
		trace->frames[trace->nframes++] = ig_symbol_name(watch, ip);
	return trace;
}

static void free_trace(struct ig_trace *trace)
{
	size_t i;

	if (!trace)
		return;
	for (i = 0; i < trace->nframes; i++)
		free(trace->frames[i]);
	free(trace->frames);
	free(trace);
}

/* Room for one more entry of a growing array, zeroed; NULL without memory. */
static void *one_more(void *array, size_t *n, size_t size)
{
	void **list = array;
	char *more = reallocarray(*list, *n + 1, size);

	if (!more)
		return NULL;
	*list = more;
	memset(more + *n * size, 0, size);
	return more + (*n)++ * size;
}

static int add_site(const struct ig_watch *watch, struct ig_run *run,
		    const struct ig_group *g, const struct ig_site *raw)
{
	struct ig_site_count *s =
		one_more(&run->sites, &run->nsites, sizeof(*s));

	if (!s)
		return -1;
	s->group = g->id;
	s->gen = g->gen;
	s->ip = raw->ip;
	s->symbol = ig_symbol_name(watch, raw->ip);
	s->counts = (struct ig_total){ raw->gets, raw->puts, raw->answered,
				       raw->matched };
	s->first = trace_or_caller(watch, raw->stack_first, raw->ip);
	s->high = read_trace(watch, raw->stack_high, raw->ip);
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
			one_more(&run->totals, &run->ntotals, sizeof(*t));

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
		v = one_more(&run->violations, &run->nviolations, sizeof(*v));
		if (!v)
			return -1;
		v->raw = raw;
		v->trace = trace_or_caller(watch, raw.stack, raw.ip);
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
		a = one_more(&run->attaches, &run->nattaches, sizeof(*a));
		if (!a)
			return -1;
		a->group = key.group;
		a->gen = key.gen;
		a->symbol = ig_symbol_name(watch, key.ip);
		a->attaches = raw.attaches;
		a->detaches = raw.detaches;
		a->module_alive = code_is_loaded(a->symbol);
		a->trace = trace_or_caller(watch, raw.stack, key.ip);
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
		n = one_more(&run->notifiers, &run->nnotifiers, sizeof(*n));
		if (!n)
			return -1;
		n->group = raw.group;
		n->gen = raw.gen;
		n->symbol = ig_symbol_name(watch, raw.ip);
		n->callback = ig_function_name(watch, raw.callback);
		n->trace = trace_or_caller(watch, raw.stack, raw.ip);
	}
	return 0;
}

int ig_observe(const struct ig_watch *watch, struct ig_run *run)
{
	run->exact = watch->probes.backend == IG_BACKEND_TRACEPOINT;
	if (read_sites(watch, run) || read_totals(watch, run) ||
	    read_violations(watch, run) || read_attaches(watch, run) ||
	    read_notifiers(watch, run) || ig_losses_read(&watch->probes, run))
		return ig_error("out of memory");
	return 0;
}

void ig_observe_free(struct ig_run *run)
{
	size_t i;

	for (i = 0; i < run->nsites; i++) {
		free(run->sites[i].symbol);
		free_trace(run->sites[i].first);
		free_trace(run->sites[i].high);
	}
	for (i = 0; i < run->ntotals; i++)
		free(run->totals[i].symbol);
	for (i = 0; i < run->nviolations; i++)
		free_trace(run->violations[i].trace);
	for (i = 0; i < run->nattaches; i++) {
		free(run->attaches[i].symbol);
		free_trace(run->attaches[i].trace);
	}
	for (i = 0; i < run->nnotifiers; i++) {
		free(run->notifiers[i].symbol);
		free(run->notifiers[i].callback);
		free_trace(run->notifiers[i].trace);
	}
	free(run->notifiers);
	run->notifiers = NULL;
	run->nnotifiers = 0;
	free(run->sites);
	free(run->totals);
	free(run->violations);
	free(run->attaches);
	free(run->losses);
	run->sites = NULL;
	run->totals = NULL;
	run->violations = NULL;
	run->attaches = NULL;
	run->losses = NULL;
	run->nsites = 0;
	run->ntotals = 0;
	run->nviolations = 0;
	run->nattaches = 0;
	run->nlosses = 0;
}
