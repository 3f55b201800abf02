/* SPDX-License-Identifier: GPL-2.0 */
/* All groups as the kernel has them now. */
#ifndef IOMMU_GROUP_SNAPSHOT_H
#define IOMMU_GROUP_SNAPSHOT_H

#include "model/run.h"
#include "probe/alive.h"
#include "probe/bindings.h"
#include "probe/probes.h"
#include "probe/reader.h"

/**
 * struct ig_session - an observation under way
 * @probes: attached programs
 * @symbols: the kernel's text
 * @reader: helper that reads sysfs for the snapshots
 * @reader_deaths: how often it was gone when it was asked
 * @alive: proof that the probes work
 * @bindings: drivers that have been bound since
 * @group: only this group, -1 for all
 */
struct ig_session {
	struct ig_probes probes;
	struct ig_symbols symbols;
	struct ig_reader reader;
	unsigned int reader_deaths;
	struct ig_alive alive;
	struct ig_bindings bindings;
	int group;
};

/**
 * ig_session_start() - check the kernel, load, attach, start the reader
 * @session: filled in
 * @options: the command line
 * @modules: what needs programs, ends with NULL
 *
 * Return: 0, or -1 after an error was printed.
 */
int ig_session_start(struct ig_session *session,
		     const struct ig_options *options,
		     const struct ig_module *const *modules);

/** ig_session_wants() - whether a group is one that the user asked for */
static inline bool ig_session_wants(const struct ig_session *session,
				    unsigned int group)
{
	return session->group < 0 || (unsigned int)session->group == group;
}

/** ig_session_stop() - detach and release everything */
void ig_session_stop(struct ig_session *session);

/**
 * ig_session_leave() - the same, when the user has the result
 * @session: under way; no longer
 * @wait: come back when everything is detached
 *
 * The programs do nothing from here on.  Linux 6.1 and 6.12 wait a tenth of a
 * second for each function that is let go; a process of its own does that.
 */
void ig_session_leave(struct ig_session *session, bool wait);

/**
 * ig_snapshot_take() - read all groups
 * @session: under way
 * @snapshot: filled in; groups that cannot be read are counted in it
 *
 * Return: 0, or -1 after an error was printed.
 */
int ig_snapshot_take(struct ig_session *session, struct ig_snapshot *snapshot);

#endif /* IOMMU_GROUP_SNAPSHOT_H */
