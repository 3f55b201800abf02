// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sysfs.h"

static int by_number(const void *a, const void *b)
{
	unsigned int x = *(const unsigned int *)a;
	unsigned int y = *(const unsigned int *)b;

	return x < y ? -1 : x > y;
}

/* The next entry, NULL at the end and, with -errno in @err, after an error. */
static struct dirent *next_entry(DIR *dir, int *err)
{
	struct dirent *entry;

	errno = 0;
	entry = readdir(dir);
	if (!entry)
		*err = -errno;
	return entry;
}

static int add_id(unsigned int **ids, size_t *n, size_t *room, unsigned int id)
{
	unsigned int *more;

	if (*n == *room) {
		*room = *room ? *room * 2 : 64;
		more = reallocarray(*ids, *room, sizeof(**ids));
		if (!more)
			return -ENOMEM;
		*ids = more;
	}
	(*ids)[(*n)++] = id;
	return 0;
}

int ig_sysfs_group_ids(const char *root, unsigned int **ids, size_t *n)
{
	char path[PATH_MAX], *end;
	struct dirent *entry;
	size_t room = 0;
	int err = 0;
	DIR *dir;

	*ids = NULL;
	*n = 0;
	snprintf(path, sizeof(path), "%s/kernel/iommu_groups", root);
	dir = opendir(path);
	if (!dir)
		return -errno;
	while (!err && (entry = next_entry(dir, &err))) {
		unsigned int id = strtoul(entry->d_name, &end, 10);

		if (end != entry->d_name && !*end)
			err = add_id(ids, n, &room, id);
	}
	closedir(dir);
	if (err) {
		free(*ids);
		*ids = NULL;
		*n = 0;
	}
	if (*n)
		qsort(*ids, *n, sizeof(**ids), by_number);
	return err;
}

char *ig_sysfs_link_name(const char *path)
{
	char target[PATH_MAX], *slash;
	ssize_t n = readlink(path, target, sizeof(target) - 1);

	if (n < 0)
		return NULL;
	target[n] = 0;
	slash = strrchr(target, '/');
	return strdup(slash ? slash + 1 : target);
}

/* What is built in can have a folder for its parameters, but no state. */
static char *module_of(const char *driver)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/module/initstate", driver) >=
		    (int)sizeof(path) ||
	    access(path, F_OK))
		return NULL;
	snprintf(path, sizeof(path), "%s/module", driver);
	return ig_sysfs_link_name(path);
}

char *ig_sysfs_driver_module(const char *root, const char *bus,
			     const char *driver)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/bus/%s/drivers/%s", root, bus,
		     driver) >= (int)sizeof(path))
		return NULL;
	return module_of(path);
}

/*
 * Each link in sysfs has a number of its own, and numbers are not used again
 * for long: so it tells this binding from one before it.
 */
static void read_binding(struct ig_device *device, const char *link)
{
	struct stat st;

	if (lstat(link, &st))
		return;
	device->binding = st.st_ino;
	device->driver_module = module_of(link);
}

static int read_driver(struct ig_device *device, const char *dir)
{
	char path[PATH_MAX];

	device->driver = NULL;
	if (snprintf(path, sizeof(path), "%s/%s/driver", dir, device->name) >=
	    (int)sizeof(path))
		return -ENAMETOOLONG;
	device->driver = ig_sysfs_link_name(path);
	/* No driver is bound, or the device is just going. */
	if (!device->driver)
		return errno == ENOENT ? 0 : -errno;
	read_binding(device, path);
	return 0;
}

static int add_device(struct ig_group_state *group, const char *dir,
		      const char *name)
{
	struct ig_device *devices;

	devices = reallocarray(group->devices, group->ndevices + 1,
			       sizeof(*devices));
	if (!devices)
		return -ENOMEM;
	group->devices = devices;
	devices += group->ndevices;
	memset(devices, 0, sizeof(*devices));
	devices->name = strdup(name);
	if (!devices->name)
		return -ENOMEM;
	group->ndevices++;
	return read_driver(devices, dir);
}

static int by_name(const void *a, const void *b)
{
	const struct ig_device *x = a, *y = b;

	return strcmp(x->name, y->name);
}

int ig_sysfs_devices(const char *root, struct ig_group_state *group)
{
	char path[PATH_MAX];
	struct dirent *entry;
	int err = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/kernel/iommu_groups/%u/devices", root,
		 group->id);
	dir = opendir(path);
	if (!dir)
		return -errno;
	while (!err && (entry = next_entry(dir, &err)))
		if (entry->d_name[0] != '.')
			err = add_device(group, path, entry->d_name);
	closedir(dir);
	if (group->ndevices)
		qsort(group->devices, group->ndevices, sizeof(*group->devices),
		      by_name);
	return err;
}

bool ig_module_loaded(const char *root, const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/module/%s", root, name);
	return !access(path, F_OK);
}

bool ig_sysfs_vfio_group(const char *root, unsigned int id)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/class/vfio/%u", root, id);
	if (!access(path, F_OK))
		return true;
	snprintf(path, sizeof(path), "%s/class/vfio/noiommu-%u", root, id);
	return !access(path, F_OK);
}
