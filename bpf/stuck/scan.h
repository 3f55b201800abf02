/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a task that sleeps waits for.
 *
 * The kernel keeps no pointer from a task to the lock it waits for, but both
 * are on the task's stack: the entry in the lock's list of waiters, and the
 * lock's address, in a register that was saved.  Of all addresses there, the
 * lock is the one from which a list leads to that entry.  This is proof,
 * whatever else is there by chance.
 */
#ifndef IG_BPF_STUCK_SCAN_H
#define IG_BPF_STUCK_SCAN_H

#include "stuck/kernel.h"

/** SCAN_WORDS - of the top of a stack: a lock's functions are innermost */
#define SCAN_WORDS 512
/** LIST_STEPS - waiters of one lock that are walked along */
#define LIST_STEPS 64
/** STACK_BYTES - of a stack, without KASAN */
#define STACK_BYTES 16384

const volatile struct ig_wait_range wait_ranges[IG_WAIT_RANGES] = {};
const volatile __u32 nwait_ranges = 0;
/* All of them are in here. */
const volatile __u64 wait_start = 0, wait_end = 0;

/*
 * One reader at a time: an iteration has a file, and that has a lock.  What is
 * here and not on the stack, the verifier does not follow, so that a loop is as
 * good as its second round to it.
 */
static __u64 words[SCAN_WORDS];

/**
 * struct scan - a stack that is searched
 * @sp: address of words[0]
 * @n: words
 * @task: whose it is
 * @waiter: entry in a list of waiters, 0 when none was found
 * @sort: of the function that sleeps whose return address was met last
 * @lock: what was found: the lock, or the completion
 */
struct scan {
	__u64 sp;
	__u64 n;
	__u64 task;
	__u64 waiter;
	__u64 lock;
	__u64 sort;
};

static struct scan scan;

static __always_inline __u64 word_at(__u64 i)
{
	return words[i & (SCAN_WORDS - 1)];
}

/* Where a lock keeps its waiters, and whether as a list with a head. */
#define FIRST_WAITER(type, lock, head)                                         \
	({                                                                     \
		__u64 at_ = 0;                                                 \
                                                                               \
		if (bpf_core_field_exists(struct type, first_waiter)) {        \
			at_ = (lock) + bpf_core_field_offset(struct type,      \
							     first_waiter);    \
			*(head) = false;                                       \
		} else if (bpf_core_field_exists(struct type, wait_list)) {    \
			at_ = (lock) +                                         \
			      bpf_core_field_offset(struct type, wait_list);   \
			*(head) = true;                                        \
		}                                                              \
		at_;                                                           \
	})

/* The first waiter of a lock, 0 if there is none, or this is no lock. */
static __always_inline __u64 first_waiter_of(__u64 lock, __u64 sort)
{
	bool head = false;
	__u64 at = 0, first;

	if (sort == IG_SORT_MUTEX)
		at = FIRST_WAITER(mutex___stuck, lock, &head);
	else if (sort == IG_SORT_RWSEM)
		at = FIRST_WAITER(rw_semaphore___stuck, lock, &head);
	else if (sort == IG_SORT_SEMAPHORE)
		at = FIRST_WAITER(semaphore___stuck, lock, &head);
	if (!at)
		return 0;
	first = read_word(at);
	if (!is_kernel_address(first))
		return 0;
	/* From all words of a list one comes to all entries, but one is first. */
	return head && read_word(first + 8) != at ? 0 : first;
}

/* Entries of all three are alike: the list first, then the task. */
VERIFIED_ONCE int is_waiter(__u64 entry)
{
	__u64 next = read_word(entry), prev = read_word(entry + 8);

	return is_kernel_address(next) && is_kernel_address(prev) &&
	       read_word(next + 8) == entry && read_word(prev) == entry;
}

static __always_inline __u64 task_offset(void)
{
	return bpf_core_field_offset(struct mutex_waiter___stuck, task);
}

/* One of a sort: a list leads from it to the entry. */
VERIFIED_ONCE int is_lock_of(__u64 lock, __u64 sort, __u64 entry)
{
	__u64 first = first_waiter_of(lock, sort), at = first;
	int i;

	if (!first)
		return 0;
	for (i = 0; i < LIST_STEPS; i++) {
		if (at == entry)
			return 1;
		if (!is_kernel_address(at))
			return 0;
		at = read_word(at);
		if (at == first)
			return 0;
	}
	return 0;
}

static long find_lock(__u32 i, void *data)
{
	struct scan *s = &scan;
	__u64 lock = word_at(i);

	if (!is_kernel_address(lock) || lock - s->sp < STACK_BYTES)
		return 0;
	if (!is_lock_of(lock, s->sort, s->waiter))
		return 0;
	s->lock = lock;
	return 1;
}

VERIFIED_ONCE int sort_of(__u64 ip)
{
	__u32 i;

	if (ip < wait_start || ip > wait_end)
		return IG_SORT_NONE;
	for (i = 0; i < IG_WAIT_RANGES && i < nwait_ranges; i++)
		if (ip > wait_ranges[i].start && ip <= wait_ranges[i].end)
			return wait_ranges[i].sort;
	return IG_SORT_NONE;
}

/* A completion whose only waiter this task is. */
static __always_inline bool find_completion(struct scan *s, __u64 at)
{
	__u64 entry = at + bpf_core_field_offset(struct swait_queue___stuck,
						 task_list);
	__u64 head = read_word(entry);

	if (!is_kernel_address(head) || head != read_word(entry + 8) ||
	    read_word(head) != entry || read_word(head + 8) != entry)
		return false;
	s->lock = head -
		  bpf_core_field_offset(struct swait_queue_head___stuck,
					task_list) -
		  bpf_core_field_offset(struct completion___stuck, wait);
	return true;
}

/* From the innermost function on. */
static long scan_word(__u32 i, void *data)
{
	struct scan *s = &scan;
	__u64 word = word_at(i), at = s->sp + i * 8ull;
	__u64 sort = sort_of(word);

	if (sort) {
		s->sort = sort;
		return 0;
	}
	if (word != s->task || !s->sort)
		return 0;
	if (s->sort == IG_SORT_COMPLETION)
		return find_completion(s, at);
	if (!is_waiter(at - task_offset()))
		return 0;
	/*
	 * The entry is a variable of the function that sleeps, whose return
	 * address is the nearest below it.
	 */
	s->waiter = at - task_offset();
	bpf_loop(s->n, find_lock, NULL, 0);
	return 1;
}

/** read_stack() - copy the innermost part of a stack; false when there is none */
static __always_inline bool read_stack(struct task_struct___stuck *task)
{
	__u64 base = (__u64)BPF_CORE_READ(task, stack), bytes;
	struct scan *s = &scan;

	__builtin_memset(s, 0, sizeof(*s));
	s->task = (__u64)task;
	s->sp = BPF_CORE_READ(task, thread.sp);
	if (!base || s->sp < base || s->sp >= base + STACK_BYTES)
		return false;
	bytes = base + STACK_BYTES - s->sp;
	if (bytes > sizeof(words))
		bytes = sizeof(words);
	s->n = bytes / 8;
	return !bpf_probe_read_kernel(words, bytes, (void *)s->sp);
}

#endif /* IG_BPF_STUCK_SCAN_H */
