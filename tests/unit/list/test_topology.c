// SPDX-License-Identifier: GPL-2.0
/* Heirs and split USB companions, on a sysfs made of plain files. */
#include <errno.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/kernel.h"
#include "base/sysfs.h"
#include "list/topology.h"

static char root[] = "/tmp/ig-sysfs-XXXXXX";
static struct ig_topology topology;

/* Make a directory of the tree and all above it. */
static void dir(const char *path)
{
	char full[256], *p;

	snprintf(full, sizeof(full), "%s/%s", root, path);
	for (p = full + strlen(root) + 1; (p = strchr(p, '/')); p++) {
		*p = 0;
		mkdir(full, 0755);
		*p = '/';
	}
	mkdir(full, 0755);
}

/* A link in the tree to another place in it. */
static void point(const char *from, const char *to)
{
	char path[256], target[256];

	snprintf(path, sizeof(path), "%s/%s", root, from);
	snprintf(target, sizeof(target), "%s/%s", root, to);
	assert_int_equal(symlink(target, path), 0);
}

/* A device at a place, on a bus, in a group (-1 for none). */
static void device(const char *bus, const char *place, int group)
{
	const char *name = strrchr(place, '/') + 1;
	char a[600], b[256];

	dir(place);
	snprintf(b, sizeof(b), "bus/%s/devices", bus);
	dir(b);
	snprintf(a, sizeof(a), "bus/%s/devices/%s", bus, name);
	point(a, place);
	snprintf(a, sizeof(a), "%s/subsystem", place);
	snprintf(b, sizeof(b), "bus/%s", bus);
	point(a, b);
	if (group < 0)
		return;
	snprintf(b, sizeof(b), "kernel/iommu_groups/%d/devices", group);
	dir(b);
	snprintf(a, sizeof(a), "%s/%s", b, name);
	point(a, place);
	snprintf(a, sizeof(a), "%s/iommu_group", place);
	snprintf(b, sizeof(b), "kernel/iommu_groups/%d", group);
	point(a, b);
}

static void class_of(const char *place, const char *class)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s/class", root, place);
	f = fopen(path, "w");
	assert_non_null(f);
	fprintf(f, "%s\n", class);
	fclose(f);
}

static int setup(void **state)
{
	(void)state;
	strcpy(root + strlen(root) - 6, "XXXXXX");
	return mkdtemp(root) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int teardown(void **state)
{
	(void)state;
	ig_topology_free(&topology);
	return nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void isa_behind_pci(void **state)
{
	(void)state;
	device("pci", "devices/pci0/0000:00:1f.0", 4);
	device("pnp", "devices/pci0/0000:00:1f.0/00:01", -1);
	device("serial", "devices/pci0/0000:00:1f.0/00:01/ttyS0", -1);
	device("platform", "devices/platform/lonely", -1);
	assert_int_equal(ig_topology_read(root, &topology), 0);
	assert_int_equal(topology.nheirs, 2);
	assert_string_equal(topology.heirs[0].device, "00:01");
	assert_string_equal(topology.heirs[0].bus, "pnp");
	assert_string_equal(topology.heirs[0].via, "0000:00:1f.0");
	assert_int_equal(topology.heirs[0].group, 4);
	assert_string_equal(topology.heirs[1].device, "ttyS0");
	assert_int_equal(topology.nsplits, 0);
}

/* The nearest ancestor counts, not the topmost. */
static void nearest_ancestor(void **state)
{
	(void)state;
	device("pci", "devices/pci0/0000:00:01.0", 1);
	device("pci", "devices/pci0/0000:00:01.0/0000:01:00.0", 2);
	device("usb", "devices/pci0/0000:00:01.0/0000:01:00.0/usb1", -1);
	assert_int_equal(ig_topology_read(root, &topology), 0);
	assert_int_equal(topology.nheirs, 1);
	assert_int_equal(topology.heirs[0].group, 2);
	assert_string_equal(topology.heirs[0].via, "0000:01:00.0");
}

static void companions(int ehci_group, int uhci_group, const char *uhci)
{
	char place[64];

	device("pci", "devices/pci0/0000:00:1d.7", ehci_group);
	class_of("devices/pci0/0000:00:1d.7", "0x0c0320");
	snprintf(place, sizeof(place), "devices/pci0/%s", uhci);
	device("pci", place, uhci_group);
	class_of(place, "0x0c0300");
	assert_int_equal(ig_topology_read(root, &topology), 0);
}

static void split_companions(void **state)
{
	(void)state;
	companions(5, 6, "0000:00:1d.0");
	assert_int_equal(topology.nsplits, 1);
	assert_string_equal(topology.splits[0].ehci, "0000:00:1d.7");
	assert_string_equal(topology.splits[0].companion, "0000:00:1d.0");
	assert_int_equal(topology.splits[0].ehci_group, 5);
	assert_int_equal(topology.splits[0].companion_group, 6);
}

static void companions_together(void **state)
{
	(void)state;
	companions(5, 5, "0000:00:1d.0");
	assert_int_equal(topology.nsplits, 0);
}

static void controllers_of_two_devices(void **state)
{
	(void)state;
	companions(5, 6, "0000:00:1a.0");
	assert_int_equal(topology.nsplits, 0);
}

static void groups_of_sysfs(void **state)
{
	struct ig_group_state g = { .id = 4 };
	unsigned int *ids;
	size_t n;

	(void)state;
	device("pci", "devices/pci0/0000:00:1f.2", 10);
	device("pci", "devices/pci0/0000:00:1f.0", 4);
	device("pci", "devices/pci0/0000:00:1e.0", 4);
	dir("bus/pci/drivers/vfio-pci");
	point("devices/pci0/0000:00:1f.0/driver", "bus/pci/drivers/vfio-pci");
	assert_int_equal(ig_sysfs_group_ids(root, &ids, &n), 0);
	assert_int_equal(n, 2);
	assert_int_equal(ids[0], 4);
	assert_int_equal(ids[1], 10);
	free(ids);
	assert_int_equal(ig_sysfs_devices(root, &g), 0);
	assert_int_equal(g.ndevices, 2);
	assert_string_equal(g.devices[0].name, "0000:00:1e.0");
	assert_null(g.devices[0].driver);
	assert_string_equal(g.devices[1].driver, "vfio-pci");
	assert_null(g.devices[1].driver_module);
	ig_group_state_clear(&g);
	g.id = 11;
	assert_int_equal(ig_sysfs_devices(root, &g), -ENOENT);
}

static void bind(const char *driver)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/devices/platform/gpu/driver", root);
	assert_int_equal(unlink(path), 0);
	point("devices/platform/gpu/driver", driver);
}

/* A driver of a bus that is not PCI, in a module or built in. */
static void bindings_of_sysfs(void **state)
{
	struct ig_group_state g = { .id = 4 };
	uint64_t first;

	(void)state;
	device("platform", "devices/platform/gpu", 4);
	dir("bus/platform/drivers/gpu");
	dir("bus/platform/drivers/old_gpu");
	dir("module/gpu_core/initstate");
	dir("module/old_gpu");
	point("bus/platform/drivers/gpu/module", "module/gpu_core");
	point("bus/platform/drivers/old_gpu/module", "module/old_gpu");
	point("devices/platform/gpu/driver", "bus/platform/drivers/gpu");
	assert_int_equal(ig_sysfs_devices(root, &g), 0);
	assert_string_equal(g.devices[0].driver, "gpu");
	assert_string_equal(g.devices[0].driver_module, "gpu_core");
	first = g.devices[0].binding;
	assert_int_not_equal(first, 0);
	ig_group_state_clear(&g);

	/* Parameters, but no state: it is built in. */
	bind("bus/platform/drivers/old_gpu");
	g.id = 4;
	assert_int_equal(ig_sysfs_devices(root, &g), 0);
	assert_string_equal(g.devices[0].driver, "old_gpu");
	assert_null(g.devices[0].driver_module);
	ig_group_state_clear(&g);
}

static void vfio_groups_of_sysfs(void **state)
{
	(void)state;
	assert_false(ig_sysfs_vfio_group(root, 4));
	dir("class/vfio/4");
	dir("class/vfio/noiommu-17");
	assert_true(ig_sysfs_vfio_group(root, 4));
	assert_true(ig_sysfs_vfio_group(root, 17));
	assert_false(ig_sysfs_vfio_group(root, 1));
}

static void no_sysfs_at_all(void **state)
{
	unsigned int *ids;
	size_t n;

	(void)state;
	assert_int_equal(ig_topology_read(root, &topology), 0);
	assert_int_equal(topology.nheirs, 0);
	assert_int_equal(ig_sysfs_group_ids(root, &ids, &n), -ENOENT);
	assert_int_equal(n, 0);
	assert_string_equal(ig_kernel_iommu(root), "none");
}

static void a_file(const char *path)
{
	char full[256];
	FILE *f;

	snprintf(full, sizeof(full), "%s/%s", root, path);
	f = fopen(full, "w");
	assert_non_null(f);
	fclose(f);
}

static void what_cannot_be_read(void **state)
{
	struct ig_group_state g = { .id = 4 };
	unsigned int *ids;
	size_t n;

	(void)state;
	dir("kernel/iommu_groups/4/devices");
	/* No link, so it cannot be read as one. */
	dir("kernel/iommu_groups/4/devices/0000:00:1f.0/driver");
	assert_int_equal(ig_sysfs_devices(root, &g), -EINVAL);
	ig_group_state_clear(&g);
	dir("kernel/iommu_groups/5");
	a_file("kernel/iommu_groups/5/devices");
	g.id = 5;
	assert_int_equal(ig_sysfs_devices(root, &g), -ENOTDIR);
	ig_group_state_clear(&g);
	assert_int_equal(ig_sysfs_group_ids(root, &ids, &n), 0);
	assert_int_equal(n, 2);
	free(ids);
}

static void no_list_of_groups(void **state)
{
	unsigned int *ids;
	size_t n;

	(void)state;
	dir("kernel");
	a_file("kernel/iommu_groups");
	assert_int_equal(ig_sysfs_group_ids(root, &ids, &n), -ENOTDIR);
	assert_int_equal(n, 0);
	assert_null(ids);
}

/* In whatever order the folder lists them. */
static void drivers_of_iommus(void **state)
{
	(void)state;
	dir("class/iommu");
	point("class/iommu/mock0", "devices/virtual/iommu/mock0");
	assert_string_equal(ig_kernel_iommu(root), "other");
	point("class/iommu/dmar0", "devices/virtual/iommu/dmar0");
	assert_string_equal(ig_kernel_iommu(root), "intel");
	point("class/iommu/a_mock", "devices/virtual/iommu/a_mock");
	point("class/iommu/zmock", "devices/virtual/iommu/zmock");
	assert_string_equal(ig_kernel_iommu(root), "intel");
}

#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(isa_behind_pci),
		test(nearest_ancestor),
		test(split_companions),
		test(companions_together),
		test(controllers_of_two_devices),
		test(groups_of_sysfs),
		test(bindings_of_sysfs),
		test(vfio_groups_of_sysfs),
		test(no_sysfs_at_all),
		test(what_cannot_be_read),
		test(no_list_of_groups),
		test(drivers_of_iommus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
