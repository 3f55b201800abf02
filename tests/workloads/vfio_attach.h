/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Attach the IOMMU group of a device, or the device, and detach it again.
 */
#ifndef VFIO_ATTACH_H
#define VFIO_ATTACH_H

#include <stdbool.h>

/* What a workload returns when the kernel lacks what it needs. */
#define EXIT_SKIP 77

/* For a workload that expects failures: nothing on stderr. */
extern bool vfio_quiet;

/**
 * vfio_attach() - attach a group to a container with a type1 IOMMU, and detach
 * @bdf: a device of it, which is bound to vfio-pci
 * @seconds: how long it stays attached; 0 for one DMA mapping
 *
 * Return: EXIT_SUCCESS, EXIT_FAILURE with a message, EXIT_SKIP.
 */
int vfio_attach(const char *bdf, unsigned int seconds);

/**
 * vfio_cdev() - attach a device to an address space of iommufd, and detach
 * @bdf: the device, which is bound to vfio-pci
 * @seconds: how long it stays attached
 *
 * Return: EXIT_SUCCESS, EXIT_FAILURE with a message, EXIT_SKIP.
 */
int vfio_cdev(const char *bdf, unsigned int seconds);

#endif
