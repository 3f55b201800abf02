// SPDX-License-Identifier: GPL-2.0
/* Dispatches, attaches and detaches nest: which end belongs to which begin. */
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "trace/print.h"

/** SPANS - how deep a task can be in it; deeper ones have no duration */
#define SPANS 16

struct span {
	uint64_t ns;
	uint64_t addr;
	uint32_t op;
};

struct span_task {
	uint32_t pid;
	unsigned int depth;
	struct span open[SPANS];
	UT_hash_handle hh;
};

/* The operation that ends what this one begins, or IG_OP_MAX. */
static uint32_t end_of(uint32_t op)
{
	switch (op) {
	case IG_OP_NOTIFY_BEGIN:
		return IG_OP_NOTIFY_END;
	case IG_OP_ATTACH_BEGIN:
		return IG_OP_ATTACH;
	case IG_OP_DETACH_BEGIN:
		return IG_OP_DETACH;
	default:
		return IG_OP_MAX;
	}
}

static struct span_task *find_task(struct ig_spans *spans, uint32_t pid)
{
	struct span_task *t;

	HASH_FIND(hh, spans->tasks, &pid, sizeof(pid), t);
	return t;
}

static struct span_task *new_task(struct ig_spans *spans, uint32_t pid)
{
	struct span_task *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->pid = pid;
	HASH_ADD(hh, spans->tasks, pid, sizeof(t->pid), t);
	return t;
}

static void begin(struct ig_spans *spans, struct span_task *t,
		  const struct ig_event *e)
{
	if (!t)
		t = new_task(spans, e->pid);
	if (!t)
		return;
	if (t->depth < SPANS)
		t->open[t->depth] = (struct span){ e->ns, e->addr, e->op };
	t->depth++;
}

/* What lies above the beginning has lost its end. */
static void end(struct ig_spans *spans, struct span_task *t,
		struct ig_line *line)
{
	const struct ig_event *e = line->event;
	unsigned int i;

	for (i = t->depth < SPANS ? t->depth : SPANS; i; i--) {
		const struct span *s = &t->open[i - 1];

		if (end_of(s->op) != e->op || s->addr != e->addr)
			continue;
		line->ends = true;
		line->duration = e->ns - s->ns;
		t->depth = i - 1;
		break;
	}
	line->depth = t->depth;
	if (t->depth)
		return;
	HASH_DEL(spans->tasks, t);
	free(t);
}

void ig_spans_follow(struct ig_spans *spans, struct ig_line *line)
{
	const struct ig_event *e = line->event;
	struct span_task *t = find_task(spans, e->pid);

	line->depth = t ? t->depth : 0;
	if (end_of(e->op) != IG_OP_MAX)
		begin(spans, t, e);
	else if (t && (e->op == IG_OP_NOTIFY_END || e->op == IG_OP_ATTACH ||
		       e->op == IG_OP_DETACH))
		end(spans, t, line);
}

void ig_spans_free(struct ig_spans *spans)
{
	struct span_task *t, *next;

	HASH_ITER(hh, spans->tasks, t, next) {
		HASH_DEL(spans->tasks, t);
		free(t);
	}
}
