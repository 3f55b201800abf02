// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "iommu_group_abi.h"
#include "audit.skel.h"
#include "probe/maps.h"
#include "probe/traces.h"

char *ig_symbol_name(const struct ig_session *session, uint64_t ip)
{
	struct ig_kept_symbol kept;
	char name[IG_SYM_LEN];
	__u64 key = ip;

	if (!ip)
		return strdup("unknown");
	if (ig_symbols_format(&session->symbols, ip, name, sizeof(name)))
		return strdup(name);
	if (ig_map_read(session->probes.object.symbols, &key, &kept))
		return strdup(kept.name);
	snprintf(name, sizeof(name), "0x%" PRIx64, ip);
	return strdup(name);
}

char *ig_function_name(const struct ig_session *session, uint64_t addr)
{
	/* Symbols are those of return addresses, which lie behind a call. */
	char *name = ig_symbol_name(session, addr + 1), *offset, *module;

	offset = name ? strchr(name, '+') : NULL;
	if (!offset)
		return name;
	module = strchr(offset, ' ') ?: offset + strlen(offset);
	memmove(offset, module, strlen(module) + 1);
	return name;
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
static unsigned int first_frame(const struct ig_session *session,
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
		char *frame = ig_symbol_name(session, stack->ip[i]);

		plumbing = frame && is_plumbing(frame);
		free(frame);
	}
	return i ? i - 1 : 0;
}

static bool read_stack(const struct bpf_map *stacks, uint32_t slot,
		       struct ig_stack *stack)
{
	__u32 index = slot - 1;

	return slot && ig_map_read(stacks, &index, stack) && stack->nr;
}

struct ig_trace *ig_trace_in_words(const struct ig_session *session,
				   const __u64 *ip, unsigned int n,
				   unsigned int pid, const char *comm)
{
	struct ig_trace *trace = calloc(1, sizeof(*trace));
	unsigned int i;

	if (!trace)
		return NULL;
	trace->frames = calloc(IG_STACK_DEPTH, sizeof(*trace->frames));
	if (!trace->frames) {
		free(trace);
		return NULL;
	}
	trace->pid = pid;
	memcpy(trace->comm, comm, sizeof(trace->comm));
	trace->comm[sizeof(trace->comm) - 1] = 0;
	for (i = 0; i < n && i < IG_STACK_DEPTH; i++)
		trace->frames[trace->nframes++] =
			ig_symbol_name(session, ip[i]);
	return trace;
}

static struct ig_trace *in_words(const struct ig_session *session,
				 const struct ig_stack *stack,
				 unsigned int first)
{
	unsigned int n = stack->nr < IG_STACK_DEPTH ? stack->nr :
						      IG_STACK_DEPTH;

	return ig_trace_in_words(session, stack->ip + first,
				 n > first ? n - first : 0, stack->pid,
				 stack->comm);
}

static struct ig_trace *read_trace(const struct ig_session *session,
				   const struct bpf_map *stacks, uint32_t slot,
				   uint64_t ip)
{
	struct ig_stack stack;

	if (!read_stack(stacks, slot, &stack))
		return NULL;
	return in_words(session, &stack, first_frame(session, &stack, ip));
}

struct ig_trace *ig_trace_of_sample(const struct ig_session *session,
				    uint32_t slot)
{
	struct ig_stack stack;

	if (!read_stack(session->probes.object.stacks, slot, &stack))
		return NULL;
	return in_words(session, &stack, 0);
}

struct ig_trace *ig_trace_read(const struct ig_session *session, uint32_t slot,
			       uint64_t ip)
{
	return read_trace(session, session->probes.object.stacks, slot, ip);
}

static struct ig_trace *or_caller(const struct ig_session *session,
				  struct ig_trace *trace, uint64_t ip)
{

	if (trace || !ip)
		return trace;
	trace = calloc(1, sizeof(*trace));
	if (!trace)
		return NULL;
	trace->frames = calloc(1, sizeof(*trace->frames));
	if (trace->frames)
		trace->frames[trace->nframes++] = ig_symbol_name(session, ip);
	return trace;
}

struct ig_trace *ig_trace_or_caller(const struct ig_session *session,
				    uint32_t slot, uint64_t ip)
{
	return or_caller(session, ig_trace_read(session, slot, ip), ip);
}

struct ig_trace *ig_trace_of_edge(const struct ig_session *session,
				  uint32_t slot, uint64_t ip)
{
	return or_caller(session,
			 read_trace(session,
				    session->probes.skel->maps.edge_stacks,
				    slot, ip),
			 ip);
}
