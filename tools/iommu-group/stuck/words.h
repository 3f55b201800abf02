/* SPDX-License-Identifier: GPL-2.0 */
/* Chains of waiting tasks in words. */
#ifndef IOMMU_GROUP_STUCK_WORDS_H
#define IOMMU_GROUP_STUCK_WORDS_H

#include <stdio.h>

#include "stuck/stuck.h"

/** ig_chain_words() - one line: who has the lock and waits for whom */
void ig_chain_words(FILE *out, const struct ig_wait_chain *chain,
		    enum ig_chain_end end);

/** IG_WAIT_SPAN_LEN - room for ig_wait_span() */
#define IG_WAIT_SPAN_LEN 32

/** ig_wait_span() - a time in words, such as "12.3 s" or "3 h 20 min" */
const char *ig_wait_span(char *buf, uint64_t ns);

/** IG_WAIT_WHO_LEN - room for ig_wait_who() */
#define IG_WAIT_WHO_LEN 48

/** ig_wait_who() - "kworker/0:1 (pid 7)", or "a task that has ended" */
const char *ig_wait_who(char *buf, const struct ig_wait_task *task);

/**
 * ig_wait_what() - what a task waits for, without who is in the way
 * @out: where to
 * @task: the task
 * @wants: the lock, NULL where it is none
 */
void ig_wait_what(FILE *out, const struct ig_wait_task *task,
		  const struct ig_wait_lock *wants);

/**
 * ig_wait_place() - where a task sleeps
 *
 * Return: the innermost frame that is not the scheduler's, "?" for none.
 */
const char *ig_wait_place(const struct ig_wait_task *task);

#endif /* IOMMU_GROUP_STUCK_WORDS_H */
