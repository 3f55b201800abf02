// SPDX-License-Identifier: GPL-2.0
/* Call sites that turn over: they take the next reference before the last goes.
 */
#include "refs/refs.h"

/* Gets and puts on the group since the workload has ended. */
static bool turns_over(const struct ig_refs_judging *audit,
		       const struct ig_view *view, long n, size_t *site)
{
	uint64_t gets = 0, puts = 0, most = 0;
	size_t nsites, i;
	const size_t *sites =
		ig_sites_of(audit->run, audit->pairing, view->after, &nsites);

	for (i = 0; i < nsites; i++) {
		const struct ig_site_count *s = &audit->run->sites[sites[i]];

		gets += s->late_gets;
		puts += s->late_puts;
		if (s->late_gets > most && s->module_alive) {
			most = s->late_gets;
			*site = sites[i];
		}
	}
	/* Each of them has been dropped since, whichever they are. */
	return most > (uint64_t)n && gets > (uint64_t)n && puts >= (uint64_t)n;
}

bool ig_is_in_flight(struct ig_refs_judging *audit, const struct ig_view *view)
{
	const struct ig_site_count *s;
	struct ig_held *held;
	size_t site = 0;

	if (view->grown <= 0 || !turns_over(audit, view, view->grown, &site))
		return false;
	s = &audit->run->sites[site];
	/* Had there been fewer in between, one of them would have stayed. */
	if (view->after->least_seen > (unsigned int)view->grown) {
		ig_add_loss(audit->found, IG_LOSS_IN_FLIGHT, view->grown);
		ig_add_note(
			audit->found, view->after->id,
			"group %u: %s keeps taking and dropping references; %ld are left, which may be among them",
			view->after->id, s->symbol, view->grown);
		return true;
	}
	held = ig_add_held(audit->found, view->after->id, "in flight",
			   view->grown);
	if (!held)
		return true;
	held->trace = ig_trace_of(s);
	ig_message(
		audit->found, &held->message,
		"group %u: %ld %s in flight, taken and dropped all along by %s",
		view->after->id, view->grown, ig_refs(view->grown), s->symbol);
	return true;
}
