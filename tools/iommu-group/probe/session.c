// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "iommu_group_abi.h"
#include "base/error.h"
#include "audit.skel.h"
#include "base/kernel.h"
#include "probe/session.h"
#include "base/sysfs.h"

static int start_reader(struct ig_session *session)
{
	if (ig_reader_start(&session->reader))
		return -1;
	session->probes.skel->bss->reader_tgid = session->reader.pid;
	return 0;
}

int ig_session_start(struct ig_session *session,
		     const struct ig_options *options,
		     const struct ig_module *const *modules)
{
	memset(session, 0, sizeof(*session));
	session->group = options->group;
	if (ig_kernel_check() || ig_symbols_load(&session->symbols))
		return -1;
	if (ig_probes_load(&session->probes, options, modules,
			   &session->symbols) ||
	    start_reader(session)) {
		ig_session_stop(session);
		return -1;
	}
	return 0;
}

void ig_session_stop(struct ig_session *session)
{
	ig_reader_stop(&session->reader);
	ig_probes_detach(&session->probes);
	ig_symbols_free(&session->symbols);
}

static void take_over(struct ig_group_state *g, const struct ig_snap *s)
{
	g->addr = s->addr;
	g->gen = s->gen;
	g->kref = s->kref;
	g->ndev = s->ndev;
	g->stable = s->stable;
	g->removed_listed = s->removed_listed;
	g->count_error = s->count_error;
	g->least = s->least;
	g->least_seen = s->least_seen;
	g->owner_cnt = s->owner_cnt;
	g->owned = s->owner;
	g->foreign_domain = s->domain && s->domain != s->default_domain &&
			    s->domain != s->blocking_domain;
	g->iommufd_owner = s->iommufd_owner;
	g->singleton = s->singleton;
	g->looks = 1;
	g->name = s->name[0] ? strdup(s->name) : NULL;
}

/*
 * The program fills the map while the attribute is being read.  A reading that
 * hangs has filled it too: the program runs before the lock is taken.
 */
static enum ig_read read_group(struct ig_session *session, unsigned int id,
			       struct ig_group_state *g)
{
	int map = bpf_map__fd(session->probes.skel->maps.snap);
	char type[64] = "";
	struct ig_snap old = {}, s = {};
	enum ig_read how;
	__u32 zero = 0;

	bpf_map_lookup_elem(map, &zero, &old);
	how = ig_reader_read(&session->reader, id, type, sizeof(type));
	if (how == IG_READ_GONE)
		return how;
	if (how != IG_READ_OK) {
		ig_reader_stop(&session->reader);
		if (start_reader(session))
			return IG_READ_FAILED;
	}
	if (bpf_map_lookup_elem(map, &zero, &s) || s.seq == old.seq ||
	    s.id != id)
		return IG_READ_FAILED;
	g->id = id;
	g->type = type[0] ? strdup(type) : NULL;
	take_over(g, &s);
	return how;
}

static void add_group(struct ig_session *session, struct ig_snapshot *snapshot,
		      unsigned int id)
{
	struct ig_group_state *g = &snapshot->groups[snapshot->ngroups];

	switch (read_group(session, id, g)) {
	case IG_READ_GONE:
		return;
	case IG_READ_FAILED:
		snapshot->unreadable++;
		return;
	case IG_READ_STUCK:
		ig_warn("group %u: no answer from the group lock; somebody holds it",
			id);
		break;
	case IG_READ_OK:
		break;
	}
	g->vfio_group = ig_sysfs_vfio_group("/sys", id);
	/* Gone in between: then it is no group any more. */
	if (ig_sysfs_devices("/sys", g))
		ig_group_state_clear(g);
	else
		snapshot->ngroups++;
}

int ig_snapshot_take(struct ig_session *session, struct ig_snapshot *snapshot)
{
	unsigned int *ids;
	size_t n, i;

	memset(snapshot, 0, sizeof(*snapshot));
	snapshot->holders_read = true;
	if (ig_sysfs_group_ids("/sys", &ids, &n))
		return ig_error("out of memory");
	snapshot->groups = calloc(n + 1, sizeof(*snapshot->groups));
	if (!snapshot->groups) {
		free(ids);
		return ig_error("out of memory");
	}
	for (i = 0; i < n; i++)
		if (ig_session_wants(session, ids[i]))
			add_group(session, snapshot, ids[i]);
	free(ids);
	return 0;
}
