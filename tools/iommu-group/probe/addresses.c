// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "iommu_group_symbols.h"
#include "probe/addresses.h"
#include "symbols.skel.h"

static void take_answer(struct ig_address *a, const struct ig_symbol_query *q)
{
	const char *size = strrchr(q->text, '/');

	a->start = q->addr;
	a->end = q->addr ? q->addr + (size ? strtoull(size + 1, NULL, 16) : 0) :
			   0;
}

static int ask(struct symbols_bpf *skel)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);
	int err = bpf_prog_test_run_opts(
		bpf_program__fd(skel->progs.find_symbols), &opts);

	if (err)
		return -errno;
	return skel->bss->refused ? -EPERM : 0;
}

int ig_addresses_find(struct ig_address *list, size_t n)
{
	struct symbols_bpf *skel;
	int err = -E2BIG;
	size_t i;

	skel = symbols_bpf__open_and_load();
	if (!skel)
		return -errno;
	if (n <= IG_SYMBOL_QUERIES) {
		for (i = 0; i < n; i++)
			snprintf(skel->bss->queries[i].name,
				 sizeof(skel->bss->queries[i].name), "%s",
				 list[i].name);
		err = ask(skel);
	}
	for (i = 0; !err && i < n; i++)
		take_answer(&list[i], &skel->bss->queries[i]);
	symbols_bpf__destroy(skel);
	return err;
}
