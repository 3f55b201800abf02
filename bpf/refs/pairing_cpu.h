/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Open gets are remembered with the CPU: the tracepoint backend.  The path of a
 * get and a put that were seen before is a few dozen instructions: no hash, no
 * task storage, no helper but the current task.
 */
#ifndef IG_BPF_PAIRING_CPU_H
#define IG_BPF_PAIRING_CPU_H

#include "core/groups.h"
#include "core/loop.h"
#include "refs/pairing.h"

/** IG_MAX_CPUS - as many as a kernel can have (CONFIG_NR_CPUS on x86) */
#define IG_MAX_CPUS 8192

/* The latest gets on a CPU that no put has answered yet. */
struct ig_recent {
	__u64 task;
	__u64 started; /* of the task, whose address can be another's later */
	struct ig_open open;
};

struct ig_cpu {
	__u64 n;
	struct ig_recent recent[IG_RECENT];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct ig_cpu);
} recent SEC(".maps");

static __always_inline struct ig_cpu *this_cpu(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&recent, &zero);
}

static __always_inline struct ig_recent *recent_at(struct ig_cpu *cpu, __u64 i)
{
	asm volatile("%0 &= %1" : "+r"(i) : "i"(IG_RECENT - 1));
	return &cpu->recent[i];
}

static __always_inline bool is_mine(struct ig_recent *r,
				    struct task_struct *task)
{
	return r->task == (__u64)task && r->started == task->start_time;
}

/* Slot IG_SITES stands for a device that left, whose own reference is next. */
static __always_inline void cpu_opens(struct ig_group *g, __u32 slot)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct ig_cpu *cpu = this_cpu();
	struct ig_recent *r;
	__u64 n;

	if (!cpu)
		return;
	n = cpu->n;
	cpu->n = n + 1;
	r = recent_at(cpu, n);
	r->task = (__u64)task;
	r->started = task->start_time;
	r->open.addr = g->addr;
	r->open.gen = g->gen;
	r->open.slot = slot;
}

static __always_inline bool is_devices(struct ig_group *g, struct ig_open *open)
{
	return open->slot == IG_SITES && open->addr == g->addr &&
	       open->gen == g->gen;
}

/* As task_closes(), among the few that this CPU remembers. */
VERIFIED_ONCE int cpu_closes_any(struct ig_group *g, __u32 slot)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct ig_cpu *cpu = this_cpu();
	struct ig_recent *r, *best = NULL;
	__u32 i, like, most = 0, opener;
	struct ig_site *put;
	__u64 n;

	if (!g || !cpu || slot >= IG_SITES)
		return 0;
	put = site_at(g, slot);
	n = cpu->n;
#pragma unroll
	for (i = 1; i <= IG_RECENT; i++) {
		r = recent_at(cpu, n - i);
		if (!is_mine(r, task))
			continue;
		like = is_devices(g, &r->open) ?
			       5 :
			       likeness(g, &r->open, put, slot);
		if (like > most) {
			most = like;
			best = r;
		}
	}
	if (!best)
		return 0;
	opener = best->open.slot;
	best->task = 0;
	if (opener < IG_SITES)
		pair(g, site_at(g, opener), put, slot);
	else
		__sync_fetch_and_add(&put->matched, 1);
	return 0;
}

/*
 * Nearly always a put answers the latest get of its CPU, from the same
 * function.  Whether it does takes a few comparisons; else there is more to
 * look at.
 */
static __always_inline void cpu_closes(struct ig_group *g, __u32 slot,
				       struct ig_site *put)
{
	struct ig_cpu *cpu = this_cpu();
	struct ig_recent *r;
	struct ig_site *get;

	if (!cpu)
		return;
	r = recent_at(cpu, cpu->n - 1);
	if (r->open.slot < IG_SITES && r->open.addr == g->addr &&
	    r->open.gen == g->gen && is_mine(r, bpf_get_current_task_btf())) {
		get = site_at(g, r->open.slot);
		if (get->func == put->func) {
			r->task = 0;
			cpu->n--;
			pair(g, get, put, slot);
			return;
		}
	}
	cpu_closes_any(g, slot);
}

/** struct search - for the latest get of a task, on any CPU */
struct search {
	struct ig_group *g;
	struct task_struct *task;
	bool found; /* then no CPU is looked at any more, so no start_with() */
};

static __always_inline void answer_latest(struct ig_cpu *cpu, struct search *s)
{
	struct ig_recent *r;
	__u64 n = cpu->n;
	__u32 i;

#pragma unroll
	for (i = 1; i <= IG_RECENT; i++) {
		r = recent_at(cpu, n - i);
		if (s->found || !is_mine(r, s->task) ||
		    r->open.addr != s->g->addr || r->open.gen != s->g->gen ||
		    r->open.slot >= IG_SITES)
			continue;
		__sync_fetch_and_add(&site_at(s->g, r->open.slot)->answered, 1);
		r->task = 0;
		s->found = true;
	}
}

static long search_cpu(__u32 i, struct search *s)
{
	struct ig_cpu *cpu;
	__u32 zero = 0;

	cpu = bpf_map_lookup_percpu_elem(&recent, &zero, i);
	if (!cpu)
		return 1;
	answer_latest(cpu, s);
	return s->found;
}

/*
 * A device that enters a group takes over the latest reference of its task:
 * the one the group was allocated with, or that device_group() or
 * iommu_group_add_device() took.  From then on it is the device's.
 */
static __noinline void device_takes_over(__u32 id)
{
	struct search s = { record_of(id), bpf_get_current_task_btf(), false };
	struct ig_cpu *cpu = this_cpu();

	if (!s.g || !cpu)
		return;
	answer_latest(cpu, &s);
	/* The group lock was taken meanwhile, so it may have moved. */
	if (!s.found)
		bpf_loop(IG_MAX_CPUS, search_cpu, &s, 0);
}

/* The next put of this task is that of a device that has left. */
static __noinline void device_gives_back(__u32 id)
{
	struct ig_group *g = record_of(id);

	if (g)
		cpu_opens(g, IG_SITES);
}

#endif /* IG_BPF_PAIRING_CPU_H */
