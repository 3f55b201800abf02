/* SPDX-License-Identifier: GPL-2.0 */
/* One event of a trace as a line, and what it belongs to. */
#ifndef IOMMU_GROUP_TRACE_PRINT_H
#define IOMMU_GROUP_TRACE_PRINT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "iommu_group_abi.h"

/** struct ig_spans - what tasks have begun and not ended yet */
struct ig_spans {
	struct span_task *tasks;
};

/**
 * struct ig_line - one event, ready to be printed
 * @event: as the probes sent it
 * @since: ns since the first event
 * @caller: who did it, in words, NULL for unknown
 * @callback: of a notifier, in words, NULL for none
 * @depth: how many dispatches, attaches and detaches of its task it is in
 * @duration: of what it ends, in ns; only with @ends
 * @ends: it is the end of something that the trace saw begin
 */
struct ig_line {
	const struct ig_event *event;
	uint64_t since;
	char *caller;
	char *callback;
	unsigned int depth;
	uint64_t duration;
	bool ends;
};

/**
 * ig_spans_follow() - fill in depth and duration of a line
 * @spans: of the trace; starts out zeroed
 * @line: the next event, in the order of the ring buffer
 *
 * An end whose beginning was lost, or lies before the trace, has no duration.
 */
void ig_spans_follow(struct ig_spans *spans, struct ig_line *line);

/** ig_spans_free() - forget what was followed */
void ig_spans_free(struct ig_spans *spans);

/** ig_print_json() - a line as one JSON object */
void ig_print_json(FILE *out, const struct ig_line *line);

/** ig_print_text() - a line for people */
void ig_print_text(FILE *out, const struct ig_line *line);

#endif /* IOMMU_GROUP_TRACE_PRINT_H */
