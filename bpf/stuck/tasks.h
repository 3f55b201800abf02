/* SPDX-License-Identifier: GPL-2.0 */
/* One task: whether it sleeps, since when, what for, and who waits for it. */
#ifndef IG_BPF_STUCK_TASKS_H
#define IG_BPF_STUCK_TASKS_H

#include "core/stack.h"
#include "stuck/nodes.h"

static struct ig_task_look look;

__u64 kthread_size = 0;

/* kernfs_drain(); the scheduler's own functions are not in @ip. */
const volatile struct ig_wait_range kernfs_drain = {};

static long find_drain(__u32 i, void *data)
{
	if (i >= IG_STACK_DEPTH || i >= look.nr)
		return 1;
	if (look.ip[i] <= kernfs_drain.start || look.ip[i] > kernfs_drain.end)
		return 0;
	look.sort = IG_SORT_KERNFS;
	return 1;
}

static long name_frame(__u32 i, void *data)
{
	if (i >= IG_STACK_DEPTH || i >= look.nr)
		return 1;
	keep_symbol(look.ip[i]);
	return 0;
}

static __always_inline void read_lock_state(__u64 waiter)
{
	struct semaphore___stuck *sem = (void *)look.lock;
	struct rw_semaphore *rwsem = (void *)look.lock;
	struct rwsem_waiter___stuck *w = (void *)waiter;
	struct mutex *mutex = (void *)look.lock;

	if (look.sort == IG_SORT_MUTEX) {
		if (bpf_core_field_exists(struct mutex, owner))
			look.owner = BPF_CORE_READ(mutex, owner.counter);
	} else if (look.sort == IG_SORT_RWSEM) {
		if (bpf_core_field_exists(struct rw_semaphore, owner)) {
			look.owner = BPF_CORE_READ(rwsem, owner.counter);
			look.count = BPF_CORE_READ(rwsem, count.counter);
		}
		look.read = BPF_CORE_READ(w, type) ==
			    RWSEM_WAITING_FOR_READ___stuck;
	} else if (look.sort == IG_SORT_SEMAPHORE) {
		look.count = BPF_CORE_READ(sem, count);
	}
}

/* PREEMPT_RT: all sleeping locks are made of one, and that a task points at. */
static __always_inline bool blocked_on_rt(struct task_struct___stuck *task)
{
	struct rt_mutex_waiter___stuck *waiter;

	if (!bpf_core_field_exists(struct mutex___rt, rtmutex) ||
	    !bpf_core_field_exists(struct task_struct___stuck, pi_blocked_on))
		return false;
	waiter = BPF_CORE_READ(task, pi_blocked_on);
	if (!waiter)
		return false;
	look.lock = (__u64)BPF_CORE_READ(waiter, lock);
	look.owner = (__u64)BPF_CORE_READ(waiter, lock, owner);
	look.sort = IG_SORT_MUTEX;
	return true;
}

static __noinline void look_at_wait(struct task_struct___stuck *task)
{
	static const char fmt[] = "%pS";

	if (!read_stack(task))
		return;
	find_nodes(look.sort == IG_SORT_KERNFS, &look);
	if (look.sort == IG_SORT_KERNFS)
		return;
	bpf_loop(scan.n, scan_word, NULL, 0);
	if (scan.sort == IG_SORT_COMPLETION) {
		look.completion = scan.lock;
		return;
	}
	/* What sleeps elsewhere can have an old address of a lock's on its
	 * stack. */
	if (!scan.waiter)
		return;
	look.sort = scan.sort;
	look.lock = scan.lock;
	if (!look.lock)
		return;
	read_lock_state(scan.waiter);
	bpf_snprintf(look.name, sizeof(look.name), fmt, &look.lock,
		     sizeof(look.lock));
}

/** struct barriers - a walk along the work items behind the present one */
struct barriers {
	__u64 at;
	__u64 head;
};

static long next_barrier(__u32 i, struct barriers *b)
{
	if (b->at == b->head || !is_kernel_address(b->at))
		return 1;
	look.barriers[i & (IG_BARRIERS - 1)] = b->at;
	b->at = read_word(b->at);
	return 0;
}

/* Of a kworker.  Who waits for an item puts one of its own behind it. */
static __always_inline void look_at_worker(void)
{
	struct kthread___stuck *kthread = (void *)look.kthread;
	struct worker___stuck *worker = BPF_CORE_READ(kthread, data);
	struct barriers b = {};

	if (!worker)
		return;
	b.head = (__u64)worker +
		 bpf_core_field_offset(struct worker___stuck, scheduled);
	b.at = read_word(b.head);
	bpf_loop(IG_BARRIERS, next_barrier, &b, 0);
}

static __always_inline void look_at_ids(struct task_struct___stuck *task)
{
	look.task = (__u64)task;
	look.tgid = BPF_CORE_READ(task, tgid);
	look.pid = BPF_CORE_READ(task, pid);
	look.parent = BPF_CORE_READ(task, real_parent, tgid);
	look.state = BPF_CORE_READ(task, __state);
	look.exit_state = BPF_CORE_READ(task, exit_state);
	look.exit_signal = BPF_CORE_READ(task, exit_signal);
	look.flags = BPF_CORE_READ(task, flags);
	look.stack = (__u64)BPF_CORE_READ(task, stack);
	look.switches =
		BPF_CORE_READ(task, nvcsw) + BPF_CORE_READ(task, nivcsw);
	if (bpf_core_field_exists(struct task_struct___stuck,
				  sched_info.last_arrival))
		look.ran = BPF_CORE_READ(task, sched_info.last_arrival);
	look.now = bpf_ktime_get_ns();
	if (look.flags & PF_KTHREAD)
		look.kthread = (__u64)BPF_CORE_READ(task, worker_private);
	kthread_size = bpf_core_type_size(struct kthread___stuck);
	bpf_probe_read_kernel_str(look.comm, sizeof(look.comm), &task->comm);
}

/**
 * look_at_task() - fill in what is written for one task
 * @task: the task
 */
static __always_inline void look_at_task(struct task_struct *task)
{
	struct task_struct___stuck *t = (void *)task;
	long len;

	__builtin_memset(&look, 0, sizeof(look));
	look_at_ids(t);
	if (look.exit_state)
		return;
	len = bpf_get_task_stack(task, look.ip, sizeof(look.ip), 0);
	look.nr = len > 0 ? len / sizeof(__u64) : 0;
	if (!(look.state & TASK_SLEEPS))
		return;
	bpf_loop(IG_STACK_DEPTH, find_drain, NULL, 0);
	if (!blocked_on_rt(t))
		look_at_wait(t);
	if (look.flags & PF_WQ_WORKER && look.kthread)
		look_at_worker();
}

#endif /* IG_BPF_STUCK_TASKS_H */
