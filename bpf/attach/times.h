/* SPDX-License-Identifier: GPL-2.0 */
/* What is kept of an operation that has ended. */
#ifndef IG_BPF_ATTACH_H
#define IG_BPF_ATTACH_H

#include "attach/ops.h"
#include "attach/size.h"
#include "core/loop.h"

/** IG_CAS_TRIES - attempts at a minimum or maximum */
#define IG_CAS_TRIES 16

/* Only the group with this id, -1 for all. */
const volatile __s32 only_group = -1;

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1024); /* resized */
	__type(key, __u32);
	__type(value, struct ig_timing_sum);
} attach_sums SEC(".maps");

/* Index in attach_sums, where it is not in recent_sums[]. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024); /* as attach_sums */
	__type(key, struct ig_timing_case);
	__type(value, __u32);
} attach_cases SEC(".maps");

__u32 next_attach_sum = 0;

/** IG_RECENT_BITS - log2 of the cases that are found without a look-up */
#define IG_RECENT_BITS 10

static __u32 recent_sums[1 << IG_RECENT_BITS];

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024); /* resized */
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct ig_timing_error);
	__type(value, __u64);
} attach_errors SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, IG_SLOWEST);
	__type(key, __u32);
	__type(value, struct ig_slow);
} slowest SEC(".maps");

/** struct slow_state - of a CPU's slowest operations */
struct slow_state {
	__u64 least; /* what an operation must exceed to be among them */
	__u32 busy; /* one is being entered */
	__u32 pad;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct slow_state);
} slow_states SEC(".maps");

/* An operation that has ended, as it goes into the maps. */
struct ended {
	struct ig_timing_case of;
	__s32 err;
	__u64 total;
};

static __always_inline void keep_min(__u64 *min, __u64 value)
{
	__u64 old;
	int i;

	for (i = 0; i < IG_CAS_TRIES; i++) {
		old = *min;
		/* 0 is that of none yet. */
		if ((old && old <= value) ||
		    __sync_val_compare_and_swap(min, old, value) == old)
			return;
	}
}

static __always_inline void keep_max(__u64 *max, __u64 value)
{
	__u64 old;
	int i;

	for (i = 0; i < IG_CAS_TRIES; i++) {
		old = *max;
		if (old >= value ||
		    __sync_val_compare_and_swap(max, old, value) == old)
			return;
	}
}

/* NULL when there is no more room. */
static __always_inline struct ig_timing_sum *
new_sum(const struct ig_timing_case *of)
{
	__u32 index = next_attach_sum, *first;
	struct ig_timing_sum *sum;

	/* First a look, or the number would grow with each that has no room. */
	if (!bpf_map_lookup_elem(&attach_sums, &index))
		return NULL;
	index = __sync_fetch_and_add(&next_attach_sum, 1);
	sum = bpf_map_lookup_elem(&attach_sums, &index);
	if (!sum)
		return NULL;
	sum->of = *of;
	if (!bpf_map_update_elem(&attach_cases, of, &index, BPF_NOEXIST)) {
		sum->used = 1;
		return sum;
	}
	/* Another CPU was faster. */
	first = bpf_map_lookup_elem(&attach_cases, of);
	return first ? bpf_map_lookup_elem(&attach_sums, first) : NULL;
}

static __always_inline struct ig_timing_sum *
find_sum(const struct ig_timing_case *from, __u32 at)
{
	/* Verifiers before 6.4 take no key but from the own stack. */
	struct ig_timing_case of = *from;
	__u32 *index = bpf_map_lookup_elem(&attach_cases, &of);

	if (!index)
		return new_sum(&of);
	recent_sums[at & ((1 << IG_RECENT_BITS) - 1)] = *index;
	return bpf_map_lookup_elem(&attach_sums, index);
}

static __always_inline struct ig_timing_sum *
sum_of(const struct ig_timing_case *of)
{
	__u32 key = of->devices * 32 + of->op * 2 + of->failed;
	__u32 at = key * 0x9e3779b9u >> (32 - IG_RECENT_BITS);
	__u32 index = recent_sums[at];
	struct ig_timing_sum *sum = bpf_map_lookup_elem(&attach_sums, &index);

	if (!sum || !sum->used || sum->of.op != of->op ||
	    sum->of.devices != of->devices || sum->of.failed != of->failed)
		return find_sum(of, at);
	return sum;
}

VERIFIED_ONCE int count_error(const struct ended *e)
{
	struct ig_timing_error key = {};
	__u64 *n, zero = 0;

	if (!e)
		return 0;
	key.of = e->of;
	key.err = e->err;
	n = bpf_map_lookup_elem(&attach_errors, &key);
	if (!n) {
		bpf_map_update_elem(&attach_errors, &key, &zero, BPF_NOEXIST);
		n = bpf_map_lookup_elem(&attach_errors, &key);
	}
	if (n)
		__sync_fetch_and_add(n, 1);
	else
		count_loss(IG_LOSS_ATTACH_CASES);
	return 0;
}

VERIFIED_ONCE int count_times(struct open_op *o, const struct ended *e)
{
	struct ig_timing_times *t;
	struct ig_timing_sum *sum;
	__u32 bucket;

	if (!o || !e)
		return 0;
	sum = sum_of(&e->of);
	if (!sum) {
		count_loss(IG_LOSS_ATTACH_CASES);
		return 0;
	}
	t = &sum->times;
	__sync_fetch_and_add(&t->count, 1);
	__sync_fetch_and_add(&t->total, e->total);
	keep_min(&t->min, e->total);
	keep_max(&t->max, e->total);
	keep_min(&t->least, e->total - o->wait);
	if (o->wait) {
		__sync_fetch_and_add(&t->wait, o->wait);
		keep_max(&t->max_wait, o->wait);
	}
	__sync_fetch_and_add(&t->driver, o->driver);
	__sync_fetch_and_add(&t->calls, o->calls);
	bucket = ig_hist_bucket(e->total);
	/* What is compared is what is added, or old verifiers lose track. */
	asm volatile("" : "+r"(bucket));
	if (bucket < IG_HIST_BUCKETS)
		__sync_fetch_and_add(&t->buckets[bucket], 1);
	return 0;
}

/** struct slow_search - for the quickest of the slowest */
struct slow_search {
	__u64 least;
	__u64 next; /* the one after it */
	__u32 at;
};

static long search_slow(__u32 i, struct slow_search *s)
{
	struct ig_slow *slow = bpf_map_lookup_elem(&slowest, &i);

	if (!slow)
		return 1;
	if (slow->total < s->least) {
		s->next = s->least;
		s->least = slow->total;
		s->at = i;
	} else if (slow->total < s->next) {
		s->next = slow->total;
	}
	return 0;
}

static __noinline void enter_slow(void *ctx, struct open_op *o,
				  const struct ended *e, struct slow_state *s)
{
	struct slow_search found = { .least = start_with(~0ull),
				     .next = start_with(~0ull),
				     .at = start_with(0) };
	struct iommu_group *group = (void *)o->group;
	struct ig_slow *slow;
	__u32 i;

	bpf_loop(IG_SLOWEST, search_slow, &found, 0);
	slow = bpf_map_lookup_elem(&slowest, &found.at);
	if (!slow)
		return;
	slow->total = e->total;
	slow->began = o->began;
	slow->wait = o->wait;
	slow->driver = o->driver;
	slow->calls = o->calls;
	slow->of = e->of;
	slow->group = BPF_CORE_READ(group, id);
	slow->err = e->err;
	slow->slowest_call = o->slowest_call;
	slow->slowest = o->slowest;
	slow->device[0] = 0;
	if (o->slowest_device)
		read_device_name((void *)o->slowest_device, slow->device);
	for (i = 0; i < IG_SLOW_CALLS; i++)
		slow->call[i] = o->call[i];
	slow->stack = keep_stack(ctx, slow->stack);
	s->least = found.next < e->total ? found.next : e->total;
}

static __always_inline void keep_slow(void *ctx, struct open_op *o,
				      const struct ended *e)
{
	__u32 zero = 0;
	struct slow_state *s = bpf_map_lookup_elem(&slow_states, &zero);

	if (!s || e->total <= s->least)
		return;
	/* A task that was preempted on this CPU is at it. */
	if (s->busy) {
		count_loss(IG_LOSS_ATTACH_SLOW);
		return;
	}
	s->busy = 1;
	enter_slow(ctx, o, e, s);
	s->busy = 0;
}

/** op_begins() - see begin_op() */
static __always_inline void op_begins(void *ctx, __u32 op,
				      struct iommu_group *group)
{
	if (!group || (only_group >= 0 && group->id != only_group))
		return;
	begin_op(ctx, op, (__u64)group,
		 (__u64)group +
			 bpf_core_field_offset(struct iommu_group, mutex));
}

/* As a number, which it is once it was stored: of a pointer none is made. */
static __always_inline __u64 last_device(struct open_op *o,
					 struct iommu_group *group)
{
	*(volatile __u64 *)&o->last = (__u64)group->devices.prev;
	return *(volatile __u64 *)&o->last;
}

/**
 * op_ends() - an operation returns
 * @ctx: the program's context
 * @op: which
 * @group: as it began with
 * @err: what it returns
 */
static __noinline void op_ends(void *ctx, __u32 op, struct iommu_group *group,
			       __s32 err)
{
	__u64 now = bpf_ktime_get_ns();
	__u64 task = bpf_get_current_task();
	struct open_op *o = find_op(task);
	struct ended e = {};

	/* None: it began before the run. */
	if (!o || --o->depth)
		return;
	o->ended = 1;
	if (o->op != op) {
		count_loss(IG_LOSS_ATTACH_MISSED);
	} else {
		e.of.op = op;
		e.of.devices = group_size(o->group, last_device(o, group));
		e.of.failed = err < 0;
		/* A function of sysfs returns how much was written. */
		e.err = err < 0 ? err : 0;
		e.total = now - o->began;
		count_times(o, &e);
		if (err < 0)
			count_error(&e);
		keep_slow(ctx, o, &e);
	}
	o->task = 0;
}

#endif /* IG_BPF_ATTACH_H */
