/* SPDX-License-Identifier: GPL-2.0 */
/* How a test module begins and ends, and call sites that keep their names. */
#ifndef IG_MODULE_H
#define IG_MODULE_H

#include <linux/module.h>
#include <linux/printk.h>

#undef pr_fmt
#define pr_fmt(fmt)	KBUILD_MODNAME ": " fmt

/*
 * A function that a stack trace has to name: neither inlined nor cloned, since
 * a clone is called name.isra.0 or name.constprop.0.  Sites are never __init,
 * or their names would be gone by the time that the audit asks for them.
 */
#define ig_site		noinline __noclone

/**
 * ig_module() - what insmod and rmmod do
 * @name: what the functions that they call begin with: stacks show name_init()
 * @run: call of a function that returns 0, or the error that insmod fails with
 * @end: call of a function, ig_nothing() if there is nothing to do
 */
#define ig_module(name, run, end)		\
	static int __init name##_init(void)	\
	{					\
		return run;			\
	}					\
	module_init(name##_init);		\
						\
	static void __exit name##_exit(void)	\
	{					\
		end;				\
	}					\
	module_exit(name##_exit);		\
						\
	MODULE_LICENSE("GPL")

static inline void ig_nothing(void)
{
}

#endif /* IG_MODULE_H */
