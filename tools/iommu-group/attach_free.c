// SPDX-License-Identifier: GPL-2.0
/* Apart from what reads a run, for stacks are released where they are read. */
#include <stdlib.h>
#include <string.h>

#include "attach.h"
#include "traces.h"

void ig_attach_run_free(struct ig_attach_run *run)
{
	size_t i;

	for (i = 0; i < run->nsizes; i++)
		free(run->sizes[i].errors);
	for (i = 0; i < run->nslow; i++)
		ig_trace_free(run->slow[i].trace);
	for (i = 0; i < run->nfolded; i++)
		free(run->folded[i].frames);
	free(run->sizes);
	free(run->slow);
	free(run->folded);
	free(run->losses);
	memset(run, 0, sizeof(*run));
}
