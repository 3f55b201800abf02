// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "base/escape.h"
#include "base/json_parts.h"
#include "stuck/print.h"
#include "stuck/words.h"

typedef struct json_object json;

/* A task can call itself anything. */
static void print_what(FILE *out, const struct ig_wait_link *l)
{
	char *text = NULL;
	size_t size;
	FILE *words = open_memstream(&text, &size);

	if (!words)
		return;
	ig_wait_what(words, l->task, l->wants);
	if (!fclose(words))
		ig_print_escaped(out, text);
	free(text);
}

static void print_stack(FILE *out, const char *indent,
			const struct ig_wait_task *task)
{
	size_t i;

	for (i = 0; task->trace && i < task->trace->nframes; i++) {
		fprintf(out, "%s    ", indent);
		ig_print_escaped(out, task->trace->frames[i] ?: "?");
		fputc('\n', out);
	}
}

static void print_link(FILE *out, const char *indent,
		       const struct ig_wait_link *l)
{
	char who[IG_WAIT_WHO_LEN], span[IG_WAIT_SPAN_LEN];

	fprintf(out, "%s", indent);
	ig_print_escaped(out, ig_wait_who(who, l->task));
	if (l->has) {
		fputs(l->proof == IG_HOLD_LAST_READER ?
			      " was the last to read with " :
			      " has ",
		      out);
		ig_print_escaped(out, l->has->name ?: "a lock");
	}
	if (l->task->state[0] != 'X') {
		fputs(l->has ? " and " : " ", out);
		print_what(out, l);
		if (l->task->state[0] != 'R' && l->task->asleep_ns)
			fprintf(out, ", for %s",
				ig_wait_span(span, l->task->asleep_ns));
	}
	fputs(l->task->trace && l->task->trace->nframes ? ":\n" : "\n", out);
	print_stack(out, indent, l->task);
}

void ig_print_chain(FILE *out, const char *indent,
		    const struct ig_wait_chain *chain)
{
	size_t i;

	for (i = 0; i < chain->n; i++)
		print_link(out, indent, &chain->links[i]);
	for (i = 0; i < chain->nothers; i++)
		print_link(out, indent, &chain->others[i]);
}

static const char *const kinds[IG_WAIT_KINDS] = {
	[IG_WAIT_LOCK] = "lock",
	[IG_WAIT_WORK] = "work item",
	[IG_WAIT_THREAD] = "thread",
	[IG_WAIT_NODE] = "sysfs file",
};

static const char *const proofs[IG_HOLD_PROOFS] = {
	[IG_HOLD_OWNER] = "owner",
	[IG_HOLD_SEEN] = "seen",
	[IG_HOLD_LAST_READER] = "last reader",
};

static json *link_json(const struct ig_wait_link *l)
{
	const struct ig_wait_task *t = l->task;
	json *j = json_object_new_object();

	ig_json_put(j, "task", t->trace ? ig_json_text(t->trace->comm) : NULL);
	ig_json_put(j, "pid", NULL);
	if (t->trace)
		ig_json_put_number(j, "pid", t->trace->pid);
	ig_json_put(j, "state", ig_json_text(t->state));
	ig_json_put_number(j, "asleep_ns", t->asleep_ns);
	ig_json_put(j, "has", l->has ? ig_json_text(l->has->name) : NULL);
	ig_json_put(j, "known_by",
		    l->has ? ig_json_text(proofs[l->proof]) : NULL);
	ig_json_put(j, "waits_for", ig_json_text(kinds[t->kind]));
	ig_json_put(j, "wants", l->wants ? ig_json_text(l->wants->name) : NULL);
	ig_json_put(j, "read", json_object_new_boolean(t->read));
	ig_json_put(j, "stack", ig_json_stack(t->trace));
	return j;
}

static json *links_json(const struct ig_wait_link *links, size_t n)
{
	json *list = json_object_new_array();
	size_t i;

	for (i = 0; i < n; i++)
		json_object_array_add(list, link_json(&links[i]));
	return list;
}

json *ig_json_chain(const struct ig_wait_chain *chain)
{
	return links_json(chain->links, chain->n);
}

json *ig_json_waiters(const struct ig_wait_chain *chain)
{
	return links_json(chain->others, chain->nothers);
}
