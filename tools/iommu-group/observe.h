/* SPDX-License-Identifier: GPL-2.0 */
/* From BPF maps to what the analysis takes. */
#ifndef IOMMU_GROUP_OBSERVE_H
#define IOMMU_GROUP_OBSERVE_H

#include "snapshot.h"

/**
 * ig_observe() - read everything that the probes have recorded
 * @watch: under way
 * @run: sites, totals, violations, attaches and losses are filled in; the
 *	snapshots are left alone
 *
 * Return: 0, or -1 after an error was printed.
 */
int ig_observe(const struct ig_watch *watch, struct ig_run *run);

/** ig_observe_free() - release what ig_observe() filled in */
void ig_observe_free(struct ig_run *run);

/**
 * ig_symbol_name() - an address as name+0x1a/0x40 or name+0x1a/0x40 [mod]
 * @watch: under way
 * @ip: a return address
 *
 * Return: the name, or the bare address when nobody knows it; to be freed.
 */
char *ig_symbol_name(const struct ig_watch *watch, uint64_t ip);

/**
 * ig_function_name() - a function's name, with its module
 * @watch: a watch under way
 * @addr: where it begins
 *
 * Return: name or name [mod], for free(); NULL without memory.
 */
char *ig_function_name(const struct ig_watch *watch, uint64_t addr);

#endif /* IOMMU_GROUP_OBSERVE_H */
