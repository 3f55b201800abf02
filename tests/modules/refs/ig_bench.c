// SPDX-License-Identifier: GPL-2.0
/*
 * ig_bench - what a get and a put cost
 *
 * What it does: times pairs= pairs of iommu_group_get() and iommu_group_put()
 * on the group of device=, in a tight loop of ig_bench_pairs(), when it is
 * loaded, and again whenever a number of pairs is written to
 * /sys/module/ig_bench/parameters/run. The figure is logged and can be read
 * from /sys/module/ig_bench/parameters/ns; parameters/pairs says for how many.
 *
 * In a guest whose clock counts instructions (QEMU -icount shift=0) one
 * nanosecond is one instruction, and the figure repeats from boot to boot.
 *
 * What it does wrong: nothing.
 */
#include <linux/ktime.h>
#include <linux/minmax.h>

#include "ig_device.h"

/* Pairs between two offers to reschedule, which are not timed. */
#define IG_BENCH_BATCH	4096U

static unsigned int pairs = 100000;
module_param(pairs, uint, 0444);
MODULE_PARM_DESC(pairs, "pairs to time (default 100000)");

static unsigned long long ns;
module_param(ns, ullong, 0444);
MODULE_PARM_DESC(ns, "nanoseconds that the last run took (read only)");

/* NULL until the module is loaded: parameters are set before. */
static struct device *ig_bench_dev;

static ig_site void ig_bench_pairs(struct device *dev, unsigned int n)
{
	while (n--)
		iommu_group_put(iommu_group_get(dev));
}

static void ig_bench_run(unsigned int n)
{
	u64 total = 0;
	unsigned int left, batch;
	u64 start;

	for (left = n; left; left -= batch) {
		batch = min(left, IG_BENCH_BATCH);
		start = ktime_get_ns();
		ig_bench_pairs(ig_bench_dev, batch);
		total += ktime_get_ns() - start;
		cond_resched();
	}

	pairs = n;
	ns = total;
	pr_info("pairs=%u ns=%llu\n", pairs, ns);
}

/* Serialized by the lock of the module's parameters. */
static int ig_bench_run_set(const char *val, const struct kernel_param *kp)
{
	unsigned int n;
	int ret;

	ret = kstrtouint(val, 0, &n);
	if (ret)
		return ret;
	if (!ig_bench_dev) {
		pr_err("run= is for later: use pairs= when loading\n");
		return -EINVAL;
	}

	ig_bench_run(n);
	return 0;
}

static const struct kernel_param_ops ig_bench_run_ops = {
	.set = ig_bench_run_set,
};
module_param_cb(run, &ig_bench_run_ops, NULL, 0200);
MODULE_PARM_DESC(run, "write a number of pairs to time them (write only)");

static int ig_bench_begin(struct device *dev)
{
	kernel_param_lock(THIS_MODULE);
	ig_bench_dev = get_device(dev);
	ig_bench_run(pairs);
	kernel_param_unlock(THIS_MODULE);
	return 0;
}

ig_module(ig_bench, ig_with_device(ig_bench_begin), put_device(ig_bench_dev));
MODULE_DESCRIPTION("IOMMU group reference test: cost of a get and a put");
