// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "list/locked.h"
#include "stuck/words.h"

static const struct ig_wait_lock *lock_of(const struct ig_wait_run *waits,
					  unsigned int group)
{
	size_t i;

	for (i = 0; waits && i < waits->nlocks; i++)
		if (waits->locks[i].group >= 0 &&
		    (unsigned int)waits->locks[i].group == group)
			return &waits->locks[i];
	return NULL;
}

static char *in_words(const struct ig_wait_chain *chain, enum ig_chain_end end)
{
	const struct ig_wait_task *first = chain->links[0].task;
	char span[IG_WAIT_SPAN_LEN], *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	ig_chain_words(out, chain, end);
	if (first->asleep_ns && first->state[0] != 'R')
		fprintf(out, "; so for %s",
			ig_wait_span(span, first->asleep_ns));
	if (!fclose(out))
		return text;
	free(text);
	return NULL;
}

char *ig_list_locked(const struct ig_wait_run *waits, unsigned int group,
		     struct ig_wait_chain *chain)
{
	const struct ig_wait_lock *lock = lock_of(waits, group);
	enum ig_chain_end end;
	char *text = NULL;

	memset(chain, 0, sizeof(*chain));
	if (!lock || ig_chain_find(waits, lock, chain, &end))
		return NULL;
	if (chain->n)
		text = in_words(chain, end);
	if (!text)
		ig_wait_chain_free(chain);
	return text;
}
