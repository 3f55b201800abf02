/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which group a device belongs to that has none of its own, and USB companion
 * controllers that were torn apart.  Both were left open when groups were
 * introduced (the PCI-to-ISA and USB discussion of May 2012).
 */
#ifndef IOMMU_GROUP_TOPOLOGY_H
#define IOMMU_GROUP_TOPOLOGY_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct ig_heir - a device that inherits its group
 * @bus: bus of the device
 * @device: its name
 * @group: the nearest ancestor's group
 * @via: that ancestor's name; it is on another bus
 */
struct ig_heir {
	char *bus;
	char *device;
	unsigned int group;
	char *via;
};

/** struct ig_split - companion controllers in different groups */
struct ig_split {
	char *ehci;
	unsigned int ehci_group;
	char *companion; /* OHCI or UHCI function of the same device */
	unsigned int companion_group;
};

/** struct ig_topology - what sysfs tells beyond the groups themselves */
struct ig_topology {
	struct ig_heir *heirs;
	size_t nheirs;
	struct ig_split *splits;
	size_t nsplits;
};

/**
 * ig_topology_read() - look at all devices of all buses
 * @root: where sysfs is mounted
 * @topology: filled in
 *
 * Return: 0, or -1 when out of memory.
 */
int ig_topology_read(const char *root, struct ig_topology *topology);

/** ig_topology_free() - release what ig_topology_read() filled in */
void ig_topology_free(struct ig_topology *topology);

#endif /* IOMMU_GROUP_TOPOLOGY_H */
