// SPDX-License-Identifier: GPL-2.0
/* What a call site tells of itself: in which module it is, and its stack. */
#include <string.h>

#include "refs/refs.h"

const char *ig_module_of(const char *symbol)
{
	const char *module = symbol ? strrchr(symbol, '[') : NULL;

	return module ?: "";
}

bool ig_is_in_module(const char *symbol, const char *module)
{
	const char *open = ig_module_of(symbol);
	size_t n = strlen(module);

	return *open && !strncmp(open + 1, module, n) && open[n + 1] == ']';
}

const struct ig_trace *ig_trace_of(const struct ig_site_count *site)
{
	return site->high ?: site->first;
}
