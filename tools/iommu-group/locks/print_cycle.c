// SPDX-License-Identifier: GPL-2.0
/* Locks that are taken in a circle, in words and as a table. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "locks/print.h"

static const char *end_of(const struct ig_finding *f, size_t edge)
{
	return f->locks[(edge + 1) % f->nedges];
}

static void print_edge(FILE *out, const char *indent,
		       const struct ig_finding *f, size_t i)
{
	const struct ig_lock_edge *e = f->edges[i];
	const struct ig_trace *trace = e->trace;

	fprintf(out, "%s-> #%zu: ", indent, i + 1);
	ig_print_escaped(out, end_of(f, i));
	fprintf(out, " is taken%s while ", e->to.read ? " for reading" : "");
	ig_print_escaped(out, f->locks[i]);
	fprintf(out, " is held%s (held since ",
		e->from.read ? " for reading" : "");
	ig_print_escaped(out, e->from.site);
	if (e->count == 1)
		fputs("), once", out);
	else
		fprintf(out, "), %" PRIu64 " times", e->count);
	if (trace && trace->comm[0]) {
		fputs(", by ", out);
		ig_print_escaped(out, trace->comm);
		fprintf(out, " (pid %u)", trace->pid);
	}
	fputs(":\n", out);
	for (i = 0; trace && i < trace->nframes; i++) {
		fprintf(out, "%s     ", indent);
		ig_print_escaped(out, trace->frames[i]);
		fputc('\n', out);
	}
	if (!trace || !trace->nframes) {
		fprintf(out, "%s     ", indent);
		ig_print_escaped(out, e->to.site);
		fputc('\n', out);
	}
}

/* What a CPU does: "lock(group->mutex);", or "rlock(...);" of a reader. */
static char *action(const char *lock, bool read)
{
	static const char prefix[] = "lock ";
	char *text, *clean;

	/* lock(taken in f), lock(of 0000:00:10.0) */
	if (!strncmp(lock, prefix, strlen(prefix)))
		lock += strlen(prefix);
	clean = ig_valid_utf8(lock);
	if (!clean)
		return NULL;
	if (asprintf(&text, "%slock(%s);", read ? "r" : "", clean) < 0)
		text = NULL;
	free(clean);
	return text;
}

static void print_cell(FILE *out, const char *indent, size_t column,
		       size_t width, const char *text)
{
	fprintf(out, "%s    %*s", indent, (int)(column * width), "");
	ig_print_escaped(out, text);
	fputc('\n', out);
}

static void print_table(FILE *out, const char *indent, char *const *holds,
			char *const *wants, size_t n)
{
	size_t width = 0, i;

	for (i = 0; i < n; i++)
		if (strlen(holds[i]) > width)
			width = strlen(holds[i]);
	width += 4;
	fprintf(out, "%sPossible unsafe locking scenario:\n%s    ", indent,
		indent);
	for (i = 0; i + 1 < n; i++)
		fprintf(out, "CPU%-*zu", (int)width - 3, i);
	fprintf(out, "CPU%zu\n", i);
	for (i = 0; i < n; i++)
		print_cell(out, indent, i, width, holds[i]);
	for (i = n; i-- > 0;)
		print_cell(out, indent, i, width, wants[i]);
	fprintf(out, "%s  and each waits for the next, for ever\n", indent);
}

/* Where readers meet: they would not wait for each other. */
static void print_writers(FILE *out, const char *indent,
			  const struct ig_finding *f)
{
	size_t i;

	for (i = 0; i < f->nedges; i++) {
		if (!f->edges[i]->to.read ||
		    !f->edges[(i + 1) % f->nedges]->from.read)
			continue;
		fprintf(out, "%s  while a writer waits for ", indent);
		ig_print_escaped(out, end_of(f, i));
		fputs(": new readers wait behind it\n", out);
	}
}

int ig_print_circle(FILE *out, const char *indent,
		    const struct ig_finding *finding)
{
	size_t n = finding->nedges, i;
	char **cells = calloc(2 * n, sizeof(*cells));
	bool complete = cells;

	for (i = 0; i < n; i++)
		print_edge(out, indent, finding, i);
	for (i = 0; cells && i < n; i++) {
		const struct ig_lock_edge *e = finding->edges[i];

		cells[i] = action(finding->locks[i], e->from.read);
		cells[n + i] = action(end_of(finding, i), e->to.read);
		complete = complete && cells[i] && cells[n + i];
	}
	if (complete) {
		print_table(out, indent, cells, cells + n, n);
		print_writers(out, indent, finding);
	}
	for (i = 0; cells && i < 2 * n; i++)
		free(cells[i]);
	free(cells);
	return complete ? 0 : -ENOMEM;
}
