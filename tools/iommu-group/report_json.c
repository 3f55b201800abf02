// SPDX-License-Identifier: GPL-2.0
/* The report as one JSON document. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <json-c/json.h>

#include "report_parts.h"

typedef struct json_object json;

static json *text(const char *s)
{
	char *clean;
	json *j;

	if (!s)
		return NULL;
	clean = ig_clean_text(s);
	j = json_object_new_string(clean ?: "");
	free(clean);
	return j;
}

static void put(json *object, const char *key, json *value)
{
	json_object_object_add(object, key, value);
}

static void put_number(json *object, const char *key, int64_t value)
{
	put(object, key, json_object_new_int64(value));
}

static json *stack_json(const struct ig_trace *trace, const char *symbol)
{
	json *list = json_object_new_array();
	size_t i;

	for (i = 0; trace && i < trace->nframes; i++)
		json_object_array_add(list, text(trace->frames[i] ?: "?"));
	if (!json_object_array_length(list) && symbol)
		json_object_array_add(list, text(symbol));
	return list;
}

static json *suspect_json(const struct ig_suspect *s)
{
	json *j = json_object_new_object();

	put(j, "symbol", text(s->site->symbol ?: "?"));
	put_number(j, "outstanding", s->outstanding);
	put_number(j, "gets", s->site->counts.gets);
	put_number(j, "puts", s->site->counts.puts);
	put(j, "partner", text(s->partner));
	put(j, "stack", stack_json(s->trace, s->site->symbol));
	return j;
}

/* Null where it is not known which. */
static void put_group(json *object, unsigned int group)
{
	if (group == IG_NO_GROUP)
		put(object, "group", NULL);
	else
		put_number(object, "group", group);
}

static json *edge_json(const struct ig_finding *f, size_t i)
{
	const struct ig_lock_edge *e = f->edges[i];
	json *j = json_object_new_object();

	put(j, "from", text(f->locks[i]));
	put(j, "to", text(f->locks[(i + 1) % f->nedges]));
	put(j, "from_read", json_object_new_boolean(e->from.read));
	put(j, "to_read", json_object_new_boolean(e->to.read));
	put(j, "held_since", text(e->from.site));
	put_number(j, "count", e->count);
	put(j, "task", e->trace ? text(e->trace->comm) : NULL);
	put(j, "stack", stack_json(e->trace, e->to.site));
	return j;
}

static json *edges_json(const struct ig_finding *f)
{
	json *list = json_object_new_array();
	size_t i;

	for (i = 0; i < f->nedges; i++)
		json_object_array_add(list, edge_json(f, i));
	return list;
}

static json *finding_json(const struct ig_finding *f)
{
	const struct ig_trace *trace = ig_finding_trace(f);
	json *j = json_object_new_object(), *list;
	size_t i;

	put(j, "rule", text(f->rule));
	put_group(j, f->group);
	put(j, "message", text(f->message));
	put_number(j, "count", f->count);
	put_number(j, "unattributed", f->unattributed);
	put(j, "task", trace ? text(trace->comm) : NULL);
	put(j, "stack", stack_json(trace, ig_finding_culprit(f)));
	list = json_object_new_array();
	for (i = 0; i < f->nsuspects; i++)
		json_object_array_add(list, suspect_json(&f->suspects[i]));
	put(j, "suspects", list);
	list = json_object_new_array();
	for (i = 0; i < f->ndevices; i++)
		json_object_array_add(list, text(f->devices[i]));
	put(j, "devices", list);
	if (f->nedges)
		put(j, "edges", edges_json(f));
	return j;
}

static json *findings_json(const struct ig_result *r)
{
	json *list = json_object_new_array();
	size_t i;

	for (i = 0; i < r->nfindings; i++)
		json_object_array_add(list, finding_json(&r->findings[i]));
	return list;
}

static json *losses_json(const struct ig_result *r)
{
	json *all = json_object_new_object();
	size_t i;

	for (i = 0; i < r->nlosses; i++) {
		json *j = json_object_new_object();

		put_number(j, "count", r->losses[i].count);
		put(j, "reason", text(r->losses[i].reason));
		put(all, r->losses[i].key, j);
	}
	return all;
}

static json *held_json(const struct ig_result *r)
{
	json *list = json_object_new_array();
	size_t i;

	for (i = 0; i < r->nheld; i++) {
		const struct ig_held *h = &r->held[i];
		json *j = json_object_new_object();

		put_number(j, "group", h->group);
		put_number(j, "count", h->count);
		put(j, "holder", text(h->holder));
		put(j, "message", text(h->message));
		put(j, "stack", stack_json(h->trace, NULL));
		json_object_array_add(list, j);
	}
	return list;
}

static json *notes_json(const struct ig_result *r)
{
	json *list = json_object_new_array();
	size_t i;

	for (i = 0; i < r->nnotes; i++) {
		json *j = json_object_new_object();

		put_group(j, r->notes[i].group);
		put(j, "message", text(r->notes[i].message));
		json_object_array_add(list, j);
	}
	return list;
}

static json *group_json(const struct ig_group_state *g)
{
	json *j = json_object_new_object(), *list = json_object_new_array();
	size_t i;

	put_number(j, "id", g->id);
	put(j, "name", text(g->name));
	put(j, "type", text(g->type));
	put_number(j, "references", g->kref);
	put_number(j, "held_by_devices", g->ndev);
	put_number(j, "external", ig_external(g));
	for (i = 0; i < g->ndevices; i++) {
		json *d = json_object_new_object();

		put(d, "name", text(g->devices[i].name));
		put(d, "driver", text(g->devices[i].driver));
		json_object_array_add(list, d);
	}
	put(j, "devices", list);
	return j;
}

static json *groups_json(const struct ig_snapshot *s)
{
	json *list = json_object_new_array();
	size_t i;

	for (i = 0; i < s->ngroups; i++)
		json_object_array_add(list, group_json(&s->groups[i]));
	return list;
}

static json *workload_json(const struct ig_report *report)
{
	int status = report->workload_status;
	json *j;

	if (!report->has_workload)
		return NULL;
	j = json_object_new_object();
	if (WIFSIGNALED(status))
		put_number(j, "signal", WTERMSIG(status));
	else
		put_number(j, "status", WEXITSTATUS(status));
	return j;
}

int ig_report_json(FILE *out, const struct ig_report *report)
{
	const struct ig_result *r = report->result;
	json *doc = json_object_new_object();
	const char *s;

	if (!doc)
		return -ENOMEM;
	put(doc, "verdict", text(ig_verdict_name(r->verdict)));
	put(doc, "command", text(report->command));
	put(doc, "findings", findings_json(r));
	put(doc, "losses", losses_json(r));
	put(doc, "held", held_json(r));
	put(doc, "notes", notes_json(r));
	put(doc, "kernel", text(report->kernel));
	put(doc, "backend", text(report->backend));
	put(doc, "iommu", text(report->iommu));
	put(doc, "locks_audited", json_object_new_boolean(report->locks));
	put(doc, "workload", workload_json(report));
	put_number(doc, "duration_ns", report->duration_ns);
	put(doc, "groups", groups_json(&report->run->after));
	s = json_object_to_json_string_ext(
		doc, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
			     JSON_C_TO_STRING_NOSLASHESCAPE);
	if (s)
		fprintf(out, "%s\n", s);
	json_object_put(doc);
	return s ? 0 : -ENOMEM;
}
