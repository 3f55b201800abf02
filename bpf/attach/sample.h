/* SPDX-License-Identifier: GPL-2.0 */
/* Where operations are each time that a CPU's clock looks. */
#ifndef IG_BPF_ATTACH_SAMPLE_H
#define IG_BPF_ATTACH_SAMPLE_H

#include "attach/ops.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096); /* resized */
	__type(key, struct ig_sample);
	__type(value, struct ig_sample_count);
} samples SEC(".maps");

/* The stack before it is known whether it is new; too large for BPF's own. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct ig_stack);
} sample_stack SEC(".maps");

static __always_inline __u64 hash_stack(const struct ig_stack *s)
{
	__u64 hash = 0xcbf29ce484222325;
	int i;

	for (i = 0; i < IG_STACK_DEPTH; i++)
		hash = (hash ^ s->ip[i]) * 0x100000001b3;
	return hash ^ hash >> 32;
}

/* With the names of modules, which may be gone afterwards. */
static __noinline __u32 keep_sample(struct ig_stack *s, long len)
{
	__s64 at = stack_slot(0);
	__u32 index = at;
	struct ig_stack *stack;

	if (at < 0)
		return 0;
	stack = bpf_map_lookup_elem(&stacks, &index);
	if (!stack)
		return 0;
	*stack = *s;
	name_stack(stack, len, index);
	return index + 1;
}

SEC("perf_event")
int sample__(void *ctx)
{
	struct open_op *o = find_op(bpf_get_current_task());
	struct ig_sample_count first = { .count = 1 }, *known;
	struct ig_sample key = {};
	struct ig_stack *s;
	__u32 zero = 0;
	long len;

	if (!o || !o->group || o->ended)
		return 0;
	s = bpf_map_lookup_elem(&sample_stack, &zero);
	if (!s)
		return 0;
	__builtin_memset(s->ip, 0, sizeof(s->ip));
	len = bpf_get_stack(ctx, s->ip, sizeof(s->ip), 0);
	/* No return address: symbols are those of the byte before. */
	s->ip[0]++;
	key.op = o->op;
	key.hash = hash_stack(s);
	known = bpf_map_lookup_elem(&samples, &key);
	if (known) {
		__sync_fetch_and_add(&known->count, 1);
		return 0;
	}
	first.slot = keep_sample(s, len);
	if (bpf_map_update_elem(&samples, &key, &first, BPF_NOEXIST))
		count_loss(IG_LOSS_ATTACH_SAMPLES);
	return 0;
}

#endif /* IG_BPF_ATTACH_SAMPLE_H */
