// SPDX-License-Identifier: GPL-2.0
/* The report as one JSON document. */
#include <errno.h>

#include "base/json_parts.h"
#include "audit/report_parts.h"
#include "stuck/print.h"

typedef struct json_object json;

static json *stack_json(const struct ig_trace *trace, const char *symbol)
{
	json *list = ig_json_stack(trace);

	if (!json_object_array_length(list) && symbol)
		json_object_array_add(list, ig_json_text(symbol));
	return list;
}

static json *suspect_json(const struct ig_suspect *s)
{
	json *j = json_object_new_object();

	ig_json_put(j, "symbol", ig_json_text(s->site->symbol ?: "?"));
	ig_json_put_number(j, "outstanding", s->outstanding);
	ig_json_put_number(j, "gets", s->gets);
	ig_json_put_number(j, "puts", s->puts);
	ig_json_put(j, "partner", ig_json_text(s->partner));
	ig_json_put(j, "stack", stack_json(s->trace, s->site->symbol));
	return j;
}

/* Null where it is not known which. */
static void put_group(json *object, unsigned int group)
{
	if (group == IG_NO_GROUP)
		ig_json_put(object, "group", NULL);
	else
		ig_json_put_number(object, "group", group);
}

static json *edge_json(const struct ig_finding *f, size_t i)
{
	const struct ig_lock_edge *e = f->edges[i];
	json *j = json_object_new_object();

	ig_json_put(j, "from", ig_json_text(f->locks[i]));
	ig_json_put(j, "to", ig_json_text(f->locks[(i + 1) % f->nedges]));
	ig_json_put(j, "from_read", json_object_new_boolean(e->from.read));
	ig_json_put(j, "to_read", json_object_new_boolean(e->to.read));
	ig_json_put(j, "held_since", ig_json_text(e->from.site));
	ig_json_put_number(j, "count", e->count);
	ig_json_put(j, "task", e->trace ? ig_json_text(e->trace->comm) : NULL);
	ig_json_put(j, "stack", stack_json(e->trace, e->to.site));
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

/* @circle: where the chain goes on after its end, null when it ends there */
static void put_chain(json *object, const struct ig_wait_chain *chain)
{
	if (!chain->n && !chain->nothers)
		return;
	ig_json_put(object, "chain", ig_json_chain(chain));
	if (chain->circle < chain->n)
		ig_json_put_number(object, "circle", chain->circle);
	else
		ig_json_put(object, "circle", NULL);
	ig_json_put(object, "waiters", ig_json_waiters(chain));
}

static json *finding_json(const struct ig_finding *f)
{
	const struct ig_trace *trace = ig_finding_trace(f);
	json *j = json_object_new_object(), *list;
	size_t i;

	ig_json_put(j, "rule", ig_json_text(ig_rule_name(f->rule)));
	put_group(j, f->group);
	ig_json_put(j, "message", ig_json_text(f->message));
	ig_json_put_number(j, "count", f->count);
	ig_json_put_number(j, "unattributed", f->unattributed);
	ig_json_put(j, "task", trace ? ig_json_text(trace->comm) : NULL);
	ig_json_put(j, "stack", stack_json(trace, ig_finding_culprit(f)));
	list = json_object_new_array();
	for (i = 0; i < f->nsuspects; i++)
		json_object_array_add(list, suspect_json(&f->suspects[i]));
	ig_json_put(j, "suspects", list);
	list = json_object_new_array();
	for (i = 0; i < f->ndevices; i++)
		json_object_array_add(list, ig_json_text(f->devices[i]));
	ig_json_put(j, "devices", list);
	if (f->nedges)
		ig_json_put(j, "edges", edges_json(f));
	put_chain(j, &f->chain);
	return j;
}

static json *findings_json(const struct ig_finding *findings, size_t n)
{
	json *list = json_object_new_array();
	size_t i;

	for (i = 0; i < n; i++)
		json_object_array_add(list, finding_json(&findings[i]));
	return list;
}

static json *held_json(const struct ig_result *r)
{
	json *list = json_object_new_array();
	size_t i;

	for (i = 0; i < r->nheld; i++) {
		const struct ig_held *h = &r->held[i];
		json *j = json_object_new_object();

		ig_json_put_number(j, "group", h->group);
		ig_json_put_number(j, "count", h->count);
		ig_json_put(j, "holder", ig_json_text(h->holder));
		ig_json_put(j, "message", ig_json_text(h->message));
		ig_json_put(j, "stack", stack_json(h->trace, NULL));
		json_object_array_add(list, j);
	}
	return list;
}

static json *waits_json(const struct ig_result *r)
{
	json *list = json_object_new_array();
	size_t i;

	for (i = 0; i < r->nwaits; i++) {
		json *j = json_object_new_object();

		put_group(j, r->waits[i].group);
		ig_json_put(j, "message", ig_json_text(r->waits[i].message));
		put_chain(j, &r->waits[i].chain);
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
		ig_json_put(j, "message", ig_json_text(r->notes[i].message));
		json_object_array_add(list, j);
	}
	return list;
}

static json *groups_json(const struct ig_snapshot *s)
{
	json *list = json_object_new_array();
	size_t i;

	for (i = 0; i < s->ngroups; i++)
		json_object_array_add(list, ig_json_group(&s->groups[i]));
	return list;
}

static void put_report(json *doc, const struct ig_report *report)
{
	const struct ig_result *r = report->result;
	const struct ig_run *run = report->run;

	ig_json_put(doc, "verdict", ig_json_text(ig_verdict_name(r->verdict)));
	ig_json_put(doc, "command", ig_json_text(run->command));
	ig_json_put(doc, "findings", findings_json(r->findings, r->nfindings));
	ig_json_put(doc, "unproven", findings_json(r->unproven, r->nunproven));
	ig_json_put(doc, "losses", ig_json_losses(r->losses, r->nlosses));
	ig_json_put(doc, "held", held_json(r));
	if (run->audited & IG_AUDIT_STUCK)
		ig_json_put(doc, "waits", waits_json(r));
	ig_json_put(doc, "notes", notes_json(r));
	ig_json_put(doc, "kernel", ig_json_text(run->kernel));
	ig_json_put(doc, "backend", ig_json_text(run->backend));
	ig_json_put(doc, "iommu", ig_json_text(run->iommu));
	ig_json_put(doc, "locks_audited",
		    json_object_new_boolean(run->audited & IG_AUDIT_LOCKS));
	ig_json_put(doc, "workload",
		    run->has_workload ? ig_json_workload(run->workload_status) :
					NULL);
	ig_json_put_number(doc, "duration_ns", run->duration_ns);
	ig_json_put(doc, "groups", groups_json(&run->after));
}

int ig_report_json(FILE *out, const struct ig_report *report)
{
	json *doc = json_object_new_object();

	if (!doc)
		return -ENOMEM;
	put_report(doc, report);
	return ig_json_print(out, doc);
}

static json *entry_json(const struct ig_suite_entry *entry)
{
	json *j = json_object_new_object();

	ig_json_put(j, "name", ig_json_text(entry->name));
	put_report(j, &entry->report);
	return j;
}

int ig_suite_json(FILE *out, const struct ig_suite_entry *entries, size_t n)
{
	json *doc = json_object_new_object(), *list = json_object_new_array();
	const struct ig_run *run = entries[0].report.run;
	size_t i;

	if (!doc || !list) {
		json_object_put(doc);
		json_object_put(list);
		return -ENOMEM;
	}
	for (i = 0; i < n; i++)
		json_object_array_add(list, entry_json(&entries[i]));
	ig_json_put(doc, "verdict",
		    ig_json_text(ig_verdict_name(ig_suite_worst(entries, n))));
	ig_json_put(doc, "command", ig_json_text(run->command));
	ig_json_put(doc, "suite", list);
	ig_json_put(doc, "kernel", ig_json_text(run->kernel));
	ig_json_put(doc, "backend", ig_json_text(run->backend));
	ig_json_put(doc, "iommu", ig_json_text(run->iommu));
	return ig_json_print(out, doc);
}
