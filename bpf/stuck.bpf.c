// SPDX-License-Identifier: GPL-2.0
/* The programs that look for tasks that are stuck. */
#include "core/maps.h"
#include <bpf/bpf_tracing.h>

#include "stuck/groups.h"
#include "stuck/tasks.h"

char LICENSE[] SEC("license") = "GPL";

/** struct where - what the collector says of the groups */
struct where {
	__u64 kset;
};

SEC("syscall")
int groups__now(struct where *where)
{
	look_at_groups(where->kset);
	return 0;
}

SEC("iter/task")
int tasks__now(struct bpf_iter__task *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;

	if (!task)
		return 0;
	look_at_task(task);
	bpf_loop(IG_STACK_DEPTH, name_frame, NULL, 0);
	bpf_seq_write(seq, &look, sizeof(look));
	return 0;
}
