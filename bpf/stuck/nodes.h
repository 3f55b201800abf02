/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who uses a node of kernfs that is being removed: the removal waits until
 * nobody reads or writes its file any more.
 */
#ifndef IG_BPF_STUCK_NODES_H
#define IG_BPF_STUCK_NODES_H

#include "stuck/scan.h"

/** struct node_scan - a stack that is searched for such nodes */
struct node_scan {
	__u64 of; /* 0: the nodes themselves; 1: files that are open on them */
	__u64 n;
	__u64 nodes[IG_NODES];
};

static struct node_scan node_scan;

/* KN_DEACTIVATED_BIAS of fs/kernfs/kernfs-internal.h is INT_MIN + 1. */
VERIFIED_ONCE int is_draining(__u64 node)
{
	__s32 active = 0;

	if (!is_kernel_address(node))
		return 0;
	bpf_probe_read_kernel(
		&active, sizeof(active),
		(void *)(node + bpf_core_field_offset(
					struct kernfs_node___stuck, active)));
	/* so many users less than none; more than 4096 are none at all */
	return active > (__s32)0x80000001 && active < (__s32)0x80001001;
}

static long find_node(__u32 i, void *data)
{
	struct node_scan *s = &node_scan;
	__u64 node = word_at(i);

	if (!is_kernel_address(node))
		return 0;
	if (s->of)
		node = read_word(node +
				 bpf_core_field_offset(
					 struct kernfs_open_file___stuck, kn));
	if (!is_draining(node))
		return 0;
	s->nodes[s->n & (IG_NODES - 1)] = node;
	s->n++;
	return s->n >= IG_NODES;
}

/** find_nodes() - nodes under removal that the stack in words[] has to do with */
static __always_inline void find_nodes(bool removes, struct ig_task_look *look)
{
	__builtin_memset(&node_scan, 0, sizeof(node_scan));
	node_scan.of = !removes;
	bpf_loop(scan.n, find_node, NULL, 0);
	__builtin_memcpy(look->nodes, node_scan.nodes, sizeof(look->nodes));
}

#endif /* IG_BPF_STUCK_NODES_H */
