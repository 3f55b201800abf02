// SPDX-License-Identifier: GPL-2.0
/* Where time was spent, as flame graphs are drawn from. */
#include <inttypes.h>

#include "attach/print_parts.h"
#include "base/escape.h"

int ig_timing_folded(FILE *out, const struct ig_timing_run *run)
{
	size_t i;

	for (i = 0; i < run->nfolded; i++) {
		ig_print_escaped(out, run->folded[i].frames);
		fprintf(out, " %" PRIu64 "\n", run->folded[i].ns);
	}
	return ig_flushed(out);
}
