/* SPDX-License-Identifier: GPL-2.0 */
/* Addresses and kept call stacks in words. */
#ifndef IOMMU_GROUP_TRACES_H
#define IOMMU_GROUP_TRACES_H

#include "probe/session.h"

/**
 * ig_symbol_name() - an address as name+0x1a/0x40 or name+0x1a/0x40 [mod]
 * @session: under way
 * @ip: a return address
 *
 * Return: the name, or the bare address when nobody knows it; to be freed.
 */
char *ig_symbol_name(const struct ig_session *session, uint64_t ip);

/**
 * ig_function_name() - a function's name, with its module
 * @session: a watch under way
 * @addr: where it begins
 *
 * Return: name or name [mod], for free(); NULL without memory.
 */
char *ig_function_name(const struct ig_session *session, uint64_t addr);

/**
 * ig_trace_read() - a kept call stack in words
 * @session: under way
 * @slot: index + 1 of the stack, 0 for none
 * @ip: the caller, at which it is to begin; 0 where that is not known
 *
 * Return: the stack, NULL when there is none; release with ig_trace_free().
 */
struct ig_trace *ig_trace_read(const struct ig_session *session, uint32_t slot,
			       uint64_t ip);

/**
 * ig_trace_in_words() - a call stack, with names
 * @session: names addresses
 * @ip: its frames, innermost first, @n of them
 * @n: how many; no more than IG_STACK_DEPTH are taken
 * @pid, @comm: the task; @comm has the size of struct ig_trace's
 *
 * Return: the stack, NULL without memory; release with ig_trace_free().
 */
struct ig_trace *ig_trace_in_words(const struct ig_session *session,
				   const __u64 *ip, unsigned int n,
				   unsigned int pid, const char *comm);

/** ig_trace_or_caller() - or just the caller, when no stack could be kept */
struct ig_trace *ig_trace_or_caller(const struct ig_session *session,
				    uint32_t slot, uint64_t ip);

/** ig_trace_of_edge() - the same of an edge between locks */
struct ig_trace *ig_trace_of_edge(const struct ig_session *session,
				  uint32_t slot, uint64_t ip);

/** ig_trace_of_sample() - all frames of a stack, the probe's own as well */
struct ig_trace *ig_trace_of_sample(const struct ig_session *session,
				    uint32_t slot);

#endif /* IOMMU_GROUP_TRACES_H */
