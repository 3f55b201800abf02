// SPDX-License-Identifier: GPL-2.0
/*
 * ig_mock, the operations - what is done to a group, and timed
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/sched/signal.h>
#include <linux/string.h>

#include "ig_mock.h"
#include "ig_thread.h"

static unsigned int fail_at;
module_param(fail_at, uint, 0644);
MODULE_PARM_DESC(fail_at, "which attach of a round fails (default 0: none)");

static unsigned int fail_errno = ENOMEM;
module_param(fail_errno, uint, 0644);
MODULE_PARM_DESC(fail_errno, "with which error (default 12: ENOMEM)");

static unsigned int hold_ms;
module_param(hold_ms, uint, 0644);
MODULE_PARM_DESC(hold_ms, "how long the group lock is held when a round begins (default 0)");

static unsigned int rounds = 10;
module_param(rounds, uint, 0644);
MODULE_PARM_DESC(rounds, "how often it is done (default 10)");

struct ig_mock_run {
	struct ig_mock_group *mock;
	struct device *dev;
	struct iommu_group *group;
	struct iommu_domain *domain, *other;
#if IG_MOCK_MODERN
	struct iommu_attach_handle handle, other_handle;
#endif
	unsigned int failed;
	unsigned int strays;
	u64 enter_ns, change_ns, leave_ns;
};

static ig_site int ig_mock_attach(struct ig_mock_run *run)
{
	return iommu_attach_group(run->domain, run->group);
}

static ig_site void ig_mock_detach(struct ig_mock_run *run)
{
	iommu_detach_group(run->domain, run->group);
}

static ig_site int ig_mock_attach_device(struct ig_mock_run *run)
{
	return iommu_attach_device(run->domain, run->dev);
}

static ig_site void ig_mock_detach_device(struct ig_mock_run *run)
{
	iommu_detach_device(run->domain, run->dev);
}

static ig_site int ig_mock_claim(struct ig_mock_run *run)
{
	return iommu_group_claim_dma_owner(run->group, run);
}

static ig_site void ig_mock_release(struct ig_mock_run *run)
{
	iommu_group_release_dma_owner(run->group);
}

#if IG_MOCK_MODERN

static ig_site int ig_mock_attach_handle(struct ig_mock_run *run)
{
	return iommu_attach_group_handle(run->domain, run->group, &run->handle);
}

static ig_site int ig_mock_replace_handle(struct ig_mock_run *run)
{
	return iommu_replace_group_handle(run->group, run->other,
					  &run->other_handle);
}

static ig_site void ig_mock_detach_handle(struct ig_mock_run *run)
{
	iommu_detach_group_handle(run->other, run->group);
}

static struct iommu_domain *ig_mock_paging_domain(struct device *dev)
{
	return iommu_paging_domain_alloc(dev);
}

#else

#define ig_mock_attach_handle	NULL
#define ig_mock_replace_handle	NULL
#define ig_mock_detach_handle	NULL

static struct iommu_domain *ig_mock_paging_domain(struct device *dev)
{
	return iommu_domain_alloc(dev->bus) ?: ERR_PTR(-ENOMEM);
}

#endif

/**
 * struct ig_mock_op - an operation and its reverse
 * @name: as it is given
 * @claimed: whether the group's DMA ownership is claimed meanwhile
 * @single: whether there can be but one device
 * @enter: the operation, NULL if the kernel does not have it
 * @change: what is done between the two, or NULL
 * @leave: the reverse
 * @enter_name: what the log says of it
 * @leave_name: what the log says of it
 */
struct ig_mock_op {
	const char *name;
	bool claimed;
	bool single;
	int (*enter)(struct ig_mock_run *run);
	int (*change)(struct ig_mock_run *run);
	void (*leave)(struct ig_mock_run *run);
	const char *enter_name, *leave_name;
};

static const struct ig_mock_op ig_mock_ops[] = {
	{
		.name = "attach", .claimed = true,
		.enter = ig_mock_attach, .enter_name = "attach",
		.leave = ig_mock_detach, .leave_name = "detach",
	},
	{
		.name = "device", .single = true,
		.enter = ig_mock_attach_device, .enter_name = "attach",
		.leave = ig_mock_detach_device, .leave_name = "detach",
	},
	{
		.name = "claim",
		.enter = ig_mock_claim, .enter_name = "claim",
		.leave = ig_mock_release, .leave_name = "release",
	},
	{
		.name = "handle", .claimed = true,
		.enter = ig_mock_attach_handle, .enter_name = "attach",
		.change = ig_mock_replace_handle,
		.leave = ig_mock_detach_handle, .leave_name = "detach",
	},
};

struct ig_mock_holder {
	struct iommu_group *group;
	unsigned int ms;
	struct completion held;
};

static ig_site int ig_mock_hold_lock(struct device *dev, void *data)
{
	struct ig_mock_holder *holder = data;

	complete(&holder->held);
	msleep(holder->ms);
	return 1;
}

static int ig_mock_hold(void *data)
{
	struct ig_mock_holder *holder = data;

	iommu_group_for_each_dev(holder->group, holder, ig_mock_hold_lock);
	return 0;
}

/* Returns with the lock held by the task, which is to be waited for. */
static struct task_struct *ig_mock_hold_begin(struct ig_mock_holder *holder)
{
	init_completion(&holder->held);
	return ig_thread_start(ig_mock_hold, holder, &holder->held,
			       "ig_mock_hold");
}

/* A device that does not have its former domain after a failure is a stray. */
static int ig_mock_step(struct ig_mock_run *run,
			int (*step)(struct ig_mock_run *run), u64 *ns)
{
	struct ig_mock_group *mock = run->mock;
	struct iommu_domain *former = mock->devices[0].domain;
	u64 start = ktime_get_ns();
	unsigned int i;
	int ret;

	ret = step(run);
	*ns += ktime_get_ns() - start;
	if (ret)
		for (i = 0; i < mock->count; i++)
			run->strays += mock->devices[i].domain != former;
	return ret;
}

static int ig_mock_round(const struct ig_mock_op *op, struct ig_mock_run *run)
{
	struct ig_mock_holder holder = { .group = run->group, .ms = hold_ms };
	struct task_struct *task = NULL;
	int ret;
	u64 start;

	if (holder.ms) {
		task = ig_mock_hold_begin(&holder);
		if (IS_ERR(task))
			return PTR_ERR(task);
	}

	run->mock->failed = false;
	run->mock->fail_errno = fail_errno;
	run->mock->fail_in = fail_at;
	ret = ig_mock_step(run, op->enter, &run->enter_ns);
	if (!ret) {
		if (op->change)
			ret = ig_mock_step(run, op->change, &run->change_ns);
		run->mock->fail_in = 0;
		start = ktime_get_ns();
		op->leave(run);
		run->leave_ns += ktime_get_ns() - start;
	}
	run->mock->fail_in = 0;

	if (task)
		ig_thread_end(task);
	if (!ret || !run->mock->failed)
		return ret;
	run->failed++;
	return 0;
}

static int ig_mock_rounds(const struct ig_mock_op *op, struct ig_mock_run *run)
{
	unsigned int i;
	int ret = 0;

	if (op->claimed)
		ret = ig_mock_claim(run);
	if (ret)
		return ret;

	for (i = 0; i < rounds && !ret; i++) {
		ret = ig_mock_round(op, run);
		if (fatal_signal_pending(current))
			ret = -EINTR;
		cond_resched();
	}

	if (op->claimed)
		ig_mock_release(run);
	return ret;
}

/* The lines of one run, with which a large group would push out the others. */
static char ig_mock_result[PAGE_SIZE - 1];
module_param_string(result, ig_mock_result, sizeof(ig_mock_result), 0444);
MODULE_PARM_DESC(result, "what the last run has logged");

static void ig_mock_report(const struct ig_mock_op *op, struct ig_mock_run *run,
			   unsigned int devices)
{
	size_t used = strlen(ig_mock_result);
	char change[40] = "";
	char line[200];

	if (op->change)
		snprintf(change, sizeof(change), " replace_ns=%llu",
			 run->change_ns);
	snprintf(line, sizeof(line),
		 "%s devices=%u rounds=%u failed=%u %s_ns=%llu%s %s_ns=%llu",
		 op->name, devices, rounds, run->failed, op->enter_name,
		 run->enter_ns, change, op->leave_name, run->leave_ns);
	pr_info("%s\n", line);
	scnprintf(ig_mock_result + used, sizeof(ig_mock_result) - used, "%s%s",
		  used ? "\n" : "", line);
	if (run->strays)
		pr_warn("%s: after %u failures, %u devices in all were left with another domain\n",
			op->name, run->failed, run->strays);
}

/**
 * ig_mock_result_clear() - forget what the run before this one has logged
 */
void ig_mock_result_clear(void)
{
	*ig_mock_result = '\0';
}

/**
 * ig_mock_op_find() - find an operation by its name
 * @name: as it was given
 *
 * Return: the operation, or an error, which is reported.
 */
const struct ig_mock_op *ig_mock_op_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ig_mock_ops); i++) {
		if (strcmp(ig_mock_ops[i].name, name))
			continue;
		if (ig_mock_ops[i].enter)
			return &ig_mock_ops[i];
		pr_err("%s: this kernel has no attach handles\n", name);
		return ERR_PTR(-EOPNOTSUPP);
	}
	pr_err("no operation %s, see modinfo\n", name);
	return ERR_PTR(-EINVAL);
}

/**
 * ig_mock_op_run() - do an operation with a group of its own, and log its times
 * @op: the operation
 * @devices: how many devices the group has
 *
 * Return: 0, or an error, which is reported.
 */
int ig_mock_op_run(const struct ig_mock_op *op, unsigned int devices)
{
	struct ig_mock_run run = {};
	int ret;

	if (!rounds || !fail_errno || fail_errno > MAX_ERRNO) {
		pr_err("rounds=%u fail_errno=%u: out of range\n", rounds, fail_errno);
		return -EINVAL;
	}
	if (op->single && devices != 1) {
		pr_err("%s is for groups of one device\n", op->name);
		return -EINVAL;
	}

	run.mock = ig_mock_group_create(devices);
	if (IS_ERR(run.mock))
		return PTR_ERR(run.mock);
	run.dev = &run.mock->devices[0].pdev->dev;
	run.group = iommu_group_get(run.dev);

	run.domain = ig_mock_paging_domain(run.dev);
	run.other = ig_mock_paging_domain(run.dev);
	ret = PTR_ERR_OR_ZERO(run.domain) ?: PTR_ERR_OR_ZERO(run.other);
	if (!ret)
		ret = ig_mock_rounds(op, &run);

	if (!IS_ERR(run.other))
		iommu_domain_free(run.other);
	if (!IS_ERR(run.domain))
		iommu_domain_free(run.domain);
	iommu_group_put(run.group);
	ig_mock_group_destroy(run.mock);

	/* last, for the core logs each device that comes or goes */
	if (!ret)
		ig_mock_report(op, &run, devices);
	else
		pr_err("%s devices=%u: %d\n", op->name, devices, ret);
	return ret;
}
