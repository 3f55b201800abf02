/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which drivers were bound to which devices during the run: the kernel tells of
 * each by a uevent (KOBJ_BIND, KOBJ_UNBIND; drivers/base/dd.c, since 4.14).
 */
#ifndef IOMMU_GROUP_BINDINGS_H
#define IOMMU_GROUP_BINDINGS_H

#include <stdbool.h>

#include "model/run.h"

/**
 * struct ig_bindings - what has been told so far
 * @fd: the socket, below 0 when there is none
 * @list: devices that a driver was bound to in the run and still is, @n of them
 */
struct ig_bindings {
	int fd;
	struct ig_binding *list;
	size_t n;
};

/**
 * ig_bindings_start() - listen from now on
 * @bindings: filled in
 *
 * Without such a socket there is less evidence, which costs no verdict: then
 * only drivers of the groups' own devices are known, from sysfs.
 */
void ig_bindings_start(struct ig_bindings *bindings);

/** ig_bindings_forget() - a run begins: what was bound before is not of it */
void ig_bindings_forget(struct ig_bindings *bindings);

/** ig_bindings_read() - take in what was told since; does not wait */
void ig_bindings_read(struct ig_bindings *bindings);

/**
 * ig_bindings_copy() - what is known, for the analysis
 * @bindings: as read
 * @run: gets a copy
 *
 * Return: 0, or -1 without memory.
 */
int ig_bindings_copy(struct ig_bindings *bindings, struct ig_run *run);

/** ig_bindings_stop() - close the socket and release all */
void ig_bindings_stop(struct ig_bindings *bindings);

#endif /* IOMMU_GROUP_BINDINGS_H */
