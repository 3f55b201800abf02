/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who called: the return address on the fast path, a full stack for what is
 * new.  Unwinding is what makes stack counting dear, so it is kept off the
 * path of a get or put that has been seen before.
 */
#ifndef IG_BPF_CALLER_H
#define IG_BPF_CALLER_H

#include "core/stack.h"

/* Return addresses that other tracers put in place of the real one. */
const volatile __u64 return_trampolines[3] = {};

/*
 * KERNEL_IMAGE - the kernel, its modules and BPF programs lie above; see
 * Documentation/arch/x86/x86_64/mm.rst
 */
#define KERNEL_IMAGE 0xffffffff80000000ull

static __always_inline bool is_return_trampoline(__u64 ip)
{
	return ip == return_trampolines[0] || ip == return_trampolines[1] ||
	       ip == return_trampolines[2];
}

/*
 * The unwinder sees through what other tracers did to the return address.  The
 * frame after the traced function's own is the caller's; a trampoline that was
 * jumped to has no such frame, and stands third after the program and itself.
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
	return ip[2];
}

/*
 * In a BPF trampoline the context points at the saved arguments.  A few words
 * above lie the return address into the traced function and then the one into
 * its caller (layout: arch_prepare_bpf_trampoline() in
 * arch/x86/net/bpf_jit_comp.c).  How many words differs with what else is
 * attached, so look for the first of the two: it is known to lie just behind
 * the function's entry.
 *
 * Kernels with CONFIG_DYNAMIC_FTRACE_WITH_JMP jump to a trampoline that has an
 * fexit program (bpf_trampoline_use_jmp()): the first of the two is not there,
 * and the other lies above arguments, return value and frame pointer.
 *
 * Neither found: unwind.
 */
static __always_inline __u64 caller_of_trampoline(void *ctx)
{
	__u64 func = bpf_get_func_ip(ctx);
	__u64 word[8] = {};
	__u32 nargs, i;

	if (bpf_probe_read_kernel(word, sizeof(word), ctx))
		return caller_by_unwinding(ctx, func);
#pragma unroll
	for (i = 1; i < 7; i++) {
		if (word[i] - func >= 64)
			continue;
		if (is_return_trampoline(word[i + 1]))
			break;
		return word[i + 1];
	}
	if (i == 7) {
		nargs = bpf_get_func_arg_cnt(ctx);
		for (i = 0; i < 4; i++)
			if (i == nargs && word[i + 2] >= KERNEL_IMAGE &&
			    !is_return_trampoline(word[i + 2]))
				return word[i + 2];
	}
	return caller_by_unwinding(ctx, func);
}

/* At a function's first instruction the return address is on top. */
static __always_inline __u64 caller_of_kprobe(struct pt_regs *regs)
{
	__u64 ip = 0;

	bpf_probe_read_kernel(&ip, sizeof(ip), (void *)regs->sp);
	if (is_return_trampoline(ip))
		return caller_by_unwinding(regs, bpf_get_func_ip(regs));
	return ip;
}

#endif /* IG_BPF_CALLER_H */
