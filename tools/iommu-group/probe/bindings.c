// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/sysfs.h"
#include "probe/bindings.h"

/** FROM_KERNEL - the group of uevents that the kernel itself sends */
#define FROM_KERNEL 1

/** ROOM - bytes that wait in the socket between two readings */
#define ROOM (4 << 20)

void ig_bindings_start(struct ig_bindings *bindings)
{
	struct sockaddr_nl at = { .nl_family = AF_NETLINK,
				  .nl_groups = FROM_KERNEL };
	int room = ROOM;

	memset(bindings, 0, sizeof(*bindings));
	bindings->fd = socket(AF_NETLINK,
			      SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
			      NETLINK_KOBJECT_UEVENT);
	if (bindings->fd < 0)
		return;
	/* The first wants CAP_NET_ADMIN, the second is limited by a sysctl. */
	if (setsockopt(bindings->fd, SOL_SOCKET, SO_RCVBUFFORCE, &room,
		       sizeof(room)))
		setsockopt(bindings->fd, SOL_SOCKET, SO_RCVBUF, &room,
			   sizeof(room));
	if (bind(bindings->fd, (struct sockaddr *)&at, sizeof(at))) {
		close(bindings->fd);
		bindings->fd = -1;
	}
}

static void clear(struct ig_binding *b)
{
	free(b->path);
	free(b->driver);
	free(b->module);
}

static void forget(struct ig_bindings *bindings, const char *path)
{
	size_t i;

	for (i = 0; i < bindings->n; i++)
		if (!strcmp(bindings->list[i].path, path)) {
			clear(&bindings->list[i]);
			bindings->list[i] = bindings->list[--bindings->n];
			return;
		}
}

/* Without memory, the binding is not known: there is less evidence. */
static void remember(struct ig_bindings *bindings, const char *path,
		     const char *driver, const char *subsystem)
{
	struct ig_binding *b;

	forget(bindings, path);
	b = ig_one_more(&bindings->list, &bindings->n, sizeof(*b));
	if (!b)
		return;
	b->path = strdup(path);
	b->driver = strdup(driver);
	b->module = ig_sysfs_driver_module("/sys", subsystem, driver);
	if (!b->path || !b->driver) {
		clear(b);
		bindings->n--;
	}
}

/* One message: action@path, then KEY=value, each with its NUL. */
static void take_in(struct ig_bindings *bindings, const char *text, size_t n)
{
	const char *path = NULL, *driver = NULL, *subsystem = NULL,
		   *action = "";
	const char *s;

	for (s = text; s < text + n; s += strlen(s) + 1) {
		if (!strncmp(s, "ACTION=", 7))
			action = s + 7;
		else if (!strncmp(s, "DEVPATH=", 8))
			path = s + 8;
		else if (!strncmp(s, "DRIVER=", 7))
			driver = s + 7;
		else if (!strncmp(s, "SUBSYSTEM=", 10))
			subsystem = s + 10;
	}
	if (!path)
		return;
	if (!strcmp(action, "unbind") || !strcmp(action, "remove"))
		forget(bindings, path);
	else if (!strcmp(action, "bind") && driver && subsystem)
		remember(bindings, path, driver, subsystem);
}

static void forget_all(struct ig_bindings *bindings)
{
	size_t i;

	for (i = 0; i < bindings->n; i++)
		clear(&bindings->list[i]);
	free(bindings->list);
	bindings->list = NULL;
	bindings->n = 0;
}

/* What the kernel had no room for can have been any of them going. */
void ig_bindings_read(struct ig_bindings *bindings)
{
	struct sockaddr_nl from;
	socklen_t size;
	char text[8192];
	ssize_t n;

	while (bindings->fd >= 0) {
		size = sizeof(from);
		n = recvfrom(bindings->fd, text, sizeof(text) - 1, 0,
			     (struct sockaddr *)&from, &size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == ENOBUFS) {
			forget_all(bindings);
			continue;
		}
		if (n < 0)
			return;
		text[n] = 0;
		/* Any process of root's can send to the group. */
		if (!from.nl_pid)
			take_in(bindings, text, n);
	}
}

void ig_bindings_forget(struct ig_bindings *bindings)
{
	ig_bindings_read(bindings);
	forget_all(bindings);
}

static char *copy_of(const char *s, bool *failed)
{
	char *copy = s ? strdup(s) : NULL;

	*failed = *failed || (s && !copy);
	return copy;
}

int ig_bindings_copy(struct ig_bindings *bindings, struct ig_run *run)
{
	bool failed = false;
	size_t i;

	for (i = 0; i < bindings->n && !failed; i++) {
		struct ig_binding *from = &bindings->list[i];
		struct ig_binding *to = ig_one_more(
			&run->bindings, &run->nbindings, sizeof(*to));

		if (!to)
			return -1;
		to->path = copy_of(from->path, &failed);
		to->driver = copy_of(from->driver, &failed);
		to->module = copy_of(from->module, &failed);
	}
	return failed ? -1 : 0;
}

void ig_bindings_stop(struct ig_bindings *bindings)
{
	forget_all(bindings);
	if (bindings->fd >= 0)
		close(bindings->fd);
	bindings->fd = -1;
}
