/* SPDX-License-Identifier: GPL-2.0 */
/* How locks are shown: a circle in a report, their order as text and as a
 * graph. */
#ifndef IOMMU_GROUP_LOCKS_PRINT_H
#define IOMMU_GROUP_LOCKS_PRINT_H

#include <stdio.h>

#include "model/result.h"

struct ig_options;

/**
 * ig_locks_print() - what --order and --dot ask for
 * @out: where --order goes
 * @options: the command line
 * @result: has the order
 *
 * Return: 0, or -1 after an error was printed.
 */
int ig_locks_print(FILE *out, const struct ig_options *options,
		   const struct ig_result *result);

/**
 * ig_print_circle() - the edges of a finding, and how its locks can deadlock
 * @out: where to
 * @indent: goes before each line
 * @finding: a finding with edges
 *
 * Return: 0 or -ENOMEM.
 */
int ig_print_circle(FILE *out, const char *indent,
		    const struct ig_finding *finding);

/**
 * ig_lock_print_order() - what nests in the group lock and what it nests in
 * @out: where to
 * @order: which class nests in which
 *
 * Only classes from which the group lock can be reached, or that can be reached
 * from it.
 *
 * Return: 0 or -ENOMEM.
 */
int ig_lock_print_order(FILE *out, const struct ig_lock_order *order);

/**
 * ig_lock_dot() - the same as a graph for Graphviz
 * @out: where to
 * @order: which class nests in which; steps with in_cycle are drawn red
 *
 * Return: 0 or -ENOMEM.
 */
int ig_lock_dot(FILE *out, const struct ig_lock_order *order);

#endif /* IOMMU_GROUP_LOCKS_PRINT_H */
