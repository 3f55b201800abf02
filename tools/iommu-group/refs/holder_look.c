// SPDX-License-Identifier: GPL-2.0
/* Gets and puts, as those see them who look for holders. */
#include <string.h>

#include "refs/holder_look.h"

static bool begins(const char *s, const char *with)
{
	return !strncmp(s, with, strlen(with));
}

/* In the module, or built in and called module_... */
bool ig_is_code_of(const char *symbol, const char *module)
{
	if (!symbol)
		return false;
	if (!*ig_module_of(symbol))
		return begins(symbol, module);
	return ig_is_in_module(symbol, module);
}

/* Gets of a site that are those of holders found already. */
static long taken_at(const struct ig_holder_look *look, size_t site)
{
	long n = 0;
	unsigned int i;
	size_t j;

	for (i = 0; i <= look->kind; i++)
		for (j = 0; j < look->held[i].nfrom; j++)
			if (look->held[i].from[j].site == site)
				n += look->held[i].from[j].count;
	return n;
}

/* Gets of a site that are open, less those. */
long ig_open_at(const struct ig_holder_look *look, size_t site)
{
	long n = look->pairing->gets[site] - taken_at(look, site);

	return n > 0 ? n : 0;
}

/* Gets of a site that no put of the same task answered, less those. */
long ig_kept_at(const struct ig_holder_look *look, size_t site)
{
	const struct ig_total *c = &look->run->sites[site].counts;
	long n = c->gets - c->answered - taken_at(look, site);

	return n > 0 ? n : 0;
}

void ig_take_from(const struct ig_holder_look *look, size_t site, long count)
{
	struct ig_holding *h = &look->held[look->kind];

	if (count <= 0 || h->nfrom == IG_HOLDER_SITES)
		return;
	h->from[h->nfrom].site = site;
	h->from[h->nfrom++].count = count;
}

/* Puts that answer no get of the run, of a module or of what is built in. */
long ig_dropped_by(const struct ig_holder_look *look, const char *module)
{
	size_t n, i;
	const size_t *sites =
		ig_sites_of(look->run, look->pairing, look->group, &n);
	long dropped = 0;

	for (i = 0; look->pairing && i < n; i++) {
		const char *symbol = look->run->sites[sites[i]].symbol;

		if (module ? ig_is_code_of(symbol, module) :
			     symbol && !*ig_module_of(symbol))
			dropped += look->pairing->puts[sites[i]];
	}
	return dropped;
}

struct ig_bound ig_bound_of(const struct ig_device *d)
{
	return (struct ig_bound){ d->name, d->driver, d->driver_module };
}
