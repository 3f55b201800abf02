// SPDX-License-Identifier: GPL-2.0
/* What all that was observed is made of. */
#include <stdlib.h>
#include <string.h>

#include "model/run.h"

void *ig_one_more(void *array, size_t *n, size_t size)
{
	void **list = array;
	char *more = reallocarray(*list, *n + 1, size);

	if (!more)
		return NULL;
	*list = more;
	memset(more + *n * size, 0, size);
	return more + (*n)++ * size;
}

void ig_trace_free(struct ig_trace *trace)
{
	size_t i;

	if (!trace)
		return;
	for (i = 0; i < trace->nframes; i++)
		free(trace->frames[i]);
	free(trace->frames);
	free(trace);
}
