// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "refs/late.h"

static struct ig_late_site late_site(const struct ig_site_count *s)
{
	return (struct ig_late_site){
		s->group, s->gen, s->ip, s->path, s->counts.gets, s->counts.puts
	};
}

static int compare(const void *a, const void *b)
{
	const struct ig_late_site *x = a, *y = b;

	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	if (x->gen != y->gen)
		return x->gen < y->gen ? -1 : 1;
	return (x->ip > y->ip) - (x->ip < y->ip) ?:
		       (x->path > y->path) - (x->path < y->path);
}

int ig_late_begin(struct ig_late *late, const struct ig_run *run)
{
	size_t i;

	late->n = 0;
	late->sites = calloc(run->nsites + 1, sizeof(*late->sites));
	if (!late->sites)
		return -ENOMEM;
	for (i = 0; i < run->nsites; i++)
		late->sites[late->n++] = late_site(&run->sites[i]);
	qsort(late->sites, late->n, sizeof(*late->sites), compare);
	return 0;
}

void ig_late_mark(const struct ig_late *late, struct ig_run *run)
{
	size_t i;

	for (i = 0; late->sites && i < run->nsites; i++) {
		struct ig_site_count *s = &run->sites[i];
		struct ig_late_site key = late_site(s), *was;

		was = bsearch(&key, late->sites, late->n, sizeof(key), compare);
		s->late_gets = s->counts.gets - (was ? was->gets : 0);
		s->late_puts = s->counts.puts - (was ? was->puts : 0);
	}
}

void ig_late_free(struct ig_late *late)
{
	free(late->sites);
	memset(late, 0, sizeof(*late));
}
