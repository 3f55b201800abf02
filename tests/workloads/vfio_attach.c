// SPDX-License-Identifier: GPL-2.0
/*
 * Attach the IOMMU group of a device, or the device, and detach it again.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/types.h>
#include <linux/vfio.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vfio_attach.h"

/* Outside of what is reserved for MSI and by firmware on any PC. */
#define DMA_IOVA 0x10000000ULL

/*
 * What VFIO's device interface needs, under names of its own, since headers
 * before 6.6 have none of it: include/uapi/linux/vfio.h (VFIO_DEVICE_*).
 */
struct vfio_bind { /* struct vfio_device_bind_iommufd */
	__u32 argsz;
	__u32 flags;
	__s32 iommufd;
	__u32 out_devid;
};
#define VFIO_BIND _IO(VFIO_TYPE, VFIO_BASE + 18)

struct vfio_attach_pt { /* struct vfio_device_attach_iommufd_pt */
	__u32 argsz;
	__u32 flags;
	__u32 pt_id;
};
#define VFIO_ATTACH_PT _IO(VFIO_TYPE, VFIO_BASE + 19)

struct vfio_detach_pt { /* struct vfio_device_detach_iommufd_pt */
	__u32 argsz;
	__u32 flags;
};
#define VFIO_DETACH_PT _IO(VFIO_TYPE, VFIO_BASE + 20)

/* The same for include/uapi/linux/iommufd.h, which 6.2 brought. */
#define IOMMUFD_TYPE ';'

struct iommufd_ioas_alloc { /* struct iommu_ioas_alloc */
	__u32 size;
	__u32 flags;
	__u32 out_ioas_id;
};
#define IOMMUFD_IOAS_ALLOC _IO(IOMMUFD_TYPE, 0x81)

struct iommufd_ioas_map { /* struct iommu_ioas_map */
	__u32 size;
	__u32 flags;
	__u32 ioas_id;
	__u32 reserved;
	__aligned_u64 user_va;
	__aligned_u64 length;
	__aligned_u64 iova;
};
#define IOMMUFD_IOAS_MAP _IO(IOMMUFD_TYPE, 0x85)
#define IOMMUFD_MAP_FIXED (1 << 0)
#define IOMMUFD_MAP_WRITE (1 << 1)
#define IOMMUFD_MAP_READ (1 << 2)

struct iommufd_ioas_unmap { /* struct iommu_ioas_unmap */
	__u32 size;
	__u32 ioas_id;
	__aligned_u64 iova;
	__aligned_u64 length;
};
#define IOMMUFD_IOAS_UNMAP _IO(IOMMUFD_TYPE, 0x86)

bool vfio_quiet;

#define complain(...)                                                          \
	do {                                                                   \
		if (!vfio_quiet)                                               \
			fprintf(stderr, __VA_ARGS__);                          \
	} while (0)

/**
 * failed() - report what did not work, with the reason in errno
 * @bdf: the device
 * @what: what was tried
 *
 * Return: -1, for the caller to return.
 */
static int failed(const char *bdf, const char *what)
{
	complain("vfio: %s: %s: %s (errno %d)\n", bdf, what, strerror(errno),
		 errno);
	return -1;
}

/**
 * group_path() - the VFIO group of a device
 * @bdf: the device
 * @path: filled with the group's device node, such as /dev/vfio/5
 * @size: of @path
 *
 * Return: 0, or -1 with a message.
 */
static int group_path(const char *bdf, char *path, size_t size)
{
	char link[PATH_MAX], target[PATH_MAX];
	const char *id;
	ssize_t len;

	snprintf(link, sizeof(link), "/sys/bus/pci/devices/%s/iommu_group",
		 bdf);
	len = readlink(link, target, sizeof(target) - 1);
	if (len < 0)
		return failed(bdf, "no IOMMU group");
	target[len] = '\0';

	id = strrchr(target, '/');
	snprintf(path, size, "/dev/vfio/%d", atoi(id ? id + 1 : target));
	return 0;
}

static int set_iommu(const char *bdf, int container)
{
	if (!ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU))
		return 0;
	if (!ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1_IOMMU))
		return 0;
	if (errno == EPERM)
		return failed(
			bdf,
			"VFIO_SET_IOMMU without interrupt remapping or allow_unsafe_interrupts");
	return failed(bdf, "VFIO_SET_IOMMU type1v2, then type1");
}

/* Maps one page for DMA and unmaps it again. */
static int dma_round(const char *bdf, int container)
{
	struct vfio_iommu_type1_dma_unmap unmap = { .argsz = sizeof(unmap) };
	struct vfio_iommu_type1_dma_map map = { .argsz = sizeof(map) };
	size_t size = sysconf(_SC_PAGESIZE);
	int ret = 0;
	void *page;

	page = mmap(NULL, size, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (page == MAP_FAILED)
		return failed(bdf, "mmap");

	map.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE;
	map.vaddr = (uintptr_t)page;
	map.iova = DMA_IOVA;
	map.size = size;
	unmap.iova = DMA_IOVA;
	unmap.size = size;
	if (ioctl(container, VFIO_IOMMU_MAP_DMA, &map))
		ret = failed(bdf, "VFIO_IOMMU_MAP_DMA");
	else if (ioctl(container, VFIO_IOMMU_UNMAP_DMA, &unmap))
		ret = failed(bdf, "VFIO_IOMMU_UNMAP_DMA");

	munmap(page, size);
	return ret;
}

/* One attach of the group: @seconds long, or with a DMA mapping if 0. */
static int attached_group(const char *bdf, int container, int group,
			  unsigned int seconds)
{
	struct vfio_group_status status = { .argsz = sizeof(status) };
	int ret;

	if (ioctl(group, VFIO_GROUP_GET_STATUS, &status))
		return failed(bdf, "VFIO_GROUP_GET_STATUS");
	if (!(status.flags & VFIO_GROUP_FLAGS_VIABLE)) {
		complain(
			"vfio: %s: another device of its group has a driver other than vfio-pci\n",
			bdf);
		return -1;
	}

	if (ioctl(group, VFIO_GROUP_SET_CONTAINER, &container))
		return failed(bdf, "VFIO_GROUP_SET_CONTAINER");

	ret = set_iommu(bdf, container);
	if (!ret && seconds) {
		printf("attached\n");
		fflush(stdout);
		sleep(seconds);
	} else if (!ret) {
		ret = dma_round(bdf, container);
	}

	if (ioctl(group, VFIO_GROUP_UNSET_CONTAINER))
		ret = failed(bdf, "VFIO_GROUP_UNSET_CONTAINER");
	return ret;
}

int vfio_attach(const char *bdf, unsigned int seconds)
{
	int container, group, ret;
	char path[PATH_MAX];

	if (group_path(bdf, path, sizeof(path)))
		return EXIT_FAILURE;

	container = open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC);
	if (container < 0 && (errno == ENOENT || errno == ENODEV)) {
		complain("vfio: skipped: the kernel has no /dev/vfio/vfio\n");
		return EXIT_SKIP;
	}
	if (container < 0) {
		failed(bdf, "open /dev/vfio/vfio");
		return EXIT_FAILURE;
	}
	if (ioctl(container, VFIO_GET_API_VERSION) != VFIO_API_VERSION) {
		complain("vfio: %s: unknown VFIO API version\n", bdf);
		close(container);
		return EXIT_FAILURE;
	}

	group = open(path, O_RDWR | O_CLOEXEC);
	if (group < 0) {
		failed(bdf,
		       "open the VFIO group of a device bound to vfio-pci");
		close(container);
		return EXIT_FAILURE;
	}

	ret = attached_group(bdf, container, group, seconds);
	close(group);
	close(container);
	return ret ? EXIT_FAILURE : EXIT_SUCCESS;
}

/**
 * cdev_path() - the VFIO character device of a device
 * @bdf: the device
 * @path: filled with its device node, such as /dev/vfio/devices/vfio0
 * @size: of @path
 *
 * Return: 0, or -1 with errno ENOENT if the kernel offers none.
 */
static int cdev_path(const char *bdf, char *path, size_t size)
{
	struct dirent *entry;
	char dir[PATH_MAX];
	int ret = -1;
	DIR *list;

	snprintf(dir, sizeof(dir), "/sys/bus/pci/devices/%s/vfio-dev", bdf);
	list = opendir(dir);
	if (!list)
		return -1;
	while (ret && (entry = readdir(list))) {
		if (strncmp(entry->d_name, "vfio", 4))
			continue;
		snprintf(path, size, "/dev/vfio/devices/%s", entry->d_name);
		ret = 0;
	}
	closedir(list);
	if (!ret)
		ret = access(path, F_OK);
	errno = ret ? ENOENT : 0;
	return ret;
}

/* Maps one page for DMA and unmaps it again. */
static int ioas_round(const char *bdf, int iommufd, __u32 ioas_id)
{
	struct iommufd_ioas_unmap unmap = { .size = sizeof(unmap) };
	struct iommufd_ioas_map map = { .size = sizeof(map) };
	size_t size = sysconf(_SC_PAGESIZE);
	int ret = 0;
	void *page;

	page = mmap(NULL, size, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (page == MAP_FAILED)
		return failed(bdf, "mmap");

	map.flags = IOMMUFD_MAP_FIXED | IOMMUFD_MAP_READ | IOMMUFD_MAP_WRITE;
	map.ioas_id = ioas_id;
	map.user_va = (uintptr_t)page;
	map.length = size;
	map.iova = DMA_IOVA;
	unmap.ioas_id = ioas_id;
	unmap.iova = DMA_IOVA;
	unmap.length = size;
	if (ioctl(iommufd, IOMMUFD_IOAS_MAP, &map))
		ret = failed(bdf, "IOMMU_IOAS_MAP");
	else if (ioctl(iommufd, IOMMUFD_IOAS_UNMAP, &unmap))
		ret = failed(bdf, "IOMMU_IOAS_UNMAP");

	munmap(page, size);
	return ret;
}

static int attached_device(const char *bdf, int iommufd, int device,
			   unsigned int seconds)
{
	struct vfio_detach_pt detach_pt = { .argsz = sizeof(detach_pt) };
	struct vfio_attach_pt attach_pt = { .argsz = sizeof(attach_pt) };
	struct iommufd_ioas_alloc ioas = { .size = sizeof(ioas) };
	struct vfio_bind bind = { .argsz = sizeof(bind) };
	int ret;

	bind.iommufd = iommufd;
	if (ioctl(device, VFIO_BIND, &bind))
		return failed(bdf, "VFIO_DEVICE_BIND_IOMMUFD");
	if (ioctl(iommufd, IOMMUFD_IOAS_ALLOC, &ioas))
		return failed(bdf, "IOMMU_IOAS_ALLOC");

	attach_pt.pt_id = ioas.out_ioas_id;
	if (ioctl(device, VFIO_ATTACH_PT, &attach_pt))
		return failed(bdf, "VFIO_DEVICE_ATTACH_IOMMUFD_PT");

	ret = ioas_round(bdf, iommufd, ioas.out_ioas_id);
	sleep(seconds);
	if (ioctl(device, VFIO_DETACH_PT, &detach_pt))
		ret = failed(bdf, "VFIO_DEVICE_DETACH_IOMMUFD_PT");
	return ret;
}

int vfio_cdev(const char *bdf, unsigned int seconds)
{
	int iommufd, device, ret;
	char path[PATH_MAX];

	iommufd = open("/dev/iommu", O_RDWR | O_CLOEXEC);
	if (iommufd < 0 && (errno == ENOENT || errno == ENODEV)) {
		complain("vfio: skipped: the kernel has no /dev/iommu\n");
		return EXIT_SKIP;
	}
	if (iommufd < 0) {
		failed(bdf, "open /dev/iommu");
		return EXIT_FAILURE;
	}

	if (cdev_path(bdf, path, sizeof(path))) {
		complain(
			"vfio: %s: skipped: no /dev/vfio/devices node: the kernel has none, or the device is not bound to vfio-pci\n",
			bdf);
		close(iommufd);
		return EXIT_SKIP;
	}
	device = open(path, O_RDWR | O_CLOEXEC);
	if (device < 0) {
		failed(bdf, "open the VFIO device");
		close(iommufd);
		return EXIT_FAILURE;
	}

	ret = attached_device(bdf, iommufd, device, seconds);
	close(device);
	close(iommufd);
	return ret ? EXIT_FAILURE : EXIT_SUCCESS;
}
