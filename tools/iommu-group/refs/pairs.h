/* SPDX-License-Identifier: GPL-2.0 */
/* What is left to pair of the gets and puts of a run; for refs/ alone. */
#ifndef IOMMU_GROUP_PAIRS_H
#define IOMMU_GROUP_PAIRS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct caller - one call site, or one of its paths, over all groups of the
 *run
 * @ip: its address
 * @path: 0 where the site has one path only
 * @symbol: its name
 * @module: in it, that of its module
 * @gets, @puts: open, of all groups
 * @partner: the caller that explains most of these, NULL for none
 * @start: of its balances, in @of_caller of struct pairs; they end where those
 *of the next one start
 */
struct caller {
	uint64_t ip;
	uint64_t path;
	const char *symbol;
	const char *module;
	uint64_t gets;
	uint64_t puts;
	const char *partner;
	size_t start;
};

/**
 * struct site_balance - what one caller left open on one group
 * @released: all released groups together are one balance a caller
 * @group, @gen: the group
 * @caller: index of the caller
 * @site: index + 1 into the sites of the run, 0 for released
 * @gets, @puts: open
 * @across: of @gets, those that were answered here
 * @first_event, @last_event: of the group, 0 when not known
 * @first, @after: the balances of the group
 */
struct site_balance {
	bool released;
	unsigned int group;
	unsigned int gen;
	size_t caller;
	size_t site;
	uint64_t gets;
	uint64_t puts;
	uint64_t across;
	unsigned int first_event;
	unsigned int last_event;
	size_t first;
	size_t after;
};

/**
 * struct pairs - the work space
 * @callers: in order of address; one more than there are
 * @balances: in order of group
 * @of_caller: indices of balances, in order of caller
 */
struct pairs {
	struct caller *callers;
	size_t ncallers;
	struct site_balance *balances;
	size_t nbalances;
	size_t *of_caller;
};

/**
 * ig_pairs_match() - pair what callers have done to the same groups
 * @pairs: all filled in; of its callers and balances, what was paired is closed
 *
 * Return: 0, or -1 without memory.
 */
int ig_pairs_match(struct pairs *pairs);

#endif /* IOMMU_GROUP_PAIRS_H */
