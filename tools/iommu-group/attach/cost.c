// SPDX-License-Identifier: GPL-2.0
#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "iommu_group_abi.h"
#include "attach/cost.h"
#include "base/clock.h"
#include "attach.skel.h"

/** BATCHES, CALLS - calls in a batch, and batches of which one counts */
#define BATCHES 16
#define CALLS 500

static double one_batch(void)
{
	uint64_t began = ig_now_ns();
	int i;

	for (i = 0; i < CALLS; i++)
		syscall(SYS_getpgid, 0);
	return (double)(ig_now_ns() - began) / CALLS;
}

/* What disturbs only ever adds. */
static double quickest(void)
{
	double least = one_batch(), next;
	int i;

	for (i = 1; i < BATCHES; i++) {
		next = one_batch();
		if (next < least)
			least = next;
	}
	return least;
}

static double measure(struct attach_bpf *skel)
{
	double took;

	skel->bss->cost_tgid = getpid();
	skel->bss->cost_step = IG_COST_OPEN;
	syscall(SYS_getpgid, 0);
	skel->bss->cost_step = IG_COST_CALLS;
	took = quickest();
	skel->bss->cost_step = IG_COST_CLOSE;
	syscall(SYS_getpgid, 0);
	skel->bss->cost_step = IG_COST_OFF;
	return took;
}

double ig_timing_cost(const struct ig_timing *timing)
{
	struct attach_bpf *skel = timing->skel;
	struct bpf_link *entry, *exit;
	double with = -1, without;

	if (bpf_program__fd(skel->progs.cost____x64_sys_getpgid) < 0)
		return -1;
	without = quickest();
	entry = bpf_program__attach(skel->progs.cost____x64_sys_getpgid);
	exit = bpf_program__attach(skel->progs.costexit____x64_sys_getpgid);
	if (entry && exit)
		with = measure(skel);
	bpf_link__destroy(exit);
	bpf_link__destroy(entry);
	if (with < 0)
		return -1;
	return with > without ? with - without : 0;
}
