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

static int start_reader(struct ig_watch *watch)
{
	if (ig_reader_start(&watch->reader))
		return -1;
	watch->probes.skel->bss->reader_tgid = watch->reader.pid;
	return 0;
}

int ig_watch_start(struct ig_watch *watch, const struct ig_options *options,
		   enum ig_purpose purpose)
{
	memset(watch, 0, sizeof(*watch));
	watch->group = options->group;
	if (ig_kernel_check() || ig_symbols_load(&watch->symbols))
		return -1;
	if (ig_probes_attach(&watch->probes, options, purpose,
			     &watch->symbols) ||
	    start_reader(watch)) {
		ig_watch_stop(watch);
		return -1;
	}
	return 0;
}

void ig_watch_stop(struct ig_watch *watch)
{
	ig_reader_stop(&watch->reader);
	ig_probes_detach(&watch->probes);
	ig_symbols_free(&watch->symbols);
}

static void take_over(struct ig_group_state *g, const struct ig_snap *s)
{
	g->addr = s->addr;
	g->gen = s->gen;
	g->kref = s->kref;
	g->ndev = s->ndev;
	g->stable = s->stable;
	g->ghosts = s->ghosts;
	g->off = s->off;
	g->owner_cnt = s->owner_cnt;
	g->owned = s->owner;
	g->foreign_domain = s->domain && s->domain != s->default_domain &&
			    s->domain != s->blocking_domain;
	g->name = s->name[0] ? strdup(s->name) : NULL;
}

/*
 * The program fills the map while the attribute is being read.  A reading that
 * hangs has filled it too: the program runs before the lock is taken.
 */
static enum ig_read read_group(struct ig_watch *watch, unsigned int id,
			       struct ig_group_state *g)
{
	int map = bpf_map__fd(watch->probes.skel->maps.snap);
	char type[64] = "";
	struct ig_snap old = {}, s = {};
	enum ig_read how;
	__u32 zero = 0;

	bpf_map_lookup_elem(map, &zero, &old);
	how = ig_reader_read(&watch->reader, id, type, sizeof(type));
	if (how == IG_READ_GONE)
		return how;
	if (how != IG_READ_OK) {
		ig_reader_stop(&watch->reader);
		if (start_reader(watch))
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

static void add_group(struct ig_watch *watch, struct ig_snapshot *snapshot,
		      unsigned int id)
{
	struct ig_group_state *g = &snapshot->groups[snapshot->ngroups];

	switch (read_group(watch, id, g)) {
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
	/* Gone in between: then it is no group any more. */
	if (ig_sysfs_devices("/sys", g))
		ig_group_state_clear(g);
	else
		snapshot->ngroups++;
}

int ig_snapshot_take(struct ig_watch *watch, struct ig_snapshot *snapshot)
{
	unsigned int *ids;
	size_t n, i;

	memset(snapshot, 0, sizeof(*snapshot));
	if (ig_sysfs_group_ids("/sys", &ids, &n))
		return ig_error("out of memory");
	snapshot->groups = calloc(n + 1, sizeof(*snapshot->groups));
	if (!snapshot->groups) {
		free(ids);
		return ig_error("out of memory");
	}
	for (i = 0; i < n; i++)
		if (watch->group < 0 || (unsigned int)watch->group == ids[i])
			add_group(watch, snapshot, ids[i]);
	free(ids);
	return 0;
}
