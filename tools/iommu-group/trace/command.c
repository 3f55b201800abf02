// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <string.h>
#include <stdlib.h>

#include <bpf/libbpf.h>

#include "iommu_group_abi.h"
#include "commands.h"
#include "base/error.h"
#include "audit.skel.h"
#include "probe/losses.h"
#include "base/output.h"
#include "trace/print.h"
#include "probe/traces.h"
#include "base/workload.h"

/** struct trace - a trace under way */
struct trace {
	struct ig_session session;
	const struct ig_options *options;
	struct ring_buffer *ring;
	struct ig_spans spans;
	uint64_t start;
	FILE *out;
};

static int take_event(void *ctx, void *data, size_t size)
{
	struct trace *t = ctx;
	struct ig_event *e = data;
	struct ig_line line = { .event = e };

	if (size < sizeof(*e) || e->op >= IG_OP_MAX)
		return 0;
	if (t->options->group >= 0 &&
	    e->group != (unsigned int)t->options->group)
		return 0;
	if (!t->start)
		t->start = e->ns;
	line.since = e->ns - t->start;
	line.caller = e->ip ? ig_symbol_name(&t->session, e->ip) : NULL;
	line.callback =
		e->callback ? ig_function_name(&t->session, e->callback) : NULL;
	ig_spans_follow(&t->spans, &line);
	if (t->options->format == IG_FORMAT_JSON)
		ig_print_json(t->out, &line);
	else
		ig_print_text(t->out, &line);
	free(line.caller);
	free(line.callback);
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
	struct ig_loss_count *losses;
	int lost = 0;
	size_t n, i;

	if (ig_losses_read(&t->session.probes, &losses, &n))
		return 1;
	for (i = 0; i < n; i++) {
		const struct ig_loss_count *l = &losses[i];

		if (!l->count)
			continue;
		lost = 1;
		ig_warn("%" PRIu64 " lost: %s", l->count, ig_loss_reason(l));
		if (t->options->format != IG_FORMAT_JSON)
			continue;
		fprintf(t->out,
			"{\"event\":\"lost\",\"key\":\"%s\",\"count\":%" PRIu64
			",\"reason\":\"%s\"}\n",
			ig_loss_key(l->loss), l->count, ig_loss_reason(l));
	}
	ig_losses_free(losses, n);
	return lost;
}

static int follow(struct trace *t, struct ig_workload *work)
{
	struct ig_snapshot groups;
	int lost;

	/* Teaches the probes the groups that are there already. */
	if (ig_snapshot_take(&t->session, &groups))
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

static const struct ig_module events = {
	.name = "trace",
	.programs = IG_PROGRAMS_SNAPSHOT | IG_PROGRAMS_ACCOUNT |
		    IG_PROGRAMS_STREAM,
};

static const struct ig_module all_events = {
	.name = "trace -v",
	.programs = IG_PROGRAMS_SNAPSHOT | IG_PROGRAMS_ACCOUNT |
		    IG_PROGRAMS_STREAM | IG_PROGRAMS_GROUP_LOCK,
};

int ig_cmd_trace(const struct ig_options *options)
{
	const struct ig_module *const modules[] = {
		options->verbose ? &all_events : &events, NULL
	};
	struct trace t = { .options = options };
	int code = IG_EXIT_FAILED;
	struct ig_workload work;
	bool started;

	if (ig_workload_prepare(&work, options,
				options->format != IG_FORMAT_TEXT))
		return IG_EXIT_FAILED;
	t.out = ig_output_open(options, false);
	if (!t.out)
		return IG_EXIT_FAILED;
	started = !ig_session_start(&t.session, options, modules);
	if (started) {
		t.ring = ring_buffer__new(
			bpf_map__fd(t.session.probes.skel->maps.events),
			take_event, &t, NULL);
		if (t.ring)
			code = follow(&t, &work);
		else
			ig_error("cannot map the ring buffer: %m");
		ring_buffer__free(t.ring);
		ig_spans_free(&t.spans);
	}
	if (ig_output_close(t.out, options))
		code = IG_EXIT_FAILED;
	if (started)
		ig_session_leave(&t.session, options->wait);
	return code;
}
