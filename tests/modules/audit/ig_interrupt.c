// SPDX-License-Identifier: GPL-2.0
/*
 * ig_interrupt - use a group while a BPF program is running on the same CPU
 *
 * The kernel runs a BPF program once at a time on a CPU: it skips what comes by
 * meanwhile, in an interrupt or in a task that preempts it.  A kprobe on a function
 * that the program calls raises that interrupt.
 *
 * What it does with the group of device=, by mode=:
 *   get     ig_interrupt_get() takes a reference.  The interrupt comes in the
 *           program that sees it, and takes one as well.  Both are dropped.
 *   attach  ig_interrupt_attach() attaches a domain.  A thread with real-time
 *           priority preempts the program that sees it return, tries twice to
 *           attach the domain, and detaches it.  Needs a kernel that preempts in
 *           RCU readers (CONFIG_PREEMPT_RCU), is set up to preempt in the kernel,
 *           and has one CPU.
 *   read    as long as the module is loaded, each read by a program that runs for
 *           the process iommu-group is interrupted, and the interrupt takes one
 *           more reference.  rmmod drops all of them.
 *
 * What it does wrong: nothing.  Programs that did not run, and counts that change
 * while they are read, have to be said.
 */
#include <linux/irq_work.h>
#include <linux/kprobes.h>
#include <linux/sched.h>

#include "ig_domain.h"
#include "ig_group.h"
#include "ig_thread.h"

MODULE_PARM_DESC(mode, "get (default), attach or read");

static struct iommu_domain *ig_domain;
static struct device *ig_kept;

/* Who is interrupted: this task, once, or all with this name. */
static struct task_struct *ig_victim;
static const char *ig_victims;

static unsigned int ig_taken;
static bool ig_taking; /* or it would interrupt its own programs for ever */

static void ig_take(struct irq_work *work)
{
	WRITE_ONCE(ig_taking, true);
	ig_taken += !!iommu_group_get(ig_kept ?: ig_dev);
	WRITE_ONCE(ig_taking, false);
}

static void ig_put_taken(struct iommu_group *group)
{
	for (; ig_taken; ig_taken--)
		iommu_group_put(group);
}

static DECLARE_COMPLETION(ig_preempt);

static void ig_wake(struct irq_work *work)
{
	complete(&ig_preempt);
}

static struct irq_work ig_work;

/* The interrupt comes once this has returned, in the function of the probe. */
static int ig_hit(struct kprobe *probe, struct pt_regs *regs)
{
	if (READ_ONCE(ig_taking))
		return 0;
	if (current == ig_victim)
		ig_victim = NULL;
	else if (!ig_victims || strcmp(current->comm, ig_victims))
		return 0;
	irq_work_queue(&ig_work);
	return 0;
}

static struct kprobe ig_probe = { .pre_handler = ig_hit };

/* @function: of the kernel, called by a program's helper */
static int ig_interrupt_in(const char *function, void (*how)(struct irq_work *))
{
	init_irq_work(&ig_work, how);
	ig_probe.symbol_name = function;
	return register_kprobe(&ig_probe);
}

static void ig_interrupt_no_more(void)
{
	unregister_kprobe(&ig_probe);
	irq_work_sync(&ig_work);
}

static ig_site void ig_interrupt_get(void)
{
	iommu_group_put(iommu_group_get(ig_dev));
}

static int ig_mode_get(void)
{
	/* for the name of a caller that is new, by bpf_snprintf() */
	int ret = ig_interrupt_in("bstr_printf", ig_take);

	if (ret)
		return ret;
	ig_victim = current;
	ig_interrupt_get();
	ig_interrupt_no_more();
	ret = ig_taken ? 0 : -EIO;
	ig_put_taken(ig_group);
	return ret;
}

static ig_site int ig_interrupt_attach(void)
{
	return iommu_attach_group(ig_domain, ig_group);
}

/* The program that sees an attach return is running, so it skips these two. */
static int ig_preempting(void *ready)
{
	int i, ret = 0;

	sched_set_fifo(current);
	complete(ready);
	wait_for_completion(&ig_preempt);
	for (i = 0; i < 2; i++)
		if (ig_interrupt_attach() != -EBUSY)
			ret = -EIO;
	iommu_detach_group(ig_domain, ig_group);
	return ret;
}

static int ig_attach_preempted(void)
{
	DECLARE_COMPLETION_ONSTACK(ready);
	struct task_struct *thread;
	int ret, preempting;

	thread = ig_thread_start(ig_preempting, &ready, &ready, KBUILD_MODNAME);
	if (IS_ERR(thread))
		return PTR_ERR(thread);

	ig_victim = current;
	ret = ig_interrupt_attach();
	/* it waits for that, whatever has happened */
	complete(&ig_preempt);
	preempting = ig_thread_end(thread);
	return ret ?: preempting;
}

static int ig_mode_attach(void)
{
	int ret;

	if (!IS_ENABLED(CONFIG_PREEMPT_RCU)) {
		pr_err("this kernel does not preempt BPF programs\n");
		return -EOPNOTSUPP;
	}

	ig_domain = ig_domain_alloc(ig_dev);
	if (IS_ERR(ig_domain))
		return PTR_ERR(ig_domain);

	ret = ig_interrupt_in("bstr_printf", ig_wake);
	if (!ret) {
		ret = ig_attach_preempted();
		ig_interrupt_no_more();
	}
	iommu_domain_free(ig_domain);
	return ret;
}

static int ig_mode_read(void)
{
	int ret;

	ig_kept = get_device(ig_dev);
	ig_victims = "iommu-group";
	ret = ig_interrupt_in("bpf_probe_read_kernel", ig_take);
	if (ret)
		put_device(ig_kept);
	return ret;
}

static void ig_end_read(void)
{
	struct iommu_group *group;

	ig_interrupt_no_more();
	group = iommu_group_get(ig_kept);
	ig_put_taken(group);
	iommu_group_put(group);
	put_device(ig_kept);
}

static const struct ig_mode ig_modes[] = {
	{ "get", ig_mode_get },
	{ "attach", ig_mode_attach },
	{ "read", ig_mode_read, ig_end_read },
	{ }
};

ig_module(ig_interrupt, ig_mode_run_on_group(ig_modes), ig_mode_heal());
MODULE_DESCRIPTION("IOMMU group test: interrupts BPF programs");
