// SPDX-License-Identifier: GPL-2.0
/*
 * ig_mock - a mock IOMMU driver, to time what is done to groups of any size
 *
 * What it does: it registers an IOMMU without hardware (ig_mock_driver.c), makes
 * a group of as many devices as it is told, does an operation and its reverse
 * rounds= times, removes the group, and logs how long the kernel's functions
 * took, so:
 *   ig_mock: attach devices=32 rounds=10 failed=0 attach_ns=1234 detach_ns=1234
 * What to do is given as "OPERATION DEVICES", when it is loaded (run=attach:32)
 * or later (echo attach 32 > /sys/module/ig_mock/parameters/run).  Of words, ':'
 * separates as well as a blank does, which insmod does not pass on; of several
 * DEVICES with commas between them, each makes a group and a line.  The lines of
 * the last run are in parameters/result, too: the core logs two for each device,
 * and 4096 devices fill the kernel's log.
 *   attach    ig_mock_attach() attaches a paging domain to the group, whose DMA
 *             ownership has been claimed; ig_mock_detach() detaches it
 *   device    ig_mock_attach_device() and ig_mock_detach_device() do so with the
 *             only device of a group, unclaimed; DEVICES is 1
 *   claim     ig_mock_claim() claims the DMA ownership, ig_mock_release() ends it
 *   handle    as attach, with a handle, as iommufd does; between the two
 *             ig_mock_replace_handle() puts a second domain in place of the first
 *             (6.12 and later)
 *   keep GROUPS DEVICES   makes so many groups, which stay, and are added to
 *   drop      removes what was kept
 *
 * Attaching a device to a domain, be it the identity or the blocked one, keeps
 * the CPU busy for cost_ns=.  With fail_at=n the n-th attach of a round (of
 * "handle": attach and replace together) fails with fail_errno=; such a round is
 * counted as failed, and is no error.  What goes back never fails.  With hold_ms=
 * a kernel thread holds the group lock for so long, in ig_mock_hold_lock(), when
 * a round begins, which has to wait.
 *
 * Each device holds a reference on the module, so rmmod works when all has been
 * dropped.  What fails while the module is loaded, keeps it from being loaded.
 *
 * What it does wrong: nothing.  6.1 takes no second IOMMU driver, so there it
 * works in a guest with --iommu none only; and 6.1 does not undo a claim that
 * fails, which is warned of.
 */
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "ig_mock.h"

/* One run at a time; whoever waits for it is not in the way of the groups. */
static DEFINE_MUTEX(ig_mock_mutex);
static LIST_HEAD(ig_mock_kept);
static bool ig_mock_ready;

/* What run= said before there was an IOMMU to do it with. */
static char ig_mock_first[256];

static void ig_mock_drop(struct list_head *groups)
{
	struct ig_mock_group *mock, *next;

	list_for_each_entry_safe(mock, next, groups, entry) {
		list_del(&mock->entry);
		ig_mock_group_destroy(mock);
	}
}

static int ig_mock_keep(unsigned int groups, unsigned int devices)
{
	struct ig_mock_group *mock;
	LIST_HEAD(made);

	while (groups--) {
		mock = ig_mock_group_create(devices);
		if (IS_ERR(mock)) {
			ig_mock_drop(&made);
			return PTR_ERR(mock);
		}
		list_add_tail(&mock->entry, &made);
	}
	list_splice_tail(&made, &ig_mock_kept);
	return 0;
}

static char *ig_mock_word(char **text)
{
	char *word;

	do
		word = strsep(text, " :\t\n");
	while (word && !*word);
	return word;
}

static int ig_mock_sizes(const char *name, char *sizes)
{
	const struct ig_mock_op *op;
	unsigned int devices;
	char *size;
	int ret;

	ig_mock_result_clear();
	op = ig_mock_op_find(name);
	if (IS_ERR(op))
		return PTR_ERR(op);

	while ((size = strsep(&sizes, ","))) {
		ret = kstrtouint(size, 10, &devices);
		if (ret)
			return ret;
		ret = ig_mock_op_run(op, devices);
		if (ret)
			return ret;
	}
	return 0;
}

static int ig_mock_words(char *text)
{
	char *name, *first, *second;
	unsigned int groups, devices;

	name = ig_mock_word(&text);
	first = ig_mock_word(&text);
	second = ig_mock_word(&text);

	if (name && !first && !strcmp(name, "drop")) {
		ig_mock_drop(&ig_mock_kept);
		return 0;
	}
	if (second && !ig_mock_word(&text) && !strcmp(name, "keep") &&
	    !kstrtouint(first, 10, &groups) &&
	    !kstrtouint(second, 10, &devices))
		return ig_mock_keep(groups, devices);
	if (first && !second)
		return ig_mock_sizes(name, first);

	pr_err("run is \"OPERATION DEVICES\", \"keep GROUPS DEVICES\" or \"drop\"\n");
	return -EINVAL;
}

static int ig_mock_text(const char *given)
{
	char *text = kstrdup(given, GFP_KERNEL);
	int ret;

	if (!text)
		return -ENOMEM;
	ret = ig_mock_words(text);
	kfree(text);
	return ret;
}

static int ig_mock_run_set(const char *val, const struct kernel_param *kp)
{
	int ret = 0;

	mutex_lock(&ig_mock_mutex);
	if (ig_mock_ready)
		ret = ig_mock_text(val);
	else if (strscpy(ig_mock_first, val, sizeof(ig_mock_first)) < 0)
		ret = -ENOSPC;
	mutex_unlock(&ig_mock_mutex);
	return ret;
}

static const struct kernel_param_ops ig_mock_run_ops = {
	.set = ig_mock_run_set,
};

module_param_cb(run, &ig_mock_run_ops, NULL, 0200);
MODULE_PARM_DESC(run, "attach:DEVICES, device:1, claim:DEVICES, handle:DEVICES, keep:GROUPS:DEVICES or drop; DEVICES may be several, as in 1,2,4");

static int __init ig_mock_init(void)
{
	int ret;

	ret = ig_mock_register();
	if (ret)
		return ret;

	mutex_lock(&ig_mock_mutex);
	if (*ig_mock_first)
		ret = ig_mock_text(ig_mock_first);
	if (ret)
		ig_mock_drop(&ig_mock_kept);
	ig_mock_ready = !ret;
	mutex_unlock(&ig_mock_mutex);

	if (ret)
		ig_mock_unregister();
	return ret;
}
module_init(ig_mock_init);

static void __exit ig_mock_exit(void)
{
	mutex_lock(&ig_mock_mutex);
	ig_mock_ready = false;
	mutex_unlock(&ig_mock_mutex);
	ig_mock_unregister();
}
module_exit(ig_mock_exit);

MODULE_DESCRIPTION("IOMMU group test: groups of any size, and the time that changes take");
MODULE_LICENSE("GPL");
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
MODULE_IMPORT_NS("IOMMUFD_INTERNAL");
#else
MODULE_IMPORT_NS(IOMMUFD_INTERNAL);
#endif
