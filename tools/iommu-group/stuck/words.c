// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "stuck/words.h"

const char *ig_wait_span(char *buf, uint64_t ns)
{
	uint64_t minutes = ns / 60000000000ull;

	if (!minutes)
		snprintf(buf, IG_WAIT_SPAN_LEN, "%.1f s", ns / 1e9);
	else if (minutes < 60)
		snprintf(buf, IG_WAIT_SPAN_LEN, "%" PRIu64 " min %" PRIu64 " s",
			 minutes, ns / 1000000000 % 60);
	else
		snprintf(buf, IG_WAIT_SPAN_LEN, "%" PRIu64 " h %" PRIu64 " min",
			 minutes / 60, minutes % 60);
	return buf;
}

const char *ig_wait_who(char *buf, const struct ig_wait_task *task)
{
	if (!task->trace || task->state[0] == 'X')
		snprintf(buf, IG_WAIT_WHO_LEN, "a task that has ended");
	else
		snprintf(buf, IG_WAIT_WHO_LEN, "%.15s (pid %u)",
			 task->trace->comm, task->trace->pid);
	return buf;
}

const char *ig_wait_place(const struct ig_wait_task *task)
{
	static const char *const sleeps[] = { "__schedule+", "schedule+",
					      "schedule_timeout+",
					      "schedule_preempt_disabled+",
					      "schedule_hrtimeout" };
	size_t i, j, n = task->trace ? task->trace->nframes : 0;

	for (i = 0; i < n; i++) {
		const char *frame = task->trace->frames[i] ?: "?";
		bool skip = false;

		for (j = 0; j < sizeof(sleeps) / sizeof(sleeps[0]); j++)
			skip |= !strncmp(frame, sleeps[j], strlen(sleeps[j]));
		if (!skip)
			return frame;
	}
	return "?";
}

static const char *lock_name(const struct ig_wait_lock *lock)
{
	return lock->name ?: "a lock";
}

void ig_wait_what(FILE *out, const struct ig_wait_task *task,
		  const struct ig_wait_lock *wants)
{
	switch (task->kind) {
	case IG_WAIT_LOCK:
		fprintf(out, "waits for %s%s",
			wants ? lock_name(wants) : "a lock",
			task->read ? ", to read" : "");
		break;
	case IG_WAIT_WORK:
		fputs("waits for the end of a work item", out);
		break;
	case IG_WAIT_THREAD:
		fputs("waits for the end of a kernel thread", out);
		break;
	case IG_WAIT_NODE:
		fputs("removes a file of sysfs that is in use", out);
		break;
	default:
		if (task->state[0] == 'R')
			fputs("runs", out);
		else
			fprintf(out, "sleeps in %s", ig_wait_place(task));
	}
}

/* What connects a link with the next, which has what it waits for. */
static const char *by(const struct ig_wait_link *link,
		      const struct ig_wait_link *next)
{
	switch (link->task->kind) {
	case IG_WAIT_LOCK:
		return next->proof == IG_HOLD_LAST_READER ? "last read by" :
							    "held by";
	case IG_WAIT_WORK:
		return "executed by";
	case IG_WAIT_THREAD:
		return "which is";
	default:
		return "by";
	}
}

/* The closing link names a task again. */
static void end_words(FILE *out, const struct ig_wait_chain *chain,
		      enum ig_chain_end end)
{
	const struct ig_wait_link *last = &chain->links[chain->n - 1];
	char who[IG_WAIT_WHO_LEN];

	switch (end) {
	case IG_END_CIRCLE:
	case IG_END_LIKELY:
		if (chain->circle == chain->n - 1)
			fputs(", which it has itself", out);
		else if (chain->circle < chain->n)
			fprintf(out, ", %s %s",
				by(last, &chain->links[chain->circle]),
				ig_wait_who(who,
					    chain->links[chain->circle].task));
		fputs(end == IG_END_CIRCLE ?
			      ": each waits for the next, for ever" :
			      ": a circle, if that task still reads",
		      out);
		break;
	case IG_END_GONE:
		fputs(": nobody can release it", out);
		break;
	case IG_END_RUNS:
		fputs(", and has run meanwhile", out);
		break;
	case IG_END_SLEEPS:
		fputs(", and may wake up", out);
		break;
	case IG_END_FREE:
		fputs("; who has that is not known", out);
	}
}

void ig_chain_words(FILE *out, const struct ig_wait_chain *chain,
		    enum ig_chain_end end)
{
	char who[IG_WAIT_WHO_LEN];
	size_t i;

	if (!chain->n) {
		fprintf(out,
			"%zu task%s for the group lock, and who has it is not known",
			chain->nothers,
			chain->nothers == 1 ? " waits" : "s wait");
		return;
	}
	fputs("the group lock is held by", out);
	for (i = 0; i < chain->n; i++) {
		const struct ig_wait_link *l = &chain->links[i];

		if (i)
			fprintf(out, ", %s", by(&chain->links[i - 1], l));
		fprintf(out, " %s", ig_wait_who(who, l->task));
		if (end == IG_END_GONE && i == chain->n - 1)
			break;
		fputs(", which ", out);
		ig_wait_what(out, l->task, l->wants);
	}
	end_words(out, chain, end);
}
