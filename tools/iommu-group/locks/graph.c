// SPDX-License-Identifier: GPL-2.0
/* Walking the order of locks. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "locks/graph.h"

static int sort_steps(const struct ig_lock_order *order, enum ig_lock_way way,
		      size_t **start, size_t **steps)
{
	enum ig_lock_way back = way == IG_INWARDS ? IG_OUTWARDS : IG_INWARDS;
	size_t *at, i;

	/* Counted two further on, so that filling in makes them right. */
	at = calloc(order->nclasses + 2, sizeof(*at));
	*start = at;
	*steps = calloc(order->nsteps ?: 1, sizeof(**steps));
	if (!at || !*steps)
		return -ENOMEM;
	for (i = 0; i < order->nsteps; i++)
		at[ig_lock_end(&order->steps[i], back) + 2]++;
	for (i = 2; i < order->nclasses + 2; i++)
		at[i] += at[i - 1];
	for (i = 0; i < order->nsteps; i++)
		(*steps)[at[ig_lock_end(&order->steps[i], back) + 1]++] = i;
	return 0;
}

int ig_lock_graph(const struct ig_lock_order *order,
		  struct ig_lock_graph *graph)
{
	int err;

	memset(graph, 0, sizeof(*graph));
	graph->order = order;
	err = sort_steps(order, IG_INWARDS, &graph->start[IG_INWARDS], &graph->steps[IG_INWARDS]) ?:
		      sort_steps(order, IG_OUTWARDS, &graph->start[IG_OUTWARDS],
				 &graph->steps[IG_OUTWARDS]);
	if (err)
		ig_lock_graph_free(graph);
	return err;
}

void ig_lock_graph_free(struct ig_lock_graph *graph)
{
	int way;

	for (way = IG_INWARDS; way <= IG_OUTWARDS; way++) {
		free(graph->start[way]);
		free(graph->steps[way]);
	}
	memset(graph, 0, sizeof(*graph));
}

bool *ig_lock_reach(const struct ig_lock_graph *graph, enum ig_lock_way way)
{
	const struct ig_lock_order *order = graph->order;
	size_t *queue, head = 0, tail = 0, i;
	bool *seen;

	queue = calloc(order->nclasses + 1, sizeof(*queue));
	seen = calloc(order->nclasses + 1, sizeof(*seen));
	if (!queue || !seen) {
		free(queue);
		free(seen);
		return NULL;
	}
	if (ig_has_group_lock(order)) {
		seen[0] = true;
		queue[tail++] = 0;
	}
	while (head < tail) {
		size_t from = queue[head++];

		for (i = graph->start[way][from];
		     i < graph->start[way][from + 1]; i++) {
			size_t to = ig_lock_end(
				&order->steps[graph->steps[way][i]], way);

			if (seen[to])
				continue;
			seen[to] = true;
			queue[tail++] = to;
		}
	}
	free(queue);
	return seen;
}
