// SPDX-License-Identifier: GPL-2.0
/*
 * ig_many - more call sites, addresses or notifiers than an audit can keep
 *
 * What it does on insmod with the group of device=, by mode=:
 *   sites      takes a reference and drops it, at 20 places each
 *   symbols    ig_many_take() takes 9000 references, called from as many places;
 *              then they are dropped
 *   notifiers  registers 4200 notifiers, and unregisters them; needs a kernel
 *              with the series of kernel-patches/
 *
 * What it does wrong: nothing.  An audit that keeps fewer has to say so.
 */
#include <linux/mm.h>
#include <linux/notifier.h>
#include <linux/slab.h>

#include "ig_group.h"

MODULE_PARM_DESC(mode, "sites (default), symbols or notifiers");

#define IG_TIMES_10(code)	code code code code code code code code code code

/* A group has room for 32 call sites; more go to a map of their own. */
#define IG_PAIR			iommu_group_put(iommu_group_get(ig_dev));

static ig_site int ig_many_sites(void)
{
	IG_TIMES_10(IG_PAIR)
	IG_TIMES_10(IG_PAIR)
	return 0;
}

/*
 * It has room for 8192 addresses in modules, and looks at the stack of each get that
 * makes the group have more references than ever before.
 */
#define IG_TAKE			ig_many_take();
#define IG_TAKE_1000		IG_TIMES_10(IG_TIMES_10(IG_TIMES_10(IG_TAKE)))

static unsigned int ig_taken;

static ig_site void ig_many_take(void)
{
	ig_taken += !!iommu_group_get(ig_dev);
}

static ig_site int ig_many_symbols(void)
{
	IG_TAKE_1000 IG_TAKE_1000 IG_TAKE_1000
	IG_TAKE_1000 IG_TAKE_1000 IG_TAKE_1000
	IG_TAKE_1000 IG_TAKE_1000 IG_TAKE_1000
	for (; ig_taken; ig_taken--)
		iommu_group_put(ig_group);
	return 0;
}

#ifdef IOMMU_GROUP_NOTIFY_ADD_DEVICE

/* It has room for 4096. */
#define IG_NOTIFIERS		4200

static ig_site int ig_many_notified(struct notifier_block *nb,
				    unsigned long action, void *data)
{
	return NOTIFY_DONE;
}

static ig_site int ig_many_register(struct notifier_block *nb, int priority)
{
	nb->notifier_call = ig_many_notified;
	/* each goes before all others, or finding its place would take long */
	nb->priority = priority;
	return iommu_group_register_notifier(ig_group, nb);
}

static int ig_many_notifiers(void)
{
	struct notifier_block *nb;
	int i, ret = 0;

	nb = kvcalloc(IG_NOTIFIERS, sizeof(*nb), GFP_KERNEL);
	if (!nb)
		return -ENOMEM;

	for (i = 0; i < IG_NOTIFIERS && !ret; i++)
		ret = ig_many_register(&nb[i], i);
	if (ret)
		i--;
	while (i--)
		iommu_group_unregister_notifier(ig_group, &nb[i]);
	kvfree(nb);
	return ret;
}

#else

static int ig_many_notifiers(void)
{
	pr_err("this kernel has no group notifiers\n");
	return -EOPNOTSUPP;
}

#endif

static const struct ig_mode ig_modes[] = {
	{ "sites", ig_many_sites },
	{ "symbols", ig_many_symbols },
	{ "notifiers", ig_many_notifiers },
	{ }
};

ig_module(ig_many, ig_mode_run_on_group(ig_modes), ig_nothing());
MODULE_DESCRIPTION("IOMMU group test: more than an audit can keep");
