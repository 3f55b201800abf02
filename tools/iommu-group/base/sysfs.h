/* SPDX-License-Identifier: GPL-2.0 */
/* IOMMU groups as sysfs shows them. */
#ifndef IOMMU_GROUP_SYSFS_H
#define IOMMU_GROUP_SYSFS_H

#include "model/run.h"

/**
 * ig_sysfs_group_ids() - ids of all groups, in rising order
 * @root: where sysfs is mounted
 * @ids: set to an array for the caller to free
 * @n: set to its length; 0 when there are no groups
 *
 * Return: 0, or -errno when not all could be read; then there are no ids.
 */
int ig_sysfs_group_ids(const char *root, unsigned int **ids, size_t *n);

/**
 * ig_sysfs_devices() - fill in the devices of a group and their drivers
 * @root: where sysfs is mounted
 * @group: its id says which; devices and ndevices are set
 *
 * Return: 0, or -errno when not all could be read; -ENOENT of a group that is
 * gone.
 */
int ig_sysfs_devices(const char *root, struct ig_group_state *group);

/**
 * ig_sysfs_vfio_group() - whether VFIO has a group of its own for a group
 * @root: where sysfs is mounted
 * @id: the IOMMU group
 */
bool ig_sysfs_vfio_group(const char *root, unsigned int id);

/** ig_sysfs_link_name() - last part of a symlink's target, NULL if none */
char *ig_sysfs_link_name(const char *path);

/**
 * ig_sysfs_driver_module() - the loadable module that a driver is in
 * @root: where sysfs is mounted
 * @bus: the driver's bus
 * @driver: its name
 *
 * Return: the module's name, to be freed; NULL for what is built in.
 */
char *ig_sysfs_driver_module(const char *root, const char *bus,
			     const char *driver);

/** ig_module_loaded() - whether a module is loaded (or built in) */
bool ig_module_loaded(const char *root, const char *name);

#endif /* IOMMU_GROUP_SYSFS_H */
