/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's fault injection: allocations of this thread that fail.
 * Documentation/fault-injection/fault-injection.rst has the files.
 */
#ifndef FAULT_H
#define FAULT_H

#include <stdbool.h>

/* Which allocations may fail: all, when both functions are NULL. */
struct fault_filter {
	const char *within; /* only what this function of the kernel calls */
	const char *outside; /* nothing that this one calls */
	bool verbose; /* each failure is shown in dmesg, with a stack */
};

/**
 * fault_missing() - what the kernel lacks for it
 * @filter: what is to be asked of it
 *
 * Return: a file or a symbol of Kconfig, or NULL when it has all.
 */
const char *fault_missing(const struct fault_filter *filter);

/**
 * fault_set_up() - choose what may fail
 * @filter: how
 *
 * Return: 0, or -1 with a message.
 */
int fault_set_up(const struct fault_filter *filter);

/**
 * fault_tear_down() - let all be filtered as after boot
 */
void fault_tear_down(void);

/**
 * fault_arm() - make an allocation of the calling thread fail
 * @n: the n-th from here on; 0 for none
 *
 * Return: 0, or -1 with a message.
 */
int fault_arm(unsigned int n);

/**
 * fault_disarm() - let no allocation fail from here on
 * @injected: set to whether the one that fault_arm() chose came up
 *
 * Return: 0, or -1 with a message.
 */
int fault_disarm(bool *injected);

/**
 * error() - report what did not work, with the reason in errno
 * @what: a path, or what was tried
 *
 * Return: -1, for the caller to return.
 */
int error(const char *what);

/**
 * write_file() - write a text to a file that is there
 * @path: the file, as of sysfs
 * @text: what to write, in one piece
 *
 * Return: 0, or -1 with a message.
 */
int write_file(const char *path, const char *text);

#endif
