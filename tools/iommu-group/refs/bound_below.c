// SPDX-License-Identifier: GPL-2.0
/* Drivers of devices that are in no group, below those of a group. */
#include <string.h>

#include "refs/refs.h"

/* The name is one of the folders that the path goes through, not its last. */
static bool passes(const char *path, const char *name)
{
	size_t n = strlen(name);

	while ((path = strchr(path, '/'))) {
		path++;
		if (!strncmp(path, name, n) && path[n] == '/')
			return true;
	}
	return false;
}

static bool is_below(const struct ig_binding *b,
		     const struct ig_group_state *group)
{
	size_t i;

	for (i = 0; i < group->ndevices; i++)
		if (passes(b->path, group->devices[i].name))
			return true;
	return false;
}

static bool same_driver(const struct ig_binding *a, const struct ig_binding *b)
{
	if (strcmp(a->driver, b->driver) != 0)
		return false;
	return a->module && b->module ? !strcmp(a->module, b->module) :
					a->module == b->module;
}

static long bindings_of(const struct ig_run *run,
			const struct ig_group_state *group,
			const struct ig_binding *driver)
{
	long n = 0;
	size_t i;

	for (i = 0; i < run->nbindings; i++)
		if (same_driver(&run->bindings[i], driver) &&
		    is_below(&run->bindings[i], group))
			n++;
	return n;
}

long ig_bound_below(const struct ig_run *run,
		    const struct ig_group_state *group,
		    const struct ig_trace *trace, struct ig_bound *first)
{
	long most = 0, n;
	size_t i;

	for (i = 0; i < run->nbindings; i++) {
		const struct ig_binding *b = &run->bindings[i];

		if (!is_below(b, group) || !ig_is_in_probe(trace, b->module))
			continue;
		n = bindings_of(run, group, b);
		if (n <= most)
			continue;
		most = n;
		*first = (struct ig_bound){ b->path, b->driver, b->module };
	}
	return most;
}
