/* SPDX-License-Identifier: GPL-2.0 */
/* Kernel types that only the look for stuck tasks reads, see core/vmlinux.h. */
#ifndef IG_BPF_STUCK_KERNEL_H
#define IG_BPF_STUCK_KERNEL_H

#include "core/maps.h"
#include "iommu_group_stuck.h"

struct seq_file;

#pragma clang attribute push(__attribute__((preserve_access_index)),           \
			     apply_to = record)

/* Waiters are a list with a head in the lock, or, since 7.1, without one. */
struct mutex_waiter___stuck {
	struct list_head list;
	struct task_struct *task;
};

struct mutex___stuck {
	struct list_head wait_list;
	void *first_waiter;
};

enum rwsem_waiter_type___stuck {
	RWSEM_WAITING_FOR_WRITE___stuck,
	RWSEM_WAITING_FOR_READ___stuck,
};

struct rwsem_waiter___stuck {
	struct list_head list;
	struct task_struct *task;
	enum rwsem_waiter_type___stuck type;
};

struct rw_semaphore___stuck {
	struct list_head wait_list;
	void *first_waiter;
};

struct semaphore_waiter___stuck {
	struct list_head list;
	struct task_struct *task;
};

struct semaphore___stuck {
	unsigned int count;
	struct list_head wait_list;
	void *first_waiter;
};

/* PREEMPT_RT */
struct rt_mutex_base___stuck {
	struct task_struct *owner;
};

struct rt_mutex_waiter___stuck {
	struct rt_mutex_base___stuck *lock;
};

struct swait_queue___stuck {
	struct task_struct *task;
	struct list_head task_list;
};

struct swait_queue_head___stuck {
	struct list_head task_list;
};

struct completion___stuck {
	struct swait_queue_head___stuck wait;
};

struct work_struct___stuck {
	struct list_head entry;
};

struct worker___stuck {
	struct list_head scheduled;
};

struct kthread___stuck {
	void *data;
};

struct kernfs_node___stuck {
	atomic_t active;
};

struct kernfs_open_file___stuck {
	struct kernfs_node___stuck *kn;
};

struct sched_info___stuck {
	unsigned long long last_arrival;
};

struct thread_struct___stuck {
	unsigned long sp;
};

struct task_struct___stuck {
	unsigned int __state;
	int exit_state;
	int exit_signal;
	unsigned int flags;
	int pid;
	int tgid;
	void *stack;
	void *worker_private;
	struct task_struct___stuck *real_parent;
	unsigned long nvcsw;
	unsigned long nivcsw;
	struct sched_info___stuck sched_info;
	struct thread_struct___stuck thread;
	struct rt_mutex_waiter___stuck *pi_blocked_on;
	char comm[16];
};

struct kset___stuck {
	struct list_head list;
};

struct kobject___stuck {
	struct list_head entry;
};

struct bpf_iter_meta {
	struct seq_file *seq;
};

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};

#pragma clang attribute pop

/* include/linux/sched.h */
#define TASK_SLEEPS 3 /* TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE */
#define PF_WQ_WORKER 0x20
#define PF_KTHREAD 0x200000

static __always_inline __u64 read_word(__u64 addr)
{
	__u64 value = 0;

	bpf_probe_read_kernel(&value, sizeof(value), (void *)addr);
	return value;
}

/* The upper half of the address space, which is the kernel's. */
static __always_inline bool is_kernel_address(__u64 addr)
{
	return addr >> 47 == 0x1ffff && !(addr & 7);
}

#endif /* IG_BPF_STUCK_KERNEL_H */
