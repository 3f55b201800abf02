// SPDX-License-Identifier: GPL-2.0
/* The order of locks around the group lock in words, level by level. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "locks/graph.h"
#include "base/escape.h"
#include "locks/print.h"

/** enum visit - how far the search for levels is with a class */
enum visit {
	NEW,
	OPEN, /* on the path that is gone */
	DONE,
};

/**
 * struct side - the classes on one side of the group lock
 * @graph: the order
 * @way: inwards for what is taken under the group lock
 * @in: of each class, whether it is there
 * @level: of each class, the most steps from it to the group lock
 * @visit: of each class
 * @cursor: of each class on the path, its next step
 * @path: where the search is
 * @lines: the classes in the order they are printed, @nlines of them
 */
struct side {
	const struct ig_lock_graph *graph;
	enum ig_lock_way way;
	bool *in;
	size_t *level;
	enum visit *visit;
	size_t *cursor;
	size_t *path;
	size_t *lines;
	size_t nlines;
};

static enum ig_lock_way opposite(enum ig_lock_way way)
{
	return way == IG_INWARDS ? IG_OUTWARDS : IG_INWARDS;
}

static const struct ig_lock_step *step_at(const struct side *s,
					  enum ig_lock_way way, size_t i)
{
	return &s->graph->order->steps[s->graph->steps[way][i]];
}

static void raise_to(size_t *level, size_t least)
{
	if (*level < least)
		*level = least;
}

/*
 * Towards the group lock, depth first: a class is done after all that lie
 * between it and the group lock.  A step back to one that is on the path closes
 * a circle, where there is no order; it is left out.
 */
static void find_level(struct side *s, size_t class)
{
	enum ig_lock_way way = opposite(s->way);
	const size_t *start = s->graph->start[way];
	size_t n = 0, next;

	s->path[n++] = class;
	while (n) {
		size_t at = s->path[n - 1];

		if (s->visit[at] == NEW) {
			s->visit[at] = OPEN;
			s->cursor[at] = start[at];
			s->level[at] = 1;
		}
		if (s->cursor[at] == start[at + 1]) {
			s->visit[at] = DONE;
			n--;
			continue;
		}
		next = ig_lock_end(step_at(s, way, s->cursor[at]), way);
		/* One that is new is looked at again when it is done. */
		if (next && s->in[next] && s->visit[next] == NEW) {
			s->path[n++] = next;
			continue;
		}
		if (next && s->in[next] && s->visit[next] == DONE)
			raise_to(&s->level[at], s->level[next] + 1);
		s->cursor[at]++;
	}
}

static int compare_lines(const void *a, const void *b, void *side)
{
	const struct side *s = side;
	size_t x = *(const size_t *)a, y = *(const size_t *)b;

	/* From the outermost to the innermost. */
	if (s->level[x] != s->level[y])
		return (s->level[x] < s->level[y]) == (s->way == IG_INWARDS) ?
			       -1 :
			       1;
	return (x > y) - (x < y);
}

static int find_side(struct side *s, const struct ig_lock_graph *graph,
		     enum ig_lock_way way)
{
	size_t n = graph->order->nclasses + 1, i;

	*s = (struct side){
		.graph = graph,
		.way = way,
		.in = ig_lock_reach(graph, way),
		.level = calloc(n, sizeof(*s->level)),
		.visit = calloc(n, sizeof(*s->visit)),
		.cursor = calloc(n, sizeof(*s->cursor)),
		.path = calloc(n, sizeof(*s->path)),
		.lines = calloc(n, sizeof(*s->lines)),
	};
	if (!s->in || !s->level || !s->visit || !s->cursor || !s->path ||
	    !s->lines)
		return -ENOMEM;
	for (i = 1; i < graph->order->nclasses; i++) {
		if (!s->in[i])
			continue;
		if (s->visit[i] == NEW)
			find_level(s, i);
		s->lines[s->nlines++] = i;
	}
	qsort_r(s->lines, s->nlines, sizeof(*s->lines), compare_lines, s);
	return 0;
}

static void free_side(struct side *s)
{
	free(s->in);
	free(s->level);
	free(s->visit);
	free(s->cursor);
	free(s->path);
	free(s->lines);
}

static void print_step(FILE *out, const struct ig_lock_order *order,
		       const struct ig_lock_step *step)
{
	fputs("    ", out);
	ig_print_escaped(out, order->classes[step->to].name);
	fprintf(out, ": %" PRIu64 " time%s, ", step->count,
		step->count == 1 ? "" : "s");
	ig_print_escaped(out, step->edge->to.site);
	if (step->in_cycle)
		fputs(", and the other way round", out);
	fputc('\n', out);
}

/* What is taken next while it is held, as far as it leads to the group lock. */
static void print_class(FILE *out, const struct side *outer,
			const struct side *inner, size_t class)
{
	const struct ig_lock_graph *graph = outer->graph;
	bool first = true, before = class && !inner->in[class];
	size_t i;

	for (i = graph->start[IG_INWARDS][class];
	     i < graph->start[IG_INWARDS][class + 1]; i++) {
		const struct ig_lock_step *step = step_at(outer, IG_INWARDS, i);

		/* Past the group lock, or away from it. */
		if (step->to && !outer->in[step->to] &&
		    (before || !inner->in[step->to]))
			continue;
		if (first) {
			fputs("  ", out);
			ig_print_escaped(out,
					 graph->order->classes[class].name);
			fputs(", then\n", out);
		}
		first = false;
		print_step(out, graph->order, step);
	}
}

static void print_sides(FILE *out, const struct side *outer,
			const struct side *inner)
{
	size_t i;

	fputs("locks around group->mutex, the outermost first:\n", out);
	for (i = 0; i < outer->nlines; i++)
		print_class(out, outer, inner, outer->lines[i]);
	print_class(out, outer, inner, 0);
	for (i = 0; i < inner->nlines; i++)
		if (!outer->in[inner->lines[i]])
			print_class(out, outer, inner, inner->lines[i]);
}

int ig_lock_print_order(FILE *out, const struct ig_lock_order *order)
{
	struct side outer = {}, inner = {};
	struct ig_lock_graph graph;
	int err;

	if (!ig_has_group_lock(order)) {
		fputs("group->mutex was not taken together with any other lock\n",
		      out);
		return 0;
	}
	if (ig_lock_graph(order, &graph))
		return -ENOMEM;
	err = find_side(&outer, &graph, IG_OUTWARDS) ?:
		      find_side(&inner, &graph, IG_INWARDS);
	if (!err)
		print_sides(out, &outer, &inner);
	free_side(&outer);
	free_side(&inner);
	ig_lock_graph_free(&graph);
	return err;
}
