// SPDX-License-Identifier: GPL-2.0
/*
 * failnth - let every allocation of an operation fail in turn
 *
 * For n = 1, 2, 3, ... the n-th allocation of the operation fails; then what
 * is left of it is undone, with no failure, and the device must be as good as
 * before.  It ends when an operation has fewer than n allocations.
 *
 * Needs CONFIG_FAILSLAB, CONFIG_FAIL_PAGE_ALLOC and
 * CONFIG_FAULT_INJECTION_DEBUG_FS, and with --within or --outside
 * CONFIG_FAULT_INJECTION_STACKTRACE_FILTER.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fault.h"
#include "vfio_attach.h"

#define PCI "/sys/bus/pci/"
#define VFIO_PCI PCI "drivers/vfio-pci/"

/* More than any operation has; the sweep does not converge if it gets there */
#define MOST 20000

/* What one run of an operation acts on; files that it writes are open before */
struct target {
	const char *bdf;
	int file;
};

struct operation {
	const char *name;
	bool needs_vfio_pci;
	int (*prepare)(struct target *target);
	int (*run)(struct target *target);
	/* Whether it came to what it should, which run() alone may not tell */
	bool (*worked)(struct target *target);
	int (*restore)(struct target *target);
};

static int kmsg;
static struct fault_filter filter;

/* A line for dmesg, so that what the kernel says can be told apart. */
static void mark(const char *name, const char *bdf, unsigned int n)
{
	if (filter.verbose)
		dprintf(kmsg, "<7>failnth: %s %s: %u\n", name, bdf, n);
}

static bool device_has(const char *bdf, const char *entry)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), PCI "devices/%s/%s", bdf, entry);
	return !access(path, F_OK);
}

static bool bound(const char *bdf)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), VFIO_PCI "%s", bdf);
	return !access(path, F_OK);
}

static int remove_device(const char *bdf)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), PCI "devices/%s/remove", bdf);
	return write_file(path, "1");
}

static int rescan(void)
{
	return write_file(PCI "rescan", "1");
}

/* The device is there and in a group, or it is made so. */
static int plug(struct target *target)
{
	if (device_has(target->bdf, "") &&
	    !device_has(target->bdf, "iommu_group"))
		remove_device(target->bdf);
	if (!device_has(target->bdf, ""))
		rescan();
	if (device_has(target->bdf, "iommu_group"))
		return 0;
	fprintf(stderr, "failnth: %s does not come back\n", target->bdf);
	return -1;
}

static int unplug(struct target *target)
{
	if (plug(target))
		return -1;
	return remove_device(target->bdf);
}

static int bind_device(struct target *target)
{
	if (bound(target->bdf))
		return 0;
	return write_file(VFIO_PCI "bind", target->bdf);
}

static int unbind_device(struct target *target)
{
	if (!bound(target->bdf))
		return 0;
	return write_file(VFIO_PCI "unbind", target->bdf);
}

static int open_file(struct target *target, const char *path)
{
	target->file = open(path, O_WRONLY | O_CLOEXEC);
	return target->file < 0 ? error(path) : 0;
}

/* Writes @text to the file that is open, as the operation itself. */
static int write_target(struct target *target, const char *text)
{
	ssize_t len = strlen(text);

	return write(target->file, text, len) == len ? 0 : -1;
}

static int prepare_remove(struct target *target)
{
	char path[PATH_MAX];

	if (plug(target))
		return -1;
	snprintf(path, sizeof(path), PCI "devices/%s/remove", target->bdf);
	return open_file(target, path);
}

static int prepare_rescan(struct target *target)
{
	if (unplug(target))
		return -1;
	return open_file(target, PCI "rescan");
}

static int prepare_bind(struct target *target)
{
	if (unbind_device(target))
		return -1;
	return open_file(target, VFIO_PCI "bind");
}

static int prepare_unbind(struct target *target)
{
	if (bind_device(target))
		return -1;
	return open_file(target, VFIO_PCI "unbind");
}

static int write_one(struct target *target)
{
	return write_target(target, "1");
}

static int write_bdf(struct target *target)
{
	return write_target(target, target->bdf);
}

static int run_attach(struct target *target)
{
	return vfio_attach(target->bdf, 0);
}

static int run_cdev(struct target *target)
{
	return vfio_cdev(target->bdf, 0);
}

static bool is_removed(struct target *target)
{
	return !device_has(target->bdf, "");
}

static bool is_grouped(struct target *target)
{
	return device_has(target->bdf, "iommu_group");
}

static bool is_bound(struct target *target)
{
	return bound(target->bdf);
}

static bool is_unbound(struct target *target)
{
	return !bound(target->bdf);
}

static bool anything(struct target *target)
{
	(void)target;
	return true;
}

static int nothing(struct target *target)
{
	(void)target;
	return 0;
}

static const struct operation operations[] = {
	{ "remove", false, prepare_remove, write_one, is_removed, plug },
	{ "rescan", false, prepare_rescan, write_one, is_grouped, plug },
	{ "bind", true, prepare_bind, write_bdf, is_bound, unbind_device },
	{ "unbind", true, prepare_unbind, write_bdf, is_unbound,
	  unbind_device },
	{ "attach", true, bind_device, run_attach, anything, nothing },
	{ "cdev", true, bind_device, run_cdev, anything, nothing },
};

/*
 * One time, with the n-th allocation failing; 0 for none.  Returns what the
 * operation did, or a negative number when it could not be undone.
 */
static int once(const struct operation *op, const char *bdf, unsigned int n,
		bool *injected)
{
	struct target target = { .bdf = bdf, .file = -1 };
	int ret, why;

	if (op->prepare(&target))
		return -1;

	mark(op->name, bdf, n);
	if (fault_arm(n))
		return -1;
	errno = 0;
	ret = op->run(&target);
	why = errno;
	if (fault_disarm(injected))
		return -1;

	if (target.file >= 0)
		close(target.file);
	if (!ret && !op->worked(&target))
		ret = EXIT_FAILURE;
	if (filter.verbose && ret)
		fprintf(stderr, "failnth: %s %s: %u: %s\n", op->name, bdf, n,
			strerror(why));
	if (op->restore(&target)) {
		fprintf(stderr,
			"failnth: %s %s: allocation %u has failed, and it cannot be undone\n",
			op->name, bdf, n);
		return -1;
	}
	return abs(ret);
}

static int sweep(const struct operation *op, const char *bdf)
{
	unsigned int n, failures = 0;
	bool injected;
	int ret;

	/* This also brings into memory what the operation needs of ours. */
	ret = once(op, bdf, 0, &injected);
	if (ret == EXIT_SKIP)
		return EXIT_SKIP;
	if (ret) {
		fprintf(stderr, "failnth: %s %s: fails without a failure\n",
			op->name, bdf);
		return EXIT_FAILURE;
	}

	for (n = 1; n < MOST; n++) {
		ret = once(op, bdf, n, &injected);
		if (ret < 0)
			return EXIT_FAILURE;
		if (!injected)
			break;
		if (ret)
			failures++;
	}
	printf("%s %s: %u failures injected, %u made it fail\n", op->name, bdf,
	       n - 1, failures);
	if (n == MOST || ret) {
		fprintf(stderr, "failnth: %s %s: no end with a success\n",
			op->name, bdf);
		return EXIT_FAILURE;
	}
	return n > 1 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* What user space needs shall not depend on the allocation that fails. */
static int settle_memory(void)
{
	if (!mallopt(M_TRIM_THRESHOLD, INT_MAX) ||
	    !mallopt(M_MMAP_THRESHOLD, INT_MAX))
		return -1;
	free(malloc(1 << 20));
	return mlockall(MCL_CURRENT) ? error("mlockall") : 0;
}

static int choose_vfio_pci(const char *bdf, bool on)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), PCI "devices/%s/driver_override", bdf);
	return write_file(path, on ? "vfio-pci\n" : "\n");
}

static int run(const struct operation *op, const char *bdf)
{
	struct target target = { .bdf = bdf };
	int ret;

	if (op->needs_vfio_pci && choose_vfio_pci(bdf, true))
		return EXIT_FAILURE;
	ret = sweep(op, bdf);
	if (op->needs_vfio_pci &&
	    (unbind_device(&target) || choose_vfio_pci(bdf, false)))
		return EXIT_FAILURE;
	return ret;
}

static int usage(void)
{
	fprintf(stderr,
		"usage: failnth [-v] [--within FUNCTION] [--outside FUNCTION] OPERATION BDF\n"
		"\n"
		"OPERATION is remove, rescan, bind, unbind (vfio-pci), attach (VFIO's container)\n"
		"or cdev (iommufd). With --within, only allocations by what FUNCTION calls\n"
		"fail; with --outside, only others. -v shows each failure in dmesg.\n"
		"Exit status: 0, 1, or 77 when the kernel lacks what it needs.\n");
	return EXIT_FAILURE;
}

static const struct operation *find_operation(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(operations) / sizeof(operations[0]); i++) {
		if (!strcmp(operations[i].name, name))
			return &operations[i];
	}
	return NULL;
}

static int skip(const char *what)
{
	fprintf(stderr, "failnth: skipped: the kernel has no %s\n", what);
	return EXIT_SKIP;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "within", required_argument, NULL, 'w' },
		{ "outside", required_argument, NULL, 'o' },
		{ "verbose", no_argument, NULL, 'v' },
		{},
	};
	const struct operation *op;
	const char *missing;
	int c, ret;

	while ((c = getopt_long(argc, argv, "v", options, NULL)) != -1) {
		if (c == 'w')
			filter.within = optarg;
		else if (c == 'o')
			filter.outside = optarg;
		else if (c == 'v')
			filter.verbose = true;
		else
			return usage();
	}
	if (argc - optind != 2)
		return usage();
	op = find_operation(argv[optind]);
	if (!op)
		return usage();

	missing = fault_missing(&filter);
	if (missing)
		return skip(missing);
	if (op->needs_vfio_pci && access(VFIO_PCI, F_OK))
		return skip("vfio-pci");
	kmsg = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
	vfio_quiet = true;
	if (settle_memory() || fault_set_up(&filter))
		return EXIT_FAILURE;

	ret = run(op, argv[optind + 1]);
	fault_tear_down();
	return ret;
}
