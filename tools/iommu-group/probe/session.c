// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "iommu_group_abi.h"
#include "base/background.h"
#include "base/error.h"
#include "audit.skel.h"
#include "base/kernel.h"
#include "base/turn.h"
#include "probe/session.h"
#include "base/sysfs.h"

static int start_reader(struct ig_session *session)
{
	int err = ig_reader_start(&session->reader);

	if (!err)
		session->probes.skel->bss->reader_tgid = session->reader.pid;
	return err;
}

int ig_session_start(struct ig_session *session,
		     const struct ig_options *options,
		     const struct ig_module *const *modules)
{
	memset(session, 0, sizeof(*session));
	session->group = options->group;
	ig_bindings_start(&session->bindings);
	if (ig_kernel_check() || ig_symbols_load(&session->symbols)) {
		ig_bindings_stop(&session->bindings);
		return -1;
	}
	if (!ig_probes_load(&session->probes, options, modules,
			    &session->symbols)) {
		int err = start_reader(session);

		if (!err) {
			ig_alive_start(&session->alive, &session->probes);
			return 0;
		}
		ig_error("cannot start the process that reads sysfs: %s",
			 strerror(-err));
	}
	ig_session_stop(session);
	return -1;
}

void ig_session_stop(struct ig_session *session)
{
	ig_alive_stop(&session->alive);
	ig_bindings_stop(&session->bindings);
	ig_reader_stop(&session->reader);
	ig_probes_unload(&session->probes);
	ig_symbols_free(&session->symbols);
}

void ig_session_leave(struct ig_session *session, bool wait)
{
	ig_alive_stop(&session->alive);
	ig_bindings_stop(&session->bindings);
	ig_reader_stop(&session->reader);
	ig_probes_stop(&session->probes);
	/* As long as that process has them, here they are closed at once. */
	if (!wait && ig_background_begin()) {
		ig_turn_leave();
		ig_probes_detach(&session->probes);
		_exit(0);
	}
	ig_session_stop(session);
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

/** struct reading - a group that is being read */
struct reading {
	struct ig_session *session;
	struct ig_snapshot *snapshot;
	unsigned int id;
	bool failed; /* out of memory */
};

static void cannot_read(struct reading *r, const char *why)
{
	r->snapshot->unreadable++;
	r->failed |= ig_snapshot_unread(r->snapshot, r->id, "%s", why);
}

/*
 * Only a group whose directory is gone is none any more.  Whether it was
 * released, the probes know.
 */
static void cannot_find(struct reading *r, int error)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/kernel/iommu_groups/%u", r->id);
	if (error == ENOENT || error == ENODEV) {
		if (access(path, F_OK) && errno == ENOENT)
			return;
	}
	cannot_read(r, strerror(error));
}

/* One that hangs, or is no more, is replaced. */
static bool renew_reader(struct reading *r)
{
	int err;

	ig_reader_stop(&r->session->reader);
	err = start_reader(r->session);
	if (err)
		cannot_read(r, strerror(-err));
	return !err;
}

/* True when the program has seen the group, whatever came of the reading. */
static bool read_type(struct reading *r, char *type, size_t size)
{
	struct ig_reader *reader = &r->session->reader;

	if (reader->pid <= 0 && !renew_reader(r))
		return false;
	switch (ig_reader_read(reader, r->id, type, size)) {
	case IG_READ_OK:
		return true;
	case IG_READ_ERROR:
		cannot_find(r, reader->error);
		return false;
	case IG_READ_STUCK:
		ig_warn("group %u: no answer from the group lock; somebody holds it",
			r->id);
		r->failed |= ig_snapshot_unread(
			r->snapshot, r->id,
			"no answer from the group lock; somebody holds it");
		return renew_reader(r);
	case IG_READ_DIED:
		break;
	}
	r->session->reader_deaths++;
	if (renew_reader(r))
		cannot_read(r, "the process that reads it ended");
	return false;
}

/*
 * The program fills the map while the attribute is being read.  A reading that
 * hangs has filled it too: the program runs before the lock is taken.
 */
static bool read_group(struct reading *r, struct ig_group_state *g)
{
	int map = bpf_map__fd(r->session->probes.skel->maps.snap);
	struct ig_snap old = {}, s = {};
	char type[64] = "";
	__u32 zero = 0;

	if (bpf_map_lookup_elem(map, &zero, &old)) {
		cannot_read(r, strerror(errno));
		return false;
	}
	if (!read_type(r, type, sizeof(type)))
		return false;
	if (bpf_map_lookup_elem(map, &zero, &s)) {
		cannot_read(r, strerror(errno));
		return false;
	}
	if (s.seq == old.seq || s.id != r->id) {
		cannot_read(r, "no probe saw its type attribute being read");
		return false;
	}
	g->id = r->id;
	g->type = type[0] ? strdup(type) : NULL;
	take_over(g, &s);
	return true;
}

static void add_group(struct reading *r)
{
	struct ig_snapshot *snapshot = r->snapshot;
	struct ig_group_state *g = &snapshot->groups[snapshot->ngroups];
	int err;

	if (!read_group(r, g))
		return;
	g->vfio_group = ig_sysfs_vfio_group("/sys", r->id);
	err = ig_sysfs_devices("/sys", g);
	if (!err) {
		snapshot->ngroups++;
		return;
	}
	ig_group_state_clear(g);
	cannot_find(r, -err);
}

/* What is mounted over it may show other groups than there are. */
static int check_sysfs(const char *path)
{
	struct statfs fs;

	if (statfs(path, &fs))
		return -errno;
	return fs.f_type == SYSFS_MAGIC ? 0 : -EMEDIUMTYPE;
}

static int read_ids(struct reading *r, unsigned int **ids, size_t *n)
{
	int err = check_sysfs("/sys/kernel/iommu_groups");

	*ids = NULL;
	*n = 0;
	if (!err)
		err = ig_sysfs_group_ids("/sys", ids, n);
	if (err)
		cannot_read(r, err == -EMEDIUMTYPE ?
				       "something else is mounted there" :
				       strerror(-err));
	return err;
}

int ig_snapshot_take(struct ig_session *session, struct ig_snapshot *snapshot)
{
	struct reading r = { session, snapshot, IG_NO_GROUP, false };
	unsigned int *ids;
	size_t n, i;

	memset(snapshot, 0, sizeof(*snapshot));
	snapshot->holders_read = true;
	read_ids(&r, &ids, &n);
	snapshot->groups = calloc(n + 1, sizeof(*snapshot->groups));
	for (i = 0; snapshot->groups && i < n; i++) {
		r.id = ids[i];
		if (ig_session_wants(session, r.id))
			add_group(&r);
	}
	free(ids);
	if (snapshot->groups && !r.failed)
		return 0;
	ig_snapshot_free(snapshot);
	return ig_error("out of memory");
}
