// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "model/result.h"

void ig_wait_chain_free(struct ig_wait_chain *chain)
{
	free(chain->links);
	free(chain->others);
	memset(chain, 0, sizeof(*chain));
}

static void clear_finding(struct ig_finding *f)
{
	size_t i;

	for (i = 0; i < f->ndevices; i++)
		free(f->devices[i]);
	for (i = 0; f->locks && i < f->nedges; i++)
		free(f->locks[i]);
	free(f->locks);
	free(f->edges);
	free(f->devices);
	free(f->suspects);
	free(f->message);
	ig_wait_chain_free(&f->chain);
}

void ig_pairing_free(struct ig_pairing *pairing)
{
	free(pairing->gets);
	free(pairing->puts);
	free(pairing->across);
	free(pairing->partner);
	free(pairing->order);
	memset(pairing, 0, sizeof(*pairing));
}

void ig_lock_order_free(struct ig_lock_order *order)
{
	size_t i;

	for (i = 0; i < order->nclasses; i++)
		free(order->classes[i].name);
	free(order->classes);
	free(order->steps);
	memset(order, 0, sizeof(*order));
}

void ig_lock_cycles_free(struct ig_lock_cycle *cycles, size_t ncycles)
{
	size_t i;

	for (i = 0; i < ncycles; i++) {
		free(cycles[i].steps);
		free(cycles[i].edges);
	}
	free(cycles);
}

void ig_result_free(struct ig_result *result)
{
	size_t i;

	for (i = 0; i < result->nfindings; i++)
		clear_finding(&result->findings[i]);
	for (i = 0; i < result->nunproven; i++)
		clear_finding(&result->unproven[i]);
	for (i = 0; i < result->nheld; i++)
		free(result->held[i].message);
	for (i = 0; i < result->nnotes; i++)
		free(result->notes[i].message);
	for (i = 0; i < result->nwaits; i++) {
		free(result->waits[i].message);
		ig_wait_chain_free(&result->waits[i].chain);
	}
	free(result->waits);
	free(result->findings);
	free(result->unproven);
	free(result->held);
	free(result->notes);
	ig_losses_free(result->losses, result->nlosses);
	ig_pairing_free(&result->pairing);
	ig_lock_order_free(&result->order);
	ig_lock_cycles_free(result->cycles, result->ncycles);
	memset(result, 0, sizeof(*result));
}

const char *ig_verdict_name(enum ig_verdict verdict)
{
	switch (verdict) {
	case IG_CLEAN:
		return "clean";
	case IG_FINDINGS:
		return "findings";
	case IG_INCONCLUSIVE:
		break;
	}
	return "inconclusive";
}

size_t ig_rule_findings(const struct ig_result *result, enum ig_rule rule)
{
	size_t i, n = 0;

	for (i = 0; i < result->nfindings; i++)
		n += result->findings[i].rule == rule;
	return n;
}
