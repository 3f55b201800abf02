/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One program for all functions of a kind, by a link that has many of them
 * (BPF_TRACE_FENTRY_MULTI and FEXIT_MULTI, in 7.3): it is verified once, and
 * attached and detached once.  A function's cookie says which it is.
 */
#ifndef IG_BPF_LOCK_MULTI_H
#define IG_BPF_LOCK_MULTI_H

#include "locks/hooks.h"

static __always_inline __u64 returned(void *ctx)
{
	__u64 value = 0;

	bpf_get_func_ret(ctx, &value);
	return value;
}

SEC("fentry.multi/releases")
int multi__releases(void *ctx)
{
	__u32 flags = IG_COOKIE_FLAGS(bpf_get_attach_cookie(ctx));
	__u64 lock = given_back(ctx, flags);

	if (lock)
		lock_released(ctx, lock, flags);
	return 0;
}

SEC("fentry.multi/tries")
int multi__tries(void *ctx)
{
	__u64 cookie = bpf_get_attach_cookie(ctx);
	__u64 lock = waited_for(ctx, IG_COOKIE_FLAGS(cookie));

	if (lock)
		lock_tried(ctx, lock, IG_COOKIE_FLAGS(cookie),
			   lock_caller(ctx, IG_COOKIE_NUMBER(cookie)));
	return 0;
}

SEC("fexit.multi/fails")
int multi__fails(void *ctx)
{
	if ((int)returned(ctx))
		lock_released(ctx, lock_of(ctx),
			      IG_COOKIE_FLAGS(bpf_get_attach_cookie(ctx)));
	return 0;
}

SEC("fexit.multi/tries_or_not")
int multi__tries_or_not(void *ctx)
{
	__u64 cookie = bpf_get_attach_cookie(ctx);

	if ((int)returned(ctx) == 1)
		lock_tried(ctx, lock_of(ctx),
			   IG_COOKIE_FLAGS(cookie) | LOCK_TRY,
			   lock_caller(ctx, IG_COOKIE_NUMBER(cookie)));
	return 0;
}

SEC("fentry.multi/initialises")
int multi__initialises(void *ctx)
{
	__u64 cookie = bpf_get_attach_cookie(ctx), name = 0;

	if (IG_COOKIE_FLAGS(cookie) & IG_HOOK_NAMED)
		bpf_get_func_arg(ctx, 1, &name);
	lock_initialised(lock_of(ctx),
			 lock_caller(ctx, IG_COOKIE_NUMBER(cookie)),
			 (const char *)name);
	return 0;
}

#endif /* IG_BPF_LOCK_MULTI_H */
