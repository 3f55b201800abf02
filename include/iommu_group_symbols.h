/* SPDX-License-Identifier: GPL-2.0 */
/* Asking the kernel where its functions are: bpf/symbols.bpf.c */
#ifndef IOMMU_GROUP_SYMBOLS_ABI_H
#define IOMMU_GROUP_SYMBOLS_ABI_H

#ifndef __bpf__
#include <linux/types.h>
#endif

/** IG_SYMBOL_QUERIES - names that can be asked for at a time */
#define IG_SYMBOL_QUERIES 16

/**
 * struct ig_symbol_query - a question and its answer
 * @name: the function; padded with zeros, the last one is always there
 * @text: it and its size, as name+0x0/0x40; of an address, name+0x1a/0x40
 * @addr: 0 for none of that name
 */
struct ig_symbol_query {
	char name[64];
	char text[160];
	__u64 addr;
};

#endif /* IOMMU_GROUP_SYMBOLS_ABI_H */
