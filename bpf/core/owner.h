/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who holds a mutex or a rw_semaphore, by the kernel's own word.
 *
 * With PREEMPT_RT both are made of an rt_mutex.  On a kernel with neither kind
 * the programs do not load, so that nothing is taken for free or for held that
 * cannot be read.
 */
#ifndef IG_BPF_OWNER_H
#define IG_BPF_OWNER_H

#include "core/vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

/* Readers of a rw_semaphore are only counted: RWSEM_READER_SHIFT. */
#define SEM_READER_SHIFT 8
/* RWSEM_FLAG_WAITERS */
#define SEM_FLAG_WAITERS 2
/* With PREEMPT_RT above the number are READER_BIAS and WRITER_BIAS. */
#define RT_READERS (1u << 30)

/* An owner is a task with flags in the low bits, of an rt_mutex as well. */
static __always_inline bool is_current(__u64 owner)
{
	return (owner & ~7ull) == bpf_get_current_task();
}

/** mutex_is_mine() - whether the task that runs holds a mutex */
static __always_inline bool mutex_is_mine(struct mutex *mutex)
{
	struct mutex___rt *rt = (void *)mutex;

	if (bpf_core_field_exists(rt->rtmutex))
		return is_current((__u64)BPF_CORE_READ(rt, rtmutex.owner));
	return is_current(BPF_CORE_READ(mutex, owner.counter));
}

/** sem_is_mine() - whether it holds a rw_semaphore as a writer */
static __always_inline bool sem_is_mine(struct rw_semaphore *sem)
{
	struct rw_semaphore___rt *rt = (void *)sem;

	if (bpf_core_field_exists(rt->rwbase))
		return is_current(
			(__u64)BPF_CORE_READ(rt, rwbase.rtmutex.owner));
	return is_current(BPF_CORE_READ(sem, owner.counter));
}

/**
 * sem_is_read_by_me() - whether nobody has read it since this task did
 *
 * Others may have it as well otherwise, and this one may have lost it unseen.
 * With PREEMPT_RT nobody tells.
 */
static __always_inline bool sem_is_read_by_me(struct rw_semaphore *sem)
{
	struct rw_semaphore___rt *rt = (void *)sem;

	if (bpf_core_field_exists(rt->rwbase))
		return false;
	return is_current(BPF_CORE_READ(sem, owner.counter));
}

/** sem_readers() - how many hold it as readers; a writer makes it negative or 0
 */
static __always_inline __s64 sem_readers(struct rw_semaphore *sem)
{
	struct rw_semaphore___rt *rt = (void *)sem;

	if (bpf_core_field_exists(rt->rwbase))
		return (__u32)BPF_CORE_READ(rt, rwbase.readers.counter) %
		       RT_READERS;
	return (__s64)BPF_CORE_READ(sem, count.counter) >> SEM_READER_SHIFT;
}

/** sem_has_waiters() - whether anybody waits for it, or has it as a writer */
static __always_inline bool sem_has_waiters(struct rw_semaphore *sem)
{
	struct rw_semaphore___rt *rt = (void *)sem;

	if (bpf_core_field_exists(rt->rwbase))
		return BPF_CORE_READ(rt, rwbase.rtmutex.owner) ||
		       BPF_CORE_READ(rt, rwbase.readers.counter) >= 0;
	return BPF_CORE_READ(sem, count.counter) & SEM_FLAG_WAITERS;
}

/** percpu_is_written() - whether a writer has it; nothing tells which */
static __always_inline bool percpu_is_written(struct percpu_rw_semaphore *sem)
{
	return BPF_CORE_READ(sem, block.counter);
}

#endif /* IG_BPF_OWNER_H */
