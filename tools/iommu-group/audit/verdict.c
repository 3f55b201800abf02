// SPDX-License-Identifier: GPL-2.0
/* From what was observed to a verdict. */
#include <errno.h>
#include <string.h>

#include "audit/complete.h"
#include "audit/verdict.h"
#include "locks/locks.h"
#include "refs/refs.h"
#include "stuck/stuck.h"

/* What a run may be judged by, in the order of findings. */
static const struct ig_audit *const audits[] = {
	&ig_locks_audit,
	&ig_refs_audit,
	&ig_stuck_audit,
};

const struct ig_audit *ig_audit_of(const struct ig_run *run, size_t n)
{
	size_t i;

	for (i = 0; i < sizeof(audits) / sizeof(audits[0]); i++)
		if (run->audited & audits[i]->bit && !n--)
			return audits[i];
	return NULL;
}

static void account_losses(struct ig_findings *found)
{
	const struct ig_run *run = found->run;
	size_t i;

	for (i = 0; i < run->nlosses; i++)
		ig_add_loss_count(found, &run->losses[i]);
}

static enum ig_verdict verdict_of(const struct ig_result *result)
{
	if (result->nfindings)
		return IG_FINDINGS;
	return result->nlosses ? IG_INCONCLUSIVE : IG_CLEAN;
}

int ig_analyse(const struct ig_run *run, struct ig_result *result)
{
	struct ig_findings found = { .run = run, .result = result };
	const struct ig_audit *audit;
	size_t i;

	if (!result->pairing.order && ig_pair(run, &result->pairing))
		return -ENOMEM;
	account_losses(&found);
	if (run->left_running)
		ig_add_note(&found, IG_NO_GROUP,
			    "processes of the workload were left running: %s",
			    run->left_running);
	ig_check_complete(&found);
	/* What was caught in the act is said in any case. */
	ig_find_violations(&found);
	for (i = 0; (audit = ig_audit_of(run, i)); i++)
		audit->judge(&found);
	if (found.failed) {
		ig_result_free(result);
		return -ENOMEM;
	}
	result->verdict = verdict_of(result);
	return 0;
}

int ig_exit_code(enum ig_verdict verdict, bool workload_failed)
{
	switch (verdict) {
	case IG_FINDINGS:
		return 2;
	case IG_INCONCLUSIVE:
		return 3;
	case IG_CLEAN:
		break;
	}
	return workload_failed ? 4 : 0;
}
