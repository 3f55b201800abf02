// SPDX-License-Identifier: GPL-2.0
/*
 * ig_undetached - a domain that stays attached when its owner has gone
 *
 * What it does, by mode=:
 *   forget  ig_undetached_attach() attaches a domain of its own to the group of
 *           device= on insmod, and rmmod leaves it there
 *   keep    the same, but rmmod detaches it
 *   heal    detaches what mode=forget has left, on insmod
 * The group has one device, and that has no driver.
 *
 * What it does wrong: mode=forget leaves the group attached to a domain that nobody
 * knows any more.
 *
 * How it heals: with mode=heal.
 */
#include "ig_domain.h"
#include "ig_group.h"

MODULE_PARM_DESC(mode, "forget (default), keep or heal");

static struct iommu_domain *ig_domain;
static struct device *ig_kept;

static ig_site int ig_undetached_attach(void)
{
	return iommu_attach_group(ig_domain, ig_group);
}

static ig_site void ig_undetached_detach(struct iommu_group *group)
{
	iommu_detach_group(ig_domain, group);
	iommu_domain_free(ig_domain);
}

static int ig_undetached_forget(void)
{
	int ret;

	ig_domain = ig_domain_alloc(ig_dev);
	if (IS_ERR(ig_domain))
		return PTR_ERR(ig_domain);

	ret = ig_undetached_attach();
	if (ret)
		iommu_domain_free(ig_domain);
	return ret;
}

static int ig_undetached_keep(void)
{
	int ret = ig_undetached_forget();

	/* not the group: a reference on it would be a leak to an audit */
	if (!ret)
		ig_kept = get_device(ig_dev);
	return ret;
}

static void ig_undetached_end(void)
{
	struct iommu_group *group = iommu_group_get(ig_kept);

	ig_undetached_detach(group);
	iommu_group_put(group);
	put_device(ig_kept);
}

static int ig_undetached_heal(void)
{
	ig_domain = iommu_get_domain_for_dev(ig_dev);
	if (!ig_domain)
		return -ENODEV;
	ig_undetached_detach(ig_group);
	return 0;
}

static const struct ig_mode ig_modes[] = {
	{ "forget", ig_undetached_forget },
	{ "keep", ig_undetached_keep, ig_undetached_end },
	{ "heal", ig_undetached_heal },
	{ }
};

ig_module(ig_undetached, ig_mode_run_on_group(ig_modes), ig_mode_heal());
MODULE_DESCRIPTION("IOMMU group test: attached, and never detached");
