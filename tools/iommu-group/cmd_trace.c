// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <string.h>
#include <stdlib.h>

#include <bpf/libbpf.h>
#include <json-c/json.h>

#include "../../include/iommu_group_abi.h"
#include "commands.h"
#include "error.h"
#include "iommu_group.skel.h"
#include "losses.h"
#include "observe.h"
#include "output.h"
#include "workload.h"

/** struct trace - a trace under way */
struct trace {
	struct ig_watch watch;
	const struct ig_options *options;
	struct ring_buffer *ring;
	uint64_t start;
	FILE *out;
};

static const char *const op_names[IG_OP_MAX] = {
	[IG_OP_ALLOC] = "alloc",
	[IG_OP_RELEASE] = "release",
	[IG_OP_ADD_DEVICE] = "add_device",
	[IG_OP_REMOVE_DEVICE] = "remove_device",
	[IG_OP_GET] = "get",
	[IG_OP_PUT] = "put",
	[IG_OP_ATTACH] = "attach",
	[IG_OP_DETACH] = "detach",
};

/* The count behind the operation; the probe saw the one before it. */
static int count_after(const struct ig_event *e)
{
	if (e->op == IG_OP_GET)
		return e->kref + 1;
	if (e->op == IG_OP_PUT)
		return e->kref - 1;
	return e->kref;
}

static void add_string(struct json_object *o, const char *key,
		       const char *value)
{
	json_object_object_add(o, key, json_object_new_string(value));
}

static void print_json(const struct trace *t, const struct ig_event *e,
		       const char *caller)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "time_ns", json_object_new_int64(e->ns));
	add_string(o, "event", op_names[e->op]);
	json_object_object_add(o, "group", json_object_new_int(e->group));
	if (e->op == IG_OP_GET || e->op == IG_OP_PUT)
		json_object_object_add(o, "references",
				       json_object_new_int(count_after(e)));
	if (e->op == IG_OP_ATTACH || e->op == IG_OP_DETACH)
		json_object_object_add(o, "ret", json_object_new_int(e->ret));
	if (e->device[0])
		add_string(o, "device", e->device);
	if (e->ip)
		add_string(o, "caller", caller);
	json_object_object_add(o, "pid", json_object_new_int(e->pid));
	add_string(o, "comm", e->comm);
	fprintf(t->out, "%s\n",
		json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN));
	json_object_put(o);
}

static void print_text(const struct trace *t, const struct ig_event *e,
		       const char *caller)
{
	fprintf(t->out, "%12.6f %16s-%-6u group=%-4u %-13s",
		(e->ns - t->start) / 1e9, e->comm, e->pid, e->group,
		op_names[e->op]);
	if (e->op == IG_OP_GET || e->op == IG_OP_PUT)
		fprintf(t->out, " refs=%d", count_after(e));
	if (e->op == IG_OP_ATTACH || e->op == IG_OP_DETACH)
		fprintf(t->out, " ret=%d", e->ret);
	if (e->device[0])
		fprintf(t->out, " device=%s", e->device);
	if (e->ip)
		fprintf(t->out, " caller=%s", caller);
	fputc('\n', t->out);
}

static int take_event(void *ctx, void *data, size_t size)
{
	struct trace *t = ctx;
	struct ig_event *e = data;
	char *caller;

	if (size < sizeof(*e) || e->op >= IG_OP_MAX)
		return 0;
	if (t->options->group >= 0 &&
	    e->group != (unsigned int)t->options->group)
		return 0;
	if (!t->start)
		t->start = e->ns;
	caller = ig_symbol_name(&t->watch, e->ip);
	if (t->options->format == IG_FORMAT_JSON)
		print_json(t, e, caller);
	else
		print_text(t, e, caller);
	free(caller);
	return 0;
}

static void take_events(void *data)
{
	struct trace *t = data;

	ring_buffer__consume(t->ring);
	fflush(t->out);
}

/* Events that are not in the stream are said, with count and reason. */
static int report_losses(struct trace *t)
{
	/* A trace needs no group to be there: so many are as good as one. */
	struct ig_run run = { .before.ngroups = 1 };
	int lost = 0;
	size_t i;

	if (ig_losses_read(&t->watch.probes, &run))
		return 1;
	for (i = 0; i < run.nlosses; i++) {
		const struct ig_loss_count *l = &run.losses[i];

		if (!l->count)
			continue;
		lost = 1;
		ig_warn("%" PRIu64 " lost: %s", l->count, l->reason);
		if (t->options->format != IG_FORMAT_JSON)
			continue;
		fprintf(t->out,
			"{\"event\":\"lost\",\"key\":\"%s\",\"count\":%" PRIu64
			",\"reason\":\"%s\"}\n",
			l->key, l->count, l->reason);
	}
	free(run.losses);
	return lost;
}

static int follow(struct trace *t, struct ig_workload *work)
{
	struct ig_snapshot groups;
	int lost;

	/* Teaches the probes the groups that are there already. */
	if (ig_snapshot_take(&t->watch, &groups))
		return IG_EXIT_FAILED;
	ig_snapshot_free(&groups);
	work->tick = take_events;
	work->data = t;
	work->wake = ring_buffer__epoll_fd(t->ring);
	if (ig_workload_run(work))
		return IG_EXIT_FAILED;
	take_events(t);
	lost = report_losses(t);
	if (lost)
		return IG_EXIT_INCONCLUSIVE;
	return ig_workload_failed(work) ? IG_EXIT_WORKLOAD : IG_EXIT_CLEAN;
}

int ig_cmd_trace(const struct ig_options *options)
{
	struct trace t = { .options = options };
	int code = IG_EXIT_FAILED;
	struct ig_workload work;

	if (ig_workload_prepare(&work, options))
		return IG_EXIT_FAILED;
	t.out = ig_output_open(options);
	if (!t.out)
		return IG_EXIT_FAILED;
	if (!ig_watch_start(&t.watch, options, IG_FOR_TRACE)) {
		t.ring = ring_buffer__new(
			bpf_map__fd(t.watch.probes.skel->maps.events),
			take_event, &t, NULL);
		if (t.ring)
			code = follow(&t, &work);
		else
			ig_error("cannot map the ring buffer: %m");
		ring_buffer__free(t.ring);
		ig_watch_stop(&t.watch);
	}
	if (ig_output_close(t.out, options))
		return IG_EXIT_FAILED;
	return code;
}
