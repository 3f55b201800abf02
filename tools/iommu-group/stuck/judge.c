// SPDX-License-Identifier: GPL-2.0
/* From chains of waiting tasks to findings, or to what is not known. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stuck/stuck.h"
#include "stuck/words.h"

/**
 * struct judging - the group locks, one after the other
 * @found: the analysis
 * @run: its waits
 * @in_circle: of each lock, that a finding has it in its circle
 */
struct judging {
	struct ig_findings *found;
	const struct ig_wait_run *run;
	bool *in_circle;
};

static const struct ig_group_state *state_of(const struct ig_snapshot *snapshot,
					     int group)
{
	size_t i;

	for (i = 0; i < snapshot->ngroups; i++)
		if (snapshot->groups[i].id == (unsigned int)group)
			return &snapshot->groups[i];
	return NULL;
}

static const struct ig_group_state *group_of(const struct ig_run *run,
					     int group)
{
	return state_of(&run->after, group) ?: state_of(&run->before, group);
}

static void note_circle(struct judging *j, const struct ig_wait_chain *chain)
{
	size_t i;

	for (i = chain->circle; i < chain->n; i++)
		if (chain->links[i].wants)
			j->in_circle[chain->links[i].wants - j->run->locks] =
				true;
}

/* The group, who has its lock, and so on up to the end. */
static char *describe(struct judging *j, const struct ig_wait_lock *lock,
		      const struct ig_wait_chain *chain, enum ig_chain_end end)
{
	const struct ig_group_state *g = group_of(j->found->run, lock->group);
	char name[IG_GROUP_NAME_LEN], *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	fprintf(out, "%s: ", ig_group_name(name, lock->group, g));
	ig_chain_words(out, chain, end);
	if (!fclose(out))
		return text;
	free(text);
	return NULL;
}

static void add_finding(struct judging *j, const struct ig_wait_lock *lock,
			struct ig_wait_chain *chain, char *message)
{
	struct ig_finding *f =
		ig_add_finding(j->found, IG_RULE_GROUP_LOCK_STUCK, lock->group);

	if (!f) {
		free(message);
		return;
	}
	note_circle(j, chain);
	f->message = message;
	f->count = chain->n + chain->nothers;
	f->trace = chain->links[0].task->trace;
	/* Of one that is gone there is none: who waits shows as much. */
	if (!f->trace && chain->nothers)
		f->trace = chain->others[0].task->trace;
	ig_add_devices(j->found, f, group_of(j->found->run, lock->group));
	f->chain = *chain;
	*chain = (struct ig_wait_chain){};
}

/* Nobody can say whether that ever ends, so it is not clean. */
static void add_wait(struct judging *j, const struct ig_wait_lock *lock,
		     size_t waiters, struct ig_wait_chain *chain, char *message)
{
	struct ig_result *r = j->found->result;
	struct ig_wait *wait =
		ig_one_more(&r->waits, &r->nwaits, sizeof(*wait));
	struct ig_loss_count loss = { .loss = IG_LOSS_GROUP_LOCK_WAITS,
				      .count = waiters,
				      .detail = message };

	ig_add_loss_count(j->found, &loss);
	if (!wait) {
		j->found->failed = true;
		free(message);
		return;
	}
	*wait = (struct ig_wait){ lock->group, message, *chain };
	*chain = (struct ig_wait_chain){};
}

/*
 * A lock that a task took with it needs nobody who waits for it, but where that
 * is found when the task ends, it is not said twice.
 */
static bool is_finding(const struct judging *j, enum ig_chain_end end,
		       size_t waiters)
{
	if (end == IG_END_GONE)
		return waiters || !(j->found->run->audited & IG_AUDIT_LOCKS);
	return end == IG_END_CIRCLE;
}

static void judge_lock(struct judging *j, const struct ig_wait_lock *lock)
{
	size_t waiters = ig_waiters(j->run, lock->addr);
	struct ig_wait_chain chain;
	enum ig_chain_end end;
	char *message;

	if (ig_chain_find(j->run, lock, &chain, &end)) {
		j->found->failed = true;
		return;
	}
	if (is_finding(j, end, waiters) || waiters) {
		message = describe(j, lock, &chain, end);
		if (!message)
			j->found->failed = true;
		else if (is_finding(j, end, waiters))
			add_finding(j, lock, &chain, message);
		else
			add_wait(j, lock, waiters, &chain, message);
	}
	ig_wait_chain_free(&chain);
}

static void judge(struct ig_findings *found)
{
	const struct ig_wait_run *run = &found->run->waits;
	struct judging j = { .found = found, .run = run };
	size_t i;

	j.in_circle = calloc(run->nlocks + 1, sizeof(*j.in_circle));
	if (!j.in_circle) {
		found->failed = true;
		return;
	}
	for (i = 0; i < run->nlocks && !found->failed; i++)
		if (run->locks[i].group >= 0 && !j.in_circle[i])
			judge_lock(&j, &run->locks[i]);
	free(j.in_circle);
}

const struct ig_audit ig_stuck_audit = {
	.bit = IG_AUDIT_STUCK,
	.judge = judge,
};
