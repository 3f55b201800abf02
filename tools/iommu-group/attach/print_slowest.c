// SPDX-License-Identifier: GPL-2.0
/* The operations that took longest. */
#include <stdlib.h>
#include <string.h>

#include "attach/print_parts.h"
#include "base/escape.h"

/** SOME - slowest operations that are shown unless all are asked for */
#define SOME 3

static void print_who(FILE *out, const struct ig_trace *trace)
{
	if (!trace || !trace->comm[0])
		return;
	fputs(", by ", out);
	ig_print_escaped(out, trace->comm);
	fprintf(out, " (pid %u)", trace->pid);
}

static void print_parts(FILE *out, const struct ig_timing_run *run,
			const struct ig_slow *s)
{
	char words[IG_SHORT_LEN], device[IG_DEVICE_WORDS];

	if (run->wait_seen)
		fprintf(out, ", %s waiting", ig_duration_name(words, s->wait));
	if (!run->driver_seen || !s->calls)
		return;
	if (!run->calls) {
		fprintf(out, ", %s in the driver",
			ig_duration_name(words, s->driver));
		return;
	}
	fprintf(out, ", %s in %u callback%s",
		ig_duration_name(words, s->driver), s->calls,
		s->calls == 1 ? "" : "s");
	if (s->calls == 1)
		return;
	fprintf(out, ", %s of it in number %u for ",
		ig_duration_name(words, s->slowest), s->slowest_call + 1);
	ig_print_escaped(out, ig_device_name(device, s));
}

static int compare_times(const void *a, const void *b)
{
	__u64 x = *(const __u64 *)a, y = *(const __u64 *)b;

	return (x > y) - (x < y);
}

static void print_calls(FILE *out, const struct ig_slow *s)
{
	char low[IG_SHORT_LEN], middle[IG_SHORT_LEN], high[IG_SHORT_LEN];
	size_t n = ig_kept_calls(s);
	__u64 sorted[IG_SLOW_CALLS];

	if (n < 2)
		return;
	memcpy(sorted, s->call, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), compare_times);
	fprintf(out,
		"    the%s %zu callbacks: %s to %s, half of them up to %s\n",
		n < s->calls ? " first" : "", n,
		ig_duration_name(low, sorted[0]),
		ig_duration_name(high, sorted[n - 1]),
		ig_duration_name(middle, sorted[(n - 1) / 2]));
}

static void print_stack(FILE *out, const struct ig_trace *trace)
{
	size_t i;

	for (i = 0; trace && i < trace->nframes; i++) {
		fputs("    ", out);
		ig_print_escaped(out, trace->frames[i]);
		fputc('\n', out);
	}
}

static void print_slow(FILE *out, const struct ig_timing_run *run,
		       const struct ig_timing_slow *slow)
{
	const struct ig_slow *s = &slow->raw;
	char words[IG_SHORT_LEN];

	fprintf(out, "  %s: %s, ", ig_duration_name(words, s->total),
		ig_timing_op_name(s->of.op));
	if (s->group != IG_NO_GROUP)
		fprintf(out, "group %u, ", s->group);
	fprintf(out, "%u device%s", s->of.devices,
		s->of.devices == 1 ? "" : "s");
	if (s->err)
		fprintf(out, ", failed with %s",
			ig_errno_name(words, abs(s->err)));
	print_who(out, slow->trace);
	print_parts(out, run, s);
	fputc('\n', out);
}

void ig_timing_print_slowest(FILE *out, const struct ig_timing_report *report)
{
	const struct ig_timing_run *run = report->run;
	size_t n = run->nslow, i;

	if (!report->verbose && n > SOME)
		n = SOME;
	if (n)
		fputs("\nthe slowest:\n", out);
	for (i = 0; i < n; i++) {
		print_slow(out, run, &run->slow[i]);
		if (!report->verbose)
			continue;
		if (run->driver_seen && run->calls)
			print_calls(out, &run->slow[i].raw);
		print_stack(out, run->slow[i].trace);
	}
}
