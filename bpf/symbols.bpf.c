// SPDX-License-Identifier: GPL-2.0
/*
 * Where a few functions of the kernel are.  Asking the kernel for them by name
 * takes a hundredth of what reading all of /proc/kallsyms takes.
 */
#include "core/vmlinux.h"
#include <bpf/bpf_helpers.h>

#include "iommu_group_symbols.h"

#define EPERM 1

char LICENSE[] SEC("license") = "GPL";

struct ig_symbol_query queries[IG_SYMBOL_QUERIES] = {};
/* The kernel does not tell addresses. */
__u32 refused = 0;

static long answer(__u32 i, void *unused)
{
	static const char fmt[] = "%pS";
	struct ig_symbol_query *q;
	__u64 addr = 0;
	long err;

	if (i >= IG_SYMBOL_QUERIES)
		return 1;
	q = &queries[i];
	if (!q->name[0])
		return 1;
	err = bpf_kallsyms_lookup_name(q->name, sizeof(q->name), 0, &addr);
	if (err == -EPERM)
		refused = 1;
	if (err)
		return err == -EPERM;
	q->addr = addr;
	/* As name+0x0/0xSIZE. */
	bpf_snprintf(q->text, sizeof(q->text), fmt, &addr, sizeof(addr));
	return 0;
}

/* The name of the call before a return address: the first query's. */
SEC("syscall")
int name_address(void *ctx)
{
	static const char fmt[] = "%pB";
	__u64 addr = queries[0].addr;

	bpf_snprintf(queries[0].text, sizeof(queries[0].text), fmt, &addr,
		     sizeof(addr));
	return 0;
}

SEC("syscall")
int find_symbols(void *ctx)
{
	bpf_loop(IG_SYMBOL_QUERIES, answer, NULL, 0);
	return 0;
}
