/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who called: the return address on the fast path, a full stack for what is
 * new.  Unwinding is what makes stack counting dear, so it is kept off the
 * path of a get or put that has been seen before.
 */
#ifndef IG_BPF_STACK_H
#define IG_BPF_STACK_H

#include "maps.h"

static __always_inline bool in_kernel_text(__u64 ip)
{
	return ip >= text_start && ip < text_end;
}

static __always_inline bool is_hijacked(__u64 ip)
{
	return ip == hijack[0] || ip == hijack[1] || ip == hijack[2];
}

/*
 * The unwinder sees through what other tracers did to the return address.
 * The frame after the traced function's own is the caller's.
 */
static __noinline __u64 caller_by_unwinding(void *ctx, __u64 func)
{
	__u64 ip[8] = {};
	long len = bpf_get_stack(ctx, ip, sizeof(ip), 0);
	int i;

	if (len <= 0)
		return 0;
	for (i = 0; i < 7; i++)
		if (ip[i] - func < 64)
			return ip[i + 1];
	return 0;
}

/*
 * In a BPF trampoline the context points at the saved arguments.  A few words
 * above lie the return address into the traced function and then the one into
 * its caller (layout: arch_prepare_bpf_trampoline() in
 * arch/x86/net/bpf_jit_comp.c).  How many words differs with the kernel and
 * with what else is attached, so look for the first of the two: it is known to
 * lie just behind the function's entry.  Not found: unwind.
 */
static __always_inline __u64 caller_of_trampoline(void *ctx)
{
	__u64 func = bpf_get_func_ip(ctx);
	__u64 word[8] = {};
	int i;

	if (!bpf_probe_read_kernel(word, sizeof(word), ctx)) {
#pragma unroll
		for (i = 1; i < 7; i++)
			if (word[i] - func < 64 && !is_hijacked(word[i + 1]))
				return word[i + 1];
	}
	return caller_by_unwinding(ctx, func);
}

/* At a function's first instruction the return address is on top. */
static __always_inline __u64 caller_of_kprobe(struct pt_regs *regs)
{
	__u64 ip = 0;

	bpf_probe_read_kernel(&ip, sizeof(ip), (void *)regs->sp);
	if (is_hijacked(ip))
		return caller_by_unwinding(regs, bpf_get_func_ip(regs));
	return ip;
}

/*
 * Modules can be gone by the time the collector asks, init code even sooner;
 * so their symbols are taken here, while the caller is running.
 */
static __noinline void keep_symbol(__u64 ip)
{
	static const char fmt[] = "%pB";
	char name[IG_SYM_LEN] = {};
	__u64 arg = ip;

	if (in_kernel_text(ip) || bpf_map_lookup_elem(&symbols, &ip))
		return;
	bpf_snprintf(name, sizeof(name), fmt, &arg, sizeof(arg));
	if (bpf_map_update_elem(&symbols, &ip, name, BPF_ANY))
		count_loss(IG_LOSS_SYMBOL_MAP);
}

/**
 * keep_stack() - keep the present call stack with the names it needs
 * @ctx: the program's context
 * @slot: index + 1 of a stack that may be overwritten, 0 for a new one
 *
 * Return: index + 1, 0 when the table is full (counted).
 */
static __noinline __u32 keep_stack(void *ctx, __u32 slot)
{
	struct ig_stack *stack;
	__u32 index, i;
	long len;

	if (slot)
		index = slot - 1;
	else
		index = __sync_fetch_and_add(&next_stack, 1);
	if (index >= max_stacks)
		goto full;
	stack = bpf_map_lookup_elem(&stacks, &index);
	if (!stack)
		goto full;
	len = bpf_get_stack(ctx, stack->ip, sizeof(stack->ip), 0);
	stack->nr = len > 0 ? len / sizeof(__u64) : 0;
	stack->pid = bpf_get_current_pid_tgid();
	bpf_get_current_comm(stack->comm, sizeof(stack->comm));
	for (i = 0; i < IG_STACK_DEPTH; i++) {
		if (i >= stack->nr)
			break;
		if (!in_kernel_text(stack->ip[i]))
			keep_symbol(stack->ip[i]);
	}
	return index + 1;
full:
	count_loss(IG_LOSS_STACK_TABLE);
	return 0;
}

#endif /* IG_BPF_STACK_H */
