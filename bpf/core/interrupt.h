/* SPDX-License-Identifier: GPL-2.0 */
/* Whether a program runs in an interrupt, whose task did not ask for it. */
#ifndef IG_BPF_INTERRUPT_H
#define IG_BPF_INTERRUPT_H

#include "core/maps.h"

/*
 * Where x86 keeps preempt_count: a variable of its own before 6.2 and since
 * 6.15, in between a part of pcpu_hot (commit 64701838bf05).
 */
struct pcpu_hot___local {
	int preempt_count;
} __attribute__((preserve_access_index));

extern const int __preempt_count __ksym __weak;
extern const struct pcpu_hot___local pcpu_hot __ksym __weak;

/* SOFTIRQ_OFFSET, HARDIRQ_MASK and NMI_MASK of include/linux/preempt.h */
#define IN_INTERRUPT (0x100 | 0xf0000 | 0xf00000)

static __always_inline bool in_interrupt(void)
{
	int count = 0;

	if (&__preempt_count)
		count = *(int *)bpf_this_cpu_ptr(&__preempt_count);
	else if (&pcpu_hot)
		count = ((struct pcpu_hot___local *)bpf_this_cpu_ptr(&pcpu_hot))
				->preempt_count;
	return count & IN_INTERRUPT;
}

#endif /* IG_BPF_INTERRUPT_H */
