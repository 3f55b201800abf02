/* SPDX-License-Identifier: GPL-2.0 */
/* Hand-written attach times for the unit tests. */
#ifndef TESTS_UNIT_ATTACHES_H
#define TESTS_UNIT_ATTACHES_H

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "attach/attach.h"

#define MAX_SIZES 64
#define MAX_SLOW 8

/** struct attaches - a run and all that it points to */
struct attaches {
	struct ig_timing_run run;
	struct ig_timing_size sizes[MAX_SIZES];
	struct ig_timing_slow slow[MAX_SLOW];
};

static inline void start_attaches(struct attaches *a)
{
	memset(a, 0, sizeof(*a));
	a->run.sizes = a->sizes;
	a->run.slow = a->slow;
	a->run.driver_seen = true;
	a->run.calls = true;
	a->run.wait_seen = true;
}

/** size_of() - operations on groups of one size, none of them yet */
static inline struct ig_timing_size *size_of(struct attaches *a, uint32_t op,
					     uint32_t devices)
{
	struct ig_timing_size *size = &a->sizes[a->run.nsizes++];

	assert_true(a->run.nsizes <= MAX_SIZES);
	size->of.op = op;
	size->of.devices = devices;
	return size;
}

/** took() - one more operation, as the BPF programs count it */
static inline struct ig_timing_size *took(struct ig_timing_size *size,
					  uint64_t ns)
{
	struct ig_timing_times *t = &size->times;

	if (!t->count || ns < t->min)
		t->min = ns;
	if (!t->count || ns < t->least)
		t->least = ns;
	if (ns > t->max)
		t->max = ns;
	t->count++;
	t->total += ns;
	t->buckets[ig_hist_bucket(ns)]++;
	return size;
}

/** random_bits() - the same ones in every run */
static inline uint64_t random_bits(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

#endif /* TESTS_UNIT_ATTACHES_H */
