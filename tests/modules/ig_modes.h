/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The parameter mode=, for a module that does one of several things.  It has to
 * describe its modes with MODULE_PARM_DESC(mode, ...).
 */
#ifndef IG_MODES_H
#define IG_MODES_H

#include <linux/errno.h>
#include <linux/string.h>

#include "ig_module.h"

static char *mode;
module_param(mode, charp, 0444);

/**
 * struct ig_mode - what mode= selects
 * @name: as it is given
 * @run: called on insmod
 * @heal: called on rmmod, NULL if there is nothing to do
 */
struct ig_mode {
	const char *name;
	int (*run)(void);
	void (*heal)(void);
};

static const struct ig_mode *ig_chosen;

/**
 * ig_mode_choose() - find the mode of mode=, and make it the chosen one
 * @modes: the module's modes, the default first, up to one without a name
 *
 * Return: 0, or -EINVAL, which is reported.
 */
static inline int ig_mode_choose(const struct ig_mode *modes)
{
	ig_chosen = modes;
	while (mode && ig_chosen->name && strcmp(ig_chosen->name, mode))
		ig_chosen++;
	if (ig_chosen->name)
		return 0;

	pr_err("no mode=%s, see modinfo\n", mode);
	return -EINVAL;
}

/* What insmod does, and returns. */
static inline int ig_mode_run(const struct ig_mode *modes)
{
	int ret = ig_mode_choose(modes);

	return ret ?: ig_chosen->run();
}

/* What rmmod does. */
static inline void ig_mode_heal(void)
{
	if (ig_chosen->heal)
		ig_chosen->heal();
}

#endif /* IG_MODES_H */
