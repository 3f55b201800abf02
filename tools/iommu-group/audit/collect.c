// SPDX-License-Identifier: GPL-2.0
#include <bpf/libbpf.h>

#include "iommu_group_abi.h"
#include "audit.skel.h"
#include "audit/collect.h"
#include "base/error.h"
#include "probe/losses.h"
#include "probe/maps.h"
#include "probe/traces.h"

static int read_violations(const struct ig_session *session, struct ig_run *run)
{
	const struct audit_bpf *skel = session->probes.skel;
	struct ig_violation raw;
	__u32 i;

	ig_for_each_element(skel->maps.violations, skel->bss->next_violation, i,
			    raw) {
		struct ig_seen_violation *v;

		/* A kind of 0 is one that is being written right now. */
		if (!raw.kind || !ig_session_wants(session, raw.group))
			continue;
		v = ig_one_more(&run->violations, &run->nviolations,
				sizeof(*v));
		if (!v)
			return -1;
		v->raw = raw;
		v->trace = ig_trace_or_caller(session, raw.stack, raw.ip);
	}
	return 0;
}

/* Green for want of anything to look at would be silently wrong. */
static bool no_groups(const struct ig_run *run)
{
	return !run->before.ngroups && !run->after.ngroups &&
	       !run->before.unreadable && !run->after.unreadable &&
	       !run->nknown;
}

/* Which groups are alive, to the probes: the snapshot has to have them. */
static int read_known(const struct ig_session *session, struct ig_run *run)
{
	const struct audit_bpf *skel = session->probes.skel;
	__u32 n = skel->bss->ids_seen, id;
	struct ig_known_group *k;
	struct ig_group g;

	ig_for_each_element(skel->maps.groups, n, id, g) {
		if (!g.addr || !ig_session_wants(session, id))
			continue;
		k = ig_one_more(&run->known, &run->nknown, sizeof(*k));
		if (!k)
			return ig_error("out of memory");
		k->id = id;
		k->gen = g.gen;
		k->released = g.released;
	}
	if (id < n)
		return ig_error(
			"cannot read what the probes know of group %u: %m", id);
	return 0;
}

static int add_loss(struct ig_run *run, unsigned int which, uint64_t count)
{
	struct ig_loss_count *loss =
		ig_one_more(&run->losses, &run->nlosses, sizeof(*loss));

	if (!loss)
		return -1;
	loss->loss = which;
	loss->count = count;
	return 0;
}

static int add_dead_probes(struct ig_session *session, struct ig_run *run)
{
	struct ig_loss_count *loss =
		ig_one_more(&run->losses, &run->nlosses, sizeof(*loss));

	return loss ? ig_alive_loss(&session->alive, loss) : -1;
}

static int read_losses(struct ig_session *session, struct ig_run *run)
{
	if (ig_losses_read(&session->probes, &run->losses, &run->nlosses) ||
	    add_dead_probes(session, run) ||
	    add_loss(run, IG_LOSS_READER_DIED, session->reader_deaths))
		return -1;
	return add_loss(run, IG_LOSS_NO_GROUPS, no_groups(run));
}

static int read_bindings(struct ig_session *session, struct ig_run *run)
{
	ig_bindings_read(&session->bindings);
	return ig_bindings_copy(&session->bindings, run);
}

int ig_observe(struct ig_session *session,
	       const struct ig_module *const *modules, struct ig_run *run)
{
	size_t i;

	if (read_known(session, run))
		return -1;
	run->every_ref_traced = session->probes.backend ==
				IG_BACKEND_TRACEPOINT;
	if (read_violations(session, run) || read_losses(session, run) ||
	    read_bindings(session, run))
		return ig_error("out of memory");
	for (i = 0; modules[i]; i++)
		if (ig_probes_has(&session->probes, modules[i]) &&
		    modules[i]->observe(session, run))
			return ig_error("out of memory");
	if (ig_losses_add_unreadable(&run->losses, &run->nlosses))
		return ig_error("out of memory");
	return 0;
}
