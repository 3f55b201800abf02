/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who attaches goes before who detaches: to take the last program off a
 * function can keep the kernel's own lock for a tenth of a second, to take one
 * of two off does not.
 */
#ifndef IOMMU_GROUP_TURN_H
#define IOMMU_GROUP_TURN_H

/**
 * ig_turn_take() - programs are about to be attached
 *
 * Return: for ig_turn_end(); negative where nobody can be told, which only
 * costs time.
 */
int ig_turn_take(void);

/** ig_turn_end() - they are attached, or are not going to be */
void ig_turn_end(int turn);

/**
 * ig_turn_give_way() - wait while others attach programs, for a bounded time
 * @left_ms: what is left of that time; made less
 */
void ig_turn_give_way(unsigned int *left_ms);

/** ig_turn_leave() - this process detaches, as long as it lives */
void ig_turn_leave(void);

/**
 * ig_turn_wait() - wait for all that detach, for a bounded time
 * @most_ms: that time
 *
 * Who detaches takes locks, and can be preempted in a program that watches
 * locks: the kernel skips that program for others then.
 */
void ig_turn_wait(unsigned int most_ms);

#endif /* IOMMU_GROUP_TURN_H */
