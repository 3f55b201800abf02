// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "iommu_group_abi.h"
#include "audit.skel.h"
#include "base/clock.h"
#include "model/findings.h"
#include "probe/alive.h"

/** PERIOD_NS - pause between two heartbeats */
#define PERIOD_NS 1000000000ull
/** TRIES - the kernel may skip a program that it has preempted */
#define TRIES 5

static void failed(struct ig_alive *alive, const char *what, const char *why)
{
	double at = (ig_now_ns() - alive->started) / 1e9;

	if (!alive->failed++)
		snprintf(alive->why, sizeof(alive->why),
			 "%.1f s after the start, no %s ran%s", at, what, why);
}

/* Setting the name that a task has is an event, too. */
static bool event_answers(struct ig_alive *alive)
{
	const struct audit_bpf *skel = alive->probes->skel;
	uint64_t before = skel->bss->event_beats;
	char name[16] = "";
	int i;

	for (i = 0; i < TRIES && skel->bss->event_beats == before; i++) {
		prctl(PR_GET_NAME, name);
		prctl(PR_SET_NAME, name);
	}
	return skel->bss->event_beats != before;
}

static bool function_answers(struct ig_alive *alive, char *value)
{
	const struct audit_bpf *skel = alive->probes->skel;
	uint64_t before = skel->bss->function_beats;
	int i;

	for (i = 0; i < TRIES && skel->bss->function_beats == before; i++)
		if (pread(alive->sysctl, value, 1, 0) < 0)
			*value = '?';
	return skel->bss->function_beats != before;
}

static const char *function_hook(const struct ig_probes *probes)
{
	return probes->backend == IG_BACKEND_KPROBE ? "kprobe" : "fentry probe";
}

static void beat(struct ig_alive *alive)
{
	const char *hook = function_hook(alive->probes);
	char value = 0;

	if (!event_answers(alive))
		failed(alive, "tracepoint probe", "");
	if (alive->sysctl < 0)
		failed(alive, hook, ": no sysctl can be read");
	else if (!function_answers(alive, &value))
		failed(alive, hook,
		       value == '0' ? ": kernel.ftrace_enabled is 0" : "");
	alive->last = ig_now_ns();
}

void ig_alive_start(struct ig_alive *alive, const struct ig_probes *probes)
{
	memset(alive, 0, sizeof(*alive));
	alive->sysctl = -1;
	if (!(probes->programs & IG_PROGRAMS_ACCOUNT))
		return;
	alive->probes = probes;
	probes->skel->bss->collector_tgid = getpid();
	/* Its value says something, too; any other would do as well. */
	alive->sysctl =
		open("/proc/sys/kernel/ftrace_enabled", O_RDONLY | O_CLOEXEC);
	if (alive->sysctl < 0)
		alive->sysctl =
			open("/proc/sys/kernel/panic", O_RDONLY | O_CLOEXEC);
	alive->started = ig_now_ns();
	beat(alive);
}

void ig_alive_restart(struct ig_alive *alive)
{
	struct audit_bpf *skel;

	if (!alive->probes)
		return;
	skel = alive->probes->skel;
	skel->bss->ftrace_switched = 0;
	skel->bss->kprobes_switched = 0;
	alive->failed = 0;
	alive->why[0] = 0;
	alive->started = ig_now_ns();
}

void ig_alive_tick(struct ig_alive *alive)
{
	if (alive->probes && ig_now_ns() - alive->last >= PERIOD_NS)
		beat(alive);
}

static int explain(const struct ig_alive *alive, struct ig_loss_count *loss)
{
	const struct audit_bpf *skel = alive->probes->skel;
	char times[IG_TIMES_LEN];
	FILE *out;
	size_t size;

	out = open_memstream(&loss->detail, &size);
	if (!out)
		return -1;
	if (skel->bss->ftrace_switched)
		fprintf(out, "kernel.ftrace_enabled was set to 0 %s; ",
			ig_times(times, skel->bss->ftrace_switched));
	if (skel->bss->kprobes_switched)
		fprintf(out, "debug/kprobes/enabled was written %s; ",
			ig_times(times, skel->bss->kprobes_switched));
	if (alive->failed)
		fprintf(out, "%s; ", alive->why);
	fputs("probes see nothing while they are off: leave them on and run again",
	      out);
	return fclose(out) ? -1 : 0;
}

int ig_alive_loss(struct ig_alive *alive, struct ig_loss_count *loss)
{
	loss->loss = IG_LOSS_PROBES_DEAD;
	if (!alive->probes)
		return 0;
	beat(alive);
	loss->count = (uint64_t)alive->failed +
		      alive->probes->skel->bss->ftrace_switched +
		      alive->probes->skel->bss->kprobes_switched;
	return loss->count ? explain(alive, loss) : 0;
}

void ig_alive_stop(struct ig_alive *alive)
{
	if (alive->probes && alive->sysctl >= 0)
		close(alive->sysctl);
	alive->probes = NULL;
}
