// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <limits.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/error.h"
#include "base/kernel.h"

/** INIT_PID_NS - inode of the first PID namespace (PROC_PID_INIT_INO) */
#define INIT_PID_NS 0xeffffffc

bool ig_kernel_sees_all_tasks(void)
{
	struct stat st;

	return !stat("/proc/self/ns/pid", &st) && st.st_ino == INIT_PID_NS;
}

static const struct {
	int cap;
	const char *name;
	const char *use;
} needed[] = {
	{ CAP_BPF, "CAP_BPF", "load BPF programs" },
	{ CAP_PERFMON, "CAP_PERFMON", "attach them to the kernel" },
	{ CAP_SYSLOG, "CAP_SYSLOG", "read kernel addresses" },
};

static bool effective(const struct __user_cap_data_struct *data, int cap)
{
	return data[cap / 32].effective >> cap % 32 & 1;
}

/* CAP_SYS_ADMIN stands in for the first two, see bpf_capable(). */
static bool has(const struct __user_cap_data_struct *data, int cap)
{
	return effective(data, cap) ||
	       (cap != CAP_SYSLOG && effective(data, CAP_SYS_ADMIN));
}

static int check_capabilities(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2] = {};
	char missing[128] = "";
	size_t i;

	if (syscall(SYS_capget, &header, data))
		return ig_error("cannot read this process's capabilities: %m");
	for (i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		if (has(data, needed[i].cap))
			continue;
		if (missing[0])
			strcat(missing, ", ");
		strcat(missing, needed[i].name);
	}
	if (missing[0])
		return ig_error(
			"need %s to trace the kernel; run as root or grant them",
			missing);
	return 0;
}

int ig_kernel_check(void)
{
	if (check_capabilities())
		return -1;
	if (access("/sys/kernel/btf/vmlinux", R_OK))
		return ig_error(
			"no /sys/kernel/btf/vmlinux; use a kernel built with CONFIG_DEBUG_INFO_BTF");
	return 0;
}

const char *ig_kernel_release(void)
{
	static struct utsname name;

	uname(&name);
	return name.release;
}

/*
 * Instances under /sys/class/iommu are named by the driver: dmar0, ivhd0; that
 * of virtio by the PCI function, below a device virtio0.  Others may stand
 * beside these, such as a mock driver: the last two are for want of a better
 * one.
 */
static const struct {
	const char *part;
	const char *driver;
} iommus[] = {
	{ "/dmar", "intel" },	 { "/ivhd", "amd" }, { "/virtio", "virtio" },
	{ "/smmu", "arm-smmu" }, { "", "other" },    { NULL, "none" },
};

static size_t driver_of(const char *path)
{
	size_t i = 0;

	while (!strstr(path, iommus[i].part))
		i++;
	return i;
}

const char *ig_kernel_iommu(const char *root)
{
	size_t best = sizeof(iommus) / sizeof(iommus[0]) - 1, is;
	struct dirent *entry;
	char path[PATH_MAX];
	DIR *dir;
	ssize_t n;

	snprintf(path, sizeof(path), "%s/class/iommu", root);
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		n = readlinkat(dirfd(dir), entry->d_name, path,
			       sizeof(path) - 1);
		if (n <= 0)
			continue;
		path[n] = 0;
		is = driver_of(path);
		if (is < best)
			best = is;
	}
	if (dir)
		closedir(dir);
	return iommus[best].driver;
}
