/* SPDX-License-Identifier: GPL-2.0 */
/* What the callback of a bpf_loop() changes. */
#ifndef IG_BPF_LOOP_H
#define IG_BPF_LOOP_H

/* Not constant: whoever loads the program may write it.  Nobody does. */
__u64 always_zero = 0;

/**
 * start_with() - a number that a callback is going to change
 * @n: the number
 *
 * Verifiers before 6.6.3 and 6.7 follow a callback once, from what is on the
 * stack before the loop (mended by ab5cfac139ab "bpf: verify callbacks as if
 * they are called unknown number of times").  To them a number that is known
 * then, and still after one round, is that number for ever, and they remove the
 * branches that it would not take.  So it must be none they know.
 *
 * In a bool it would be one of two known numbers again: twice the work.
 *
 * Return: @n.
 */
static __always_inline __u64 start_with(__u64 n)
{
	return n + *(volatile __u64 *)&always_zero;
}

#endif /* IG_BPF_LOOP_H */
