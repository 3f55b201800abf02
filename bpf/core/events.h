/* SPDX-License-Identifier: GPL-2.0 */
/* The stream of lifecycle events for trace; nothing is accounted here. */
#ifndef IG_BPF_EVENTS_H
#define IG_BPF_EVENTS_H

#include "core/groups.h"

/* Somebody wants the stream. */
const volatile bool stream_events = false;

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20); /* resized */
} events SEC(".maps");

/** struct event_args - one event before it is in the ring buffer */
struct event_args {
	__u32 op;
	__u32 group;
	__s32 kref;
	__s32 ret;
	__u64 addr;
	__u64 ip;
	struct device *dev;
	__u32 what;
	__u32 number;
	__u64 callback;
};

static __noinline void send_event(struct event_args *h)
{
	struct ig_event *e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);

	if (!e) {
		count_loss(IG_LOSS_RINGBUF);
		return;
	}
	e->ns = bpf_ktime_get_ns();
	e->addr = h->addr;
	e->ip = h->ip;
	e->op = h->op;
	e->group = h->group;
	e->kref = h->kref;
	e->ret = h->ret;
	e->what = h->what;
	e->number = h->number;
	e->callback = h->callback;
	e->pid = bpf_get_current_pid_tgid();
	bpf_get_current_comm(e->comm, sizeof(e->comm));
	e->device[0] = 0;
	if (h->dev)
		read_device_name(h->dev, e->device);
	bpf_ringbuf_submit(e, 0);
}

#endif /* IG_BPF_EVENTS_H */
