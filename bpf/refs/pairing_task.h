/* SPDX-License-Identifier: GPL-2.0 */
/* Open gets are remembered with the task: stock kernels. */
#ifndef IG_BPF_PAIRING_TASK_H
#define IG_BPF_PAIRING_TASK_H

#include "refs/pairing.h"

/** struct ig_task - the open gets of a task, the latest last */
struct ig_task {
	__u32 n;
	struct ig_open open[IG_NESTING];
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct ig_task);
} tasks SEC(".maps");

static __always_inline struct ig_task *this_task(void)
{
	return bpf_task_storage_get(&tasks, bpf_get_current_task_btf(), 0,
				    BPF_LOCAL_STORAGE_GET_F_CREATE);
}

/* Remember an open get; the oldest goes when a task has too many. */
VERIFIED_ONCE int task_opens(struct ig_group *g, __u32 slot)
{
	struct ig_task *t = this_task();
	__u32 n, i;

	if (!t || !g)
		return 0;
	n = t->n;
	if (n >= IG_NESTING) {
		for (i = 0; i < IG_NESTING - 1; i++)
			t->open[i] = t->open[i + 1];
		n = IG_NESTING - 1;
	}
	t->open[n].addr = g->addr;
	t->open[n].gen = g->gen;
	t->open[n].slot = slot;
	t->n = n + 1;
	return 0;
}

/* Find the open get of this task that a put most likely answers; close it. */
VERIFIED_ONCE int task_closes(struct ig_group *g, __u32 slot)
{
	struct ig_task *t = this_task();
	__u32 n, i, j, like, best = 0, at = 0, opener;
	struct ig_site *put;

	if (!t || !g || slot >= IG_SITES)
		return 0;
	put = site_at(g, slot);
	n = t->n;
	for (i = 0; i < IG_NESTING && best < 4; i++) {
		j = n - 1 - i;
		if (j >= IG_NESTING)
			break;
		like = likeness(g, &t->open[j], put, slot);
		if (like > best) {
			best = like;
			at = j;
		}
	}
	if (!best || at >= IG_NESTING)
		return 0;
	opener = t->open[at].slot;
	if (at + 1 < n)
		for (i = 0; i < IG_NESTING - 1; i++)
			if (i >= at && i + 1 < n)
				t->open[i] = t->open[i + 1];
	t->n = n - 1;
	if (opener < IG_SITES)
		pair(g, site_at(g, opener), put, slot);
	return 0;
}

#endif /* IG_BPF_PAIRING_TASK_H */
