// SPDX-License-Identifier: GPL-2.0
/* The order of locks as a graph for Graphviz. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "locks/graph.h"
#include "base/escape.h"
#include "locks/print.h"

static int label(FILE *out, const char *text)
{
	char *clean = ig_valid_utf8(text), *c;

	if (!clean)
		return -ENOMEM;
	fputs("label=\"", out);
	for (c = clean; *c; c++) {
		if ((unsigned char)*c < ' ' || *c == 0x7f) {
			fputc('?', out);
			continue;
		}
		if (*c == '"' || *c == '\\')
			fputc('\\', out);
		fputc(*c, out);
	}
	fputc('"', out);
	free(clean);
	return 0;
}

static int print_class(FILE *out, const struct ig_lock_order *order, size_t i)
{
	int err;

	fprintf(out, "\tc%zu [", i);
	err = label(out, order->classes[i].name);
	if (order->classes[i].kind == IG_CLASS_GROUP)
		fputs(", style=\"filled,bold\", fillcolor=lightgrey", out);
	fputs("];\n", out);
	return err;
}

static void print_step(FILE *out, const struct ig_lock_step *step)
{
	fprintf(out, "\tc%zu -> c%zu [label=\"%" PRIu64 "\"", step->from,
		step->to, step->count);
	if (step->in_cycle)
		fputs(", color=red, fontcolor=red, penwidth=2", out);
	fputs("];\n", out);
}

static int print_graph(FILE *out, const struct ig_lock_order *order,
		       const bool *outer, const bool *inner)
{
	size_t i;
	int err = 0;

	fputs("digraph locks {\n\tnode [shape=box];\n", out);
	for (i = 0; i < order->nclasses && !err; i++)
		if (outer[i] || inner[i])
			err = print_class(out, order, i);
	for (i = 0; i < order->nsteps; i++) {
		const struct ig_lock_step *step = &order->steps[i];

		/* Past the group lock goes what says nothing about it. */
		if ((outer[step->from] && outer[step->to]) ||
		    (inner[step->from] && inner[step->to]))
			print_step(out, step);
	}
	fputs("}\n", out);
	return err;
}

int ig_lock_dot(FILE *out, const struct ig_lock_order *order)
{
	struct ig_lock_graph graph;
	bool *outer, *inner;
	int err = -ENOMEM;

	if (ig_lock_graph(order, &graph))
		return -ENOMEM;
	outer = ig_lock_reach(&graph, IG_OUTWARDS);
	inner = ig_lock_reach(&graph, IG_INWARDS);
	if (outer && inner)
		err = print_graph(out, order, outer, inner);
	free(outer);
	free(inner);
	ig_lock_graph_free(&graph);
	return err;
}
