/* SPDX-License-Identifier: GPL-2.0 */
/* Walking the order of locks; what the parts of the lock analysis share. */
#ifndef IOMMU_GROUP_LOCK_GRAPH_H
#define IOMMU_GROUP_LOCK_GRAPH_H

#include "locks/locks.h"

/** enum ig_lock_way - inwards is the way that locks are taken */
enum ig_lock_way {
	IG_INWARDS,
	IG_OUTWARDS,
};

/**
 * struct ig_lock_graph - the steps of an order by class
 * @order: the order
 * @start: for each way and class, where its steps begin in @steps; the next
 *	class has the end
 * @steps: indexes of steps
 */
struct ig_lock_graph {
	const struct ig_lock_order *order;
	size_t *start[2];
	size_t *steps[2];
};

/**
 * ig_lock_graph() - sort the steps of an order by class
 * @order: the order, must outlive the graph
 * @graph: filled in; release with ig_lock_graph_free()
 *
 * Return: 0 or -ENOMEM.
 */
int ig_lock_graph(const struct ig_lock_order *order,
		  struct ig_lock_graph *graph);

/** ig_lock_graph_free() - release what ig_lock_graph() filled in */
void ig_lock_graph_free(struct ig_lock_graph *graph);

/** ig_lock_end() - the class that a step leads to when it is gone this way */
static inline size_t ig_lock_end(const struct ig_lock_step *step,
				 enum ig_lock_way way)
{
	return way == IG_INWARDS ? step->to : step->from;
}

/**
 * ig_lock_reach() - the classes on one side of the group lock
 * @graph: the graph
 * @way: inwards for what is taken under it, outwards for what it is taken under
 *
 * Return: of each class whether it is one of them; of the group lock itself
 * true.  To be freed; NULL without memory.
 */
bool *ig_lock_reach(const struct ig_lock_graph *graph, enum ig_lock_way way);

/** ig_has_group_lock() - whether the group lock is in the order, as class 0 */
static inline bool ig_has_group_lock(const struct ig_lock_order *order)
{
	return order->nclasses && order->classes[0].kind == IG_CLASS_GROUP;
}

#endif /* IOMMU_GROUP_LOCK_GRAPH_H */
