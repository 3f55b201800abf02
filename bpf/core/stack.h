/* SPDX-License-Identifier: GPL-2.0 */
/* Call stacks that are kept, with the names of the addresses in modules. */
#ifndef IG_BPF_STACK_H
#define IG_BPF_STACK_H

#include "core/interrupt.h"

static __always_inline bool in_kernel_text(__u64 ip)
{
	return ip >= text_start && ip < text_end;
}

/* Both padded with zeros to @len, a multiple of eight. */
static __always_inline bool same_text(const char *a, const char *b, __u32 len)
{
	const __u64 *x = (void *)a, *y = (void *)b;
	__u32 i;

	for (i = 0; i < len / 8; i++)
		if (x[i] != y[i])
			return false;
	return true;
}

/* Names are too long for the stack of BPF: two, and two for an interrupt. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, struct ig_kept_symbol);
} name_buffers SEC(".maps");

static __always_inline struct ig_kept_symbol *name_buffer(__u32 which)
{
	if (in_interrupt())
		which += 2;
	return bpf_map_lookup_elem(&name_buffers, &which);
}

/* bpf_prog_..., bpf_trampoline_... */
static __always_inline bool is_bpf_name(const char *name)
{
	__u64 start = *(__u64 *)name;

	return start == *(__u64 *)"bpf_prog" || start == *(__u64 *)"bpf_tram";
}

/*
 * Programs and trampolines have frames in each stack, and lie where modules do.
 * They come and go with each run, also with one that another process is ending.
 */
static __always_inline bool is_same_code(const char *a, const char *b,
					 __u32 len)
{
	return same_text(a, b, len) || (is_bpf_name(a) && is_bpf_name(b));
}

/*
 * Modules can be gone by the time the collector asks, init code even sooner;
 * so their symbols are taken here, while the caller is running.  Where a module
 * was there may be another later: what is counted by address would be of both.
 */
VERIFIED_ONCE int keep_symbol(__u64 ip)
{
	static const char fmt[] = "%pB";
	struct ig_kept_symbol *now, *known;
	__u64 arg = ip;

	if (in_kernel_text(ip))
		return 0;
	known = bpf_map_lookup_elem(&symbols, &ip);
	if (known && known->modules == modules_loaded)
		return 0;
	now = name_buffer(0);
	if (!now)
		return 0;
	__builtin_memset(now, 0, sizeof(*now));
	now->modules = modules_loaded;
	bpf_snprintf(now->name, sizeof(now->name), fmt, &arg, sizeof(arg));
	if (!known) {
		if (bpf_map_update_elem(&symbols, &ip, now, BPF_ANY))
			count_loss(IG_LOSS_SYMBOL_MAP);
		return 0;
	}
	if (!is_same_code(known->name, now->name, sizeof(now->name)))
		count_loss(IG_LOSS_SYMBOL_REUSED);
	known->modules = now->modules;
	return 0;
}

/*
 * Tells functions apart, for pairing gets with puts; FNV-1a over the name.
 * Names of Rust functions agree in far more than their first 64 characters.
 */
VERIFIED_ONCE __u32 function_hash(__u64 ip)
{
	static const char fmt[] = "%ps";
	struct ig_kept_symbol *buffer = name_buffer(1);
	__u64 arg = ip - 1, hash = 0xcbf29ce484222325, *name;
	int i;

	if (!buffer)
		return ip;
	__builtin_memset(buffer, 0, sizeof(*buffer));
	bpf_snprintf(buffer->name, sizeof(buffer->name), fmt, &arg,
		     sizeof(arg));
	name = (__u64 *)buffer->name;
	for (i = 0; i < IG_SYM_LEN / 8; i++)
		hash = (hash ^ name[i]) * 0x100000001b3;
	return hash ^ hash >> 32;
}

/* A callback, not a loop: the verifier would walk each round on each path. */
static long keep_frame(__u32 i, __u32 *index)
{
	__u32 key = *index;
	struct ig_stack *stack = bpf_map_lookup_elem(&stacks, &key);

	if (!stack || i >= IG_STACK_DEPTH || i >= stack->nr)
		return 1;
	keep_symbol(stack->ip[i]);
	return 0;
}

/** IG_SPARE_STACKS - stacks that are kept for reuse; a power of two */
#define IG_SPARE_STACKS 4096

/* A ring of indices + 1; 0 is one that is being written, and lost. */
__u32 spare_stacks[IG_SPARE_STACKS] = {};
/* Counters that only grow. */
__u32 stacks_spared = 0;
__u32 spares_taken = 0;

/** spare_stack() - nobody will ask for a stack any more */
static __always_inline void spare_stack(__u32 stack)
{
	__u32 at;

	if (!stack || stacks_spared - spares_taken >= IG_SPARE_STACKS)
		return;
	at = __sync_fetch_and_add(&stacks_spared, 1);
	spare_stacks[at & (IG_SPARE_STACKS - 1)] = stack;
}

/* The index + 1 of one that is not needed any more, 0 when there is none. */
static __always_inline __u32 take_spare_stack(void)
{
	__u32 at = spares_taken, stack;

	if (at == stacks_spared ||
	    __sync_val_compare_and_swap(&spares_taken, at, at + 1) != at)
		return 0;
	stack = spare_stacks[at & (IG_SPARE_STACKS - 1)];
	spare_stacks[at & (IG_SPARE_STACKS - 1)] = 0;
	return stack;
}

/* Room for a stack: its index, -1 when the table is full (counted). */
static __always_inline __s64 stack_slot(__u32 slot)
{
	__u32 index;

	slot = slot ?: take_spare_stack();
	index = slot ? slot - 1 : __sync_fetch_and_add(&next_stack, 1);
	if (index < max_stacks)
		return index;
	count_loss(IG_LOSS_STACK_TABLE);
	return -1;
}

/* @len: what bpf_get_stack() returned */
static __always_inline void note_task(struct ig_stack *stack, long len)
{
	stack->nr = len > 0 ? len / sizeof(__u64) : 0;
	stack->pid = bpf_get_current_pid_tgid();
	bpf_get_current_comm(stack->comm, sizeof(stack->comm));
}

/* Once its frames are there. */
static __always_inline void name_stack(struct ig_stack *stack, long len,
				       __u32 index)
{
	note_task(stack, len);
	bpf_loop(IG_STACK_DEPTH, keep_frame, &index, 0);
}

/**
 * keep_stack() - keep the present call stack with the names it needs
 * @ctx: the program's context
 * @slot: index + 1 of a stack that may be overwritten, 0 for a new one
 *
 * Return: index + 1, 0 when the table is full (counted).
 */
static __noinline __attribute__((unused)) __u32 keep_stack(void *ctx,
							   __u32 slot)
{
	__s64 at = stack_slot(slot);
	__u32 index = at;
	struct ig_stack *stack;
	long len;

	if (at < 0)
		return 0;
	stack = bpf_map_lookup_elem(&stacks, &index);
	if (!stack)
		return 0;
	len = bpf_get_stack(ctx, stack->ip, sizeof(stack->ip), 0);
	name_stack(stack, len, index);
	return index + 1;
}

#endif /* IG_BPF_STACK_H */
