// SPDX-License-Identifier: GPL-2.0
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "iommu_group_abi.h"
#include "attach/samples.h"
#include "base/error.h"
#include "attach.skel.h"
#include "probe/maps.h"
#include "probe/traces.h"

/** SAMPLE_NS - between two looks; no divisor of a timer tick */
#define SAMPLE_NS 199999

static struct bpf_link *start_one(const struct ig_timing *timing, int cpu)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_CPU_CLOCK,
		.sample_period = SAMPLE_NS,
		.exclude_user = 1,
	};
	struct bpf_link *link;
	int fd;

	fd = syscall(SYS_perf_event_open, &attr, -1, cpu, -1,
		     PERF_FLAG_FD_CLOEXEC);
	if (fd < 0)
		return NULL;
	link = bpf_program__attach_perf_event(timing->skel->progs.sample__, fd);
	/* The link owns the event once there is one. */
	if (!link)
		close(fd);
	return link;
}

int ig_samples_start(struct ig_samples *samples, const struct ig_timing *timing)
{
	int cpus = libbpf_num_possible_cpus(), cpu;

	samples->n = 0;
	samples->links = calloc(cpus > 0 ? cpus : 1, sizeof(*samples->links));
	if (!samples->links)
		return ig_error("out of memory");
	/* A CPU that is not there has no clock. */
	for (cpu = 0; cpu < cpus; cpu++) {
		samples->links[samples->n] = start_one(timing, cpu);
		if (samples->links[samples->n])
			samples->n++;
	}
	if (samples->n)
		return 0;
	free(samples->links);
	samples->links = NULL;
	return ig_error(
		"cannot sample (%m); leave out --folded, or see kernel.perf_event_paranoid");
}

void ig_samples_stop(struct ig_samples *samples)
{
	int i;

	for (i = 0; i < samples->n; i++)
		bpf_link__destroy(samples->links[i]);
	free(samples->links);
	samples->links = NULL;
	samples->n = 0;
}

/* name+0x1a/0x40 [mod] as name [mod]: a flame graph is about functions. */
static void print_frame(FILE *out, const char *frame)
{
	size_t name = strcspn(frame, "+");
	const char *module = strchr(frame + name, ' ');

	fprintf(out, "%.*s%s", (int)name, frame, module ? module : "");
}

static char *fold(const struct ig_trace *trace, uint32_t op)
{
	char *text = NULL;
	size_t size, i;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	if (!trace)
		fputs(ig_timing_op_name(op), out);
	for (i = trace ? trace->nframes : 0; i-- > 0;) {
		print_frame(out, trace->frames[i]);
		if (i)
			fputc(';', out);
	}
	if (fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}

static int add_folded(struct ig_timing_run *run, char *frames, uint64_t ns)
{
	struct ig_timing_folded *f;
	size_t i;

	if (!frames)
		return -1;
	/* Stacks that differ in offsets alone are one. */
	for (i = 0; i < run->nfolded; i++) {
		if (strcmp(run->folded[i].frames, frames))
			continue;
		run->folded[i].ns += ns;
		free(frames);
		return 0;
	}
	f = ig_one_more(&run->folded, &run->nfolded, sizeof(*f));
	if (!f) {
		free(frames);
		return -1;
	}
	f->frames = frames;
	f->ns = ns;
	return 0;
}

static int add_waits(struct ig_timing_run *run)
{
	size_t i;

	for (i = 0; i < run->nsizes; i++) {
		const struct ig_timing_size *s = &run->sizes[i];
		char *frames;

		if (!s->times.wait)
			continue;
		if (asprintf(&frames, "%s;[waiting for group->mutex]",
			     ig_timing_op_name(s->of.op)) < 0)
			return -1;
		if (add_folded(run, frames, s->times.wait))
			return -1;
	}
	return 0;
}

int ig_samples_read(const struct ig_timing *timing, struct ig_timing_run *run)
{
	const struct bpf_map *map = timing->skel->maps.samples;
	struct ig_sample_count value;
	struct ig_sample key;

	ig_for_each_entry(map, key, value) {
		struct ig_trace *trace;
		int err;

		trace = ig_trace_of_sample(&timing->session, value.slot);
		err = add_folded(run, fold(trace, key.op),
				 value.count * SAMPLE_NS);
		ig_trace_free(trace);
		if (err)
			return -1;
	}
	return add_waits(run);
}
