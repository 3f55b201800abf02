// SPDX-License-Identifier: GPL-2.0
/*
 * Inversions around the group lock.
 *
 * A reader waits for a reader only when a writer waits in between.  So it
 * matters how a class without writers is entered, and a class makes two states:
 * what comes in writing may go on by any edge, what comes in reading only by
 * one whose holder writes.  Where there are writers, readers count as such, see
 * order.c.
 *
 * A circle goes through each class once.  Of two ways to a state only the first
 * is followed, so one is missed that needs the second because the first passes
 * a class which the rest of the circle enters in its other state.  To find
 * those too takes exponential time.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "locks/graph.h"

/**
 * struct state - a class that was entered in one way
 * @found: the group lock can be reached
 * @length: in so many steps
 * @next: the state after the first of them
 * @step: this first step
 * @edge: the edge of it that counts
 */
struct state {
	bool found;
	size_t length;
	size_t next;
	size_t step;
	const struct ig_lock_edge *edge;
};

/**
 * struct search - shortest ways to the group lock, searched from its end
 * @all: readers count as writers in any case
 * @states: of class i, 2 * i when it is entered writing, 2 * i + 1 reading
 */
struct search {
	struct ig_lock_graph graph;
	bool all;
	struct state *states;
	size_t *queue;
	size_t tail;
};

static const struct ig_lock_edge *edge_of(const struct search *s,
					  const struct ig_lock_step *step,
					  bool from_read, bool to_read)
{
	if (s->all)
		return from_read || to_read ? NULL : step->edge;
	return step->modes[ig_lock_mode(from_read, to_read)];
}

static bool passes(const struct search *s, size_t at, size_t class)
{
	for (; at / 2; at = s->states[at].next)
		if (at / 2 == class)
			return true;
	return false;
}

static void reach(struct search *s, size_t from, size_t step,
		  const struct ig_lock_edge *edge, size_t to)
{
	struct state *state = &s->states[from];

	if (state->found)
		return;
	/* Nobody waits for a lock twice. */
	if (s->states[from ^ 1].found && passes(s, to, from / 2))
		return;
	*state = (struct state){
		.found = true,
		.length = s->states[to].length + 1,
		.next = to,
		.step = step,
		.edge = edge,
	};
	s->queue[s->tail++] = from;
}

/* All states from which one step leads to the state @to. */
static void reach_back(struct search *s, size_t to)
{
	const size_t *start = s->graph.start[IG_OUTWARDS];
	bool to_read = to & 1;
	size_t i;

	for (i = start[to / 2]; i < start[to / 2 + 1]; i++) {
		size_t at = s->graph.steps[IG_OUTWARDS][i];
		const struct ig_lock_step *step = &s->graph.order->steps[at];
		const struct ig_lock_edge *writes, *reads;

		writes = edge_of(s, step, false, to_read);
		reads = edge_of(s, step, true, to_read);
		if (writes || reads)
			reach(s, 2 * step->from, at, writes ?: reads, to);
		if (writes)
			reach(s, 2 * step->from + 1, at, writes, to);
	}
}

static int search(struct search *s, const struct ig_lock_order *order)
{
	size_t head = 0, n = 2 * order->nclasses;

	if (ig_lock_graph(order, &s->graph))
		return -ENOMEM;
	s->states = calloc(n, sizeof(*s->states));
	s->queue = calloc(n, sizeof(*s->queue));
	if (!s->states || !s->queue)
		return -ENOMEM;
	for (; s->tail < 2; s->tail++) {
		s->states[s->tail].found = true;
		s->queue[s->tail] = s->tail;
	}
	while (head < s->tail)
		reach_back(s, s->queue[head++]);
	return 0;
}

/* The shorter way back from the end of a step; false when there is none. */
static bool first_state(const struct search *s, const struct ig_lock_step *step,
			struct state *first)
{
	bool to_read = false;

	*first = (struct state){};
	do {
		const struct ig_lock_edge *edge =
			edge_of(s, step, false, to_read) ?:
				edge_of(s, step, true, to_read);
		size_t next = 2 * step->to + to_read;
		const struct state *state = &s->states[next];

		if (edge && state->found &&
		    (!first->found || state->length + 1 < first->length))
			*first = (struct state){
				.found = true,
				.length = state->length + 1,
				.next = next,
				.edge = edge,
			};
		to_read = !to_read;
	} while (to_read);
	return first->found;
}

static int add_cycle(const struct search *s, struct state at,
		     struct ig_lock_cycle **cycles, size_t *ncycles)
{
	struct ig_lock_cycle *more, *cycle;

	more = reallocarray(*cycles, *ncycles + 1, sizeof(*more));
	if (!more)
		return -ENOMEM;
	*cycles = more;
	cycle = &more[(*ncycles)++];
	memset(cycle, 0, sizeof(*cycle));
	cycle->steps = calloc(at.length, sizeof(*cycle->steps));
	cycle->edges = calloc(at.length, sizeof(*cycle->edges));
	if (!cycle->steps || !cycle->edges)
		return -ENOMEM;
	for (; at.length; at = s->states[at.next]) {
		cycle->steps[cycle->nsteps] = at.step;
		cycle->edges[cycle->nsteps++] = at.edge;
		if (!s->all)
			s->graph.order->steps[at.step].in_cycle = true;
	}
	return 0;
}

static int compare_cycles(const void *a, const void *b)
{
	const struct ig_lock_cycle *x = a, *y = b;

	if (x->nsteps != y->nsteps)
		return x->nsteps < y->nsteps ? -1 : 1;
	return (x->steps[0] > y->steps[0]) - (x->steps[0] < y->steps[0]);
}

static int collect(const struct search *s, struct ig_lock_cycle **cycles,
		   size_t *ncycles)
{
	const size_t *start = s->graph.start[IG_INWARDS];
	struct state first;
	size_t i;

	for (i = start[0]; i < start[1]; i++) {
		size_t at = s->graph.steps[IG_INWARDS][i];

		if (!first_state(s, &s->graph.order->steps[at], &first))
			continue;
		first.step = at;
		if (add_cycle(s, first, cycles, ncycles))
			return -ENOMEM;
	}
	if (*ncycles)
		qsort(*cycles, *ncycles, sizeof(**cycles), compare_cycles);
	return 0;
}

static int find(const struct ig_lock_order *order, bool all,
		struct ig_lock_cycle **cycles, size_t *ncycles)
{
	struct search s = { .all = all };
	int err;

	*cycles = NULL;
	*ncycles = 0;
	if (!ig_has_group_lock(order))
		return 0;
	err = search(&s, order) ?: collect(&s, cycles, ncycles);
	ig_lock_graph_free(&s.graph);
	free(s.states);
	free(s.queue);
	if (err) {
		ig_lock_cycles_free(*cycles, *ncycles);
		*cycles = NULL;
		*ncycles = 0;
	}
	return err;
}

int ig_lock_cycles(const struct ig_lock_order *order,
		   struct ig_lock_cycle **cycles, size_t *ncycles)
{
	return find(order, false, cycles, ncycles);
}

/* The class that a step leaves: entered and left by readers, and by them only. */
static bool is_read_only(const struct ig_lock_order *order,
			 const struct ig_lock_cycle *cycle, size_t step)
{
	size_t before = (step ?: cycle->nsteps) - 1;

	return cycle->edges[before]->to.read && cycle->edges[step]->from.read &&
	       !order->classes[order->steps[cycle->steps[step]].from].written;
}

const char *ig_lock_read_only(const struct ig_lock_order *order,
			      const struct ig_lock_cycle *cycle)
{
	size_t i;

	for (i = 0; i < cycle->nsteps; i++)
		if (is_read_only(order, cycle, i))
			return order
				->classes[order->steps[cycle->steps[i]].from]
				.name;
	return NULL;
}

int ig_lock_reader_cycles(const struct ig_lock_order *order,
			  struct ig_lock_cycle **cycles, size_t *ncycles)
{
	size_t i, n = 0;

	if (find(order, true, cycles, ncycles))
		return -ENOMEM;
	for (i = 0; i < *ncycles; i++) {
		struct ig_lock_cycle c = (*cycles)[i];

		if (ig_lock_read_only(order, &c)) {
			(*cycles)[n++] = c;
			continue;
		}
		free(c.steps);
		free(c.edges);
	}
	*ncycles = n;
	return 0;
}
