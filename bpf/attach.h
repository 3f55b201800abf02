/* SPDX-License-Identifier: GPL-2.0 */
/* What is kept of an operation that has ended. */
#ifndef IG_BPF_ATTACH_H
#define IG_BPF_ATTACH_H

#include "attach_ops.h"
#include "attach_size.h"
#include "loop.h"

/** IG_CAS_TRIES - attempts at a minimum or maximum */
#define IG_CAS_TRIES 16

/* Only the group with this id, -1 for all. */
const volatile __s32 only_group = -1;

const volatile struct ig_attach_times empty_times = {};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024); /* resized */
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct ig_attach_case);
	__type(value, struct ig_attach_times);
} attach_cases SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024); /* resized */
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct ig_attach_error);
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
	struct ig_attach_case of;
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

static __always_inline struct ig_attach_times *
times_of(const struct ig_attach_case *of)
{
	struct ig_attach_times *t = bpf_map_lookup_elem(&attach_cases, of);

	if (t)
		return t;
	/* Another CPU may have been faster, or the map be full. */
	bpf_map_update_elem(&attach_cases, of, (void *)&empty_times,
			    BPF_NOEXIST);
	return bpf_map_lookup_elem(&attach_cases, of);
}

static __noinline void count_error(const struct ended *e)
{
	struct ig_attach_error key = { .of = e->of, .err = e->err };
	__u64 *n, zero = 0;

	n = bpf_map_lookup_elem(&attach_errors, &key);
	if (!n) {
		bpf_map_update_elem(&attach_errors, &key, &zero, BPF_NOEXIST);
		n = bpf_map_lookup_elem(&attach_errors, &key);
	}
	if (n)
		__sync_fetch_and_add(n, 1);
	else
		count_loss(IG_LOSS_ATTACH_CASES);
}

static __noinline void count_times(struct open_op *o, const struct ended *e)
{
	struct ig_attach_times *t = times_of(&e->of);
	__u32 bucket = ig_hist_bucket(e->total);

	if (!t) {
		count_loss(IG_LOSS_ATTACH_CASES);
		return;
	}
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
	if (bucket < IG_HIST_BUCKETS)
		__sync_fetch_and_add(&t->buckets[bucket], 1);
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

/**
 * op_ends() - an operation returns
 * @ctx: the program's context
 * @op: which
 * @err: what it returns
 */
static __noinline void op_ends(void *ctx, __u32 op, __s32 err)
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
		e.of.devices = group_size((void *)o->group);
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
