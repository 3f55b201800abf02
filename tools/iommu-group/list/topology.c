// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/sysfs.h"
#include "list/topology.h"

/* Programming interface of a USB controller's class code 0x0c03xx. */
#define USB_CLASS 0x0c03
#define USB_UHCI 0x00
#define USB_OHCI 0x10
#define USB_EHCI 0x20

/* Calls fn with the path of each entry of a directory; stops at an error. */
static int for_each_entry(const char *dir,
			  int (*fn)(const char *path, const char *name,
				    void *data),
			  void *data)
{
	struct dirent **list;
	char path[PATH_MAX];
	int n, i, err = 0;

	n = scandir(dir, &list, NULL, alphasort);
	if (n < 0)
		return 0;
	for (i = 0; i < n; i++) {
		if (!err && list[i]->d_name[0] != '.' &&
		    snprintf(path, sizeof(path), "%s/%s", dir,
			     list[i]->d_name) < (int)sizeof(path))
			err = fn(path, list[i]->d_name, data);
		free(list[i]);
	}
	free(list);
	return err;
}

/* The group that a device directory links to; -1 for none. */
static long group_of(const char *dir)
{
	char path[PATH_MAX], *name, *end;
	long id;

	if (snprintf(path, sizeof(path), "%s/iommu_group", dir) >=
	    (int)sizeof(path))
		return -1;
	name = ig_sysfs_link_name(path);
	if (!name)
		return -1;
	id = strtol(name, &end, 10);
	if (*end || end == name)
		id = -1;
	free(name);
	return id;
}

static char *bus_of(const char *dir)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/subsystem", dir) >=
	    (int)sizeof(path))
		return NULL;
	return ig_sysfs_link_name(path);
}

static int add_heir(struct ig_topology *t, const char *bus, const char *device,
		    long group, const char *via)
{
	struct ig_heir *heirs =
		reallocarray(t->heirs, t->nheirs + 1, sizeof(*heirs));

	if (!heirs)
		return -1;
	t->heirs = heirs;
	heirs += t->nheirs;
	heirs->bus = strdup(bus);
	heirs->device = strdup(device);
	heirs->via = strdup(via);
	heirs->group = group;
	t->nheirs++;
	return heirs->bus && heirs->device && heirs->via ? 0 : -1;
}

/* Walk up from a device to the nearest ancestor that has a group. */
static int look_up(struct ig_topology *t, const char *dir, const char *name,
		   const char *bus)
{
	char real[PATH_MAX], *slash, *above;
	int err = 0;
	long group;

	if (!realpath(dir, real) || group_of(real) >= 0)
		return 0;
	while ((slash = strrchr(real, '/')) && slash != real) {
		*slash = 0;
		group = group_of(real);
		if (group < 0)
			continue;
		above = bus_of(real);
		if (above && strcmp(above, bus))
			err = add_heir(t, bus, name, group,
				       strrchr(real, '/') + 1);
		free(above);
		break;
	}
	return err;
}

struct bus_walk {
	struct ig_topology *topology;
	const char *bus;
};

static int visit_device(const char *path, const char *name, void *data)
{
	struct bus_walk *walk = data;

	return look_up(walk->topology, path, name, walk->bus);
}

static int visit_bus(const char *path, const char *name, void *data)
{
	struct bus_walk walk = { data, name };
	char devices[PATH_MAX];

	if (snprintf(devices, sizeof(devices), "%s/devices", path) >=
	    (int)sizeof(devices))
		return 0;
	return for_each_entry(devices, visit_device, &walk);
}

/* USB host controllers among the PCI functions, in order of address. */
struct usb_function {
	char name[32];
	unsigned int interface;
	long group;
};

struct usb_list {
	struct usb_function *list;
	size_t n;
};

static int visit_pci(const char *path, const char *name, void *data)
{
	struct usb_list *usb = data;
	struct usb_function *more;
	unsigned int class = 0;
	char file[PATH_MAX];
	FILE *f;

	if (snprintf(file, sizeof(file), "%s/class", path) >= (int)sizeof(file))
		return 0;
	f = fopen(file, "re");
	if (!f)
		return 0;
	if (fscanf(f, "%x", &class) != 1)
		class = 0;
	fclose(f);
	if (class >> 8 != USB_CLASS)
		return 0;
	more = reallocarray(usb->list, usb->n + 1, sizeof(*more));
	if (!more)
		return -1;
	usb->list = more;
	more += usb->n++;
	snprintf(more->name, sizeof(more->name), "%s", name);
	more->interface = class & 0xff;
	more->group = group_of(path);
	return 0;
}

/* Same domain, bus and slot: all but the function number agrees. */
static bool same_device(const char *a, const char *b)
{
	const char *dot = strrchr(a, '.');

	return dot && !strncmp(a, b, dot - a + 1);
}

static int add_split(struct ig_topology *t, const struct usb_function *ehci,
		     const struct usb_function *companion)
{
	struct ig_split *splits =
		reallocarray(t->splits, t->nsplits + 1, sizeof(*splits));

	if (!splits)
		return -1;
	t->splits = splits;
	splits += t->nsplits;
	splits->ehci = strdup(ehci->name);
	splits->companion = strdup(companion->name);
	splits->ehci_group = ehci->group;
	splits->companion_group = companion->group;
	t->nsplits++;
	return splits->ehci && splits->companion ? 0 : -1;
}

static bool is_split(const struct usb_function *a, const struct usb_function *b)
{
	return a->interface == USB_EHCI &&
	       (b->interface == USB_OHCI || b->interface == USB_UHCI) &&
	       same_device(a->name, b->name) && a->group >= 0 &&
	       b->group >= 0 && a->group != b->group;
}

static int find_splits(struct ig_topology *t, const struct usb_list *usb)
{
	size_t i, j;

	for (i = 0; i < usb->n; i++)
		for (j = 0; j < usb->n; j++)
			if (is_split(&usb->list[i], &usb->list[j]) &&
			    add_split(t, &usb->list[i], &usb->list[j]))
				return -1;
	return 0;
}

int ig_topology_read(const char *root, struct ig_topology *topology)
{
	struct usb_list usb = {};
	char path[PATH_MAX];
	int err;

	memset(topology, 0, sizeof(*topology));
	snprintf(path, sizeof(path), "%s/bus", root);
	err = for_each_entry(path, visit_bus, topology);
	snprintf(path, sizeof(path), "%s/bus/pci/devices", root);
	if (!err)
		err = for_each_entry(path, visit_pci, &usb);
	if (!err)
		err = find_splits(topology, &usb);
	free(usb.list);
	return err;
}

void ig_topology_free(struct ig_topology *topology)
{
	size_t i;

	for (i = 0; i < topology->nheirs; i++) {
		free(topology->heirs[i].bus);
		free(topology->heirs[i].device);
		free(topology->heirs[i].via);
	}
	for (i = 0; i < topology->nsplits; i++) {
		free(topology->splits[i].ehci);
		free(topology->splits[i].companion);
	}
	free(topology->heirs);
	free(topology->splits);
	memset(topology, 0, sizeof(*topology));
}
