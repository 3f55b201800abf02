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

static int run(const struct bpf_program *prog)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);

	return bpf_prog_test_run_opts(bpf_program__fd(prog), &opts) ? -errno :
								      0;
}

int ig_asker_open(struct ig_asker *asker)
{
	asker->skel = symbols_bpf__open_and_load();
	return asker->skel ? 0 : -errno;
}

void ig_asker_close(struct ig_asker *asker)
{
	symbols_bpf__destroy(asker->skel);
	asker->skel = NULL;
}

int ig_asker_find(struct ig_asker *asker, struct ig_address *list, size_t n)
{
	struct symbols_bpf *skel = asker->skel;
	size_t i;
	int err;

	if (n > IG_SYMBOL_QUERIES)
		return -E2BIG;
	for (i = 0; i < n; i++)
		snprintf(skel->bss->queries[i].name,
			 sizeof(skel->bss->queries[i].name), "%s",
			 list[i].name);
	err = run(skel->progs.find_symbols);
	if (!err && skel->bss->refused)
		err = -EPERM;
	for (i = 0; !err && i < n; i++)
		take_answer(&list[i], &skel->bss->queries[i]);
	return err;
}

const char *ig_asker_name(struct ig_asker *asker, uint64_t ip)
{
	struct ig_symbol_query *q = &asker->skel->bss->queries[0];

	q->addr = ip;
	q->text[0] = 0;
	/* An address without a name is shown as a number. */
	if (run(asker->skel->progs.name_address) || !strchr(q->text, '+'))
		return NULL;
	return q->text;
}
