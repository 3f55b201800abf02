/* SPDX-License-Identifier: GPL-2.0 */
/* Who takes a lock, at a fraction of the cost of caller_of_trampoline(). */
#ifndef IG_BPF_LOCK_CALLER_H
#define IG_BPF_LOCK_CALLER_H

#include "core/caller.h"

extern void *bpf_rdonly_cast(const void *from, __u32 type) __ksym __weak;

/* How many words above the context it was the last time, by function. */
__u8 caller_at[64] = {};

static __noinline __u64 find_caller(void *ctx, __u32 which)
{
	__u64 func = bpf_get_func_ip(ctx), word[8] = {}, ip;
	__u32 i;

	ip = caller_of_trampoline(ctx);
	if (bpf_probe_read_kernel(word, sizeof(word), ctx))
		return ip;
	for (i = 1; i < 7; i++)
		if (word[i] - func < 64 && word[i + 1] == ip)
			caller_at[which & 63] = i;
	return ip;
}

/* Two words, by the name of a struct that has just that. */
static __always_inline bool read_two_words(void *from, __u64 *word)
{
	struct timespec64 *two;

	/* Since 6.2; a helper costs five times as much. */
	if (!bpf_rdonly_cast)
		return !bpf_probe_read_kernel(word, 2 * sizeof(*word), from);
	two = bpf_rdonly_cast(from, bpf_core_type_id_kernel(struct timespec64));
	word[0] = two->tv_sec;
	word[1] = two->tv_nsec;
	return true;
}

/* As caller_of_trampoline(), looking where it was the last time. */
static __always_inline __u64 lock_caller(void *ctx, __u32 which)
{
	__u64 func = bpf_get_func_ip(ctx), word[2];
	__u32 at = caller_at[which & 63];

	if (at && read_two_words(ctx + at * 8, word) && word[0] - func < 64 &&
	    !is_return_trampoline(word[1]))
		return word[1];
	return find_caller(ctx, which);
}

#endif /* IG_BPF_LOCK_CALLER_H */
