// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "commands.h"
#include "base/error.h"
#include "list/locked.h"
#include "list/print.h"
#include "base/output.h"
#include "probe/session.h"
#include "base/sysfs.h"
#include "stuck/collect.h"

/** LOOK_FOR - seconds between two looks at who has a lock */
#define LOOK_FOR 0.5

static int print_list(FILE *out, const struct ig_options *options,
		      const struct ig_snapshot *groups,
		      const struct ig_wait_run *waits)
{
	struct ig_topology topology;
	int err = ig_topology_read("/sys", &topology);

	if (!err)
		err = options->format == IG_FORMAT_JSON ?
			      ig_list_json(out, groups, &topology, waits) :
			      ig_list_text(out, groups, &topology);
	ig_topology_free(&topology);
	return err ? ig_error("out of memory") : 0;
}

/* A kernel without IOMMU groups has no folder for them; no other error counts. */
static bool there_are_groups(void)
{
	unsigned int *ids;
	size_t n;
	int err = ig_sysfs_group_ids("/sys", &ids, &n);

	if (err)
		return err != -ENOENT || access("/sys/kernel", F_OK);
	free(ids);
	return n;
}

static void say_unread(const struct ig_snapshot *groups)
{
	size_t i;

	for (i = 0; i < groups->nunread; i++) {
		const struct ig_unread *u = &groups->unread[i];

		if (u->group == IG_NO_GROUP)
			ig_warn("cannot read /sys/kernel/iommu_groups: %s; all groups are missing above",
				u->why);
		else
			ig_warn("cannot read group %u: %s", u->group, u->why);
	}
}

/* What could not be read is said; a table that hides it would be wrong. */
static int exit_code(const struct ig_options *options,
		     const struct ig_snapshot *groups)
{
	if (groups->unreadable) {
		say_unread(groups);
		return IG_EXIT_INCONCLUSIVE;
	}
	if (options->group >= 0 && !groups->ngroups) {
		ig_error("no group %d", options->group);
		return IG_EXIT_FAILED;
	}
	return IG_EXIT_CLEAN;
}

/* A group whose lock gave no answer is there all the same: who has the lock? */
static int look_at_locks(struct ig_session *session,
			 const struct ig_options *options,
			 const struct ig_snapshot *groups, struct ig_run *run)
{
	const struct ig_observer observer = {
		.symbols = &session->symbols,
		.options = options,
		.least = LOOK_FOR,
		.most = LOOK_FOR,
	};
	struct ig_wait_chain chain;
	size_t i;

	if (groups->nunread <= groups->unreadable)
		return 0;
	if (ig_stuck_look(&observer, run))
		return ig_error("out of memory");
	for (i = 0; i < groups->nunread; i++) {
		char *text = ig_list_locked(&run->waits,
					    groups->unread[i].group, &chain);

		if (text)
			ig_warn("group %u: %s", groups->unread[i].group, text);
		ig_wait_chain_free(&chain);
		free(text);
	}
	return 0;
}

static int list_groups(struct ig_session *session,
		       const struct ig_options *options, FILE *out)
{
	struct ig_snapshot groups = {};
	struct ig_run run = {};
	int code = IG_EXIT_FAILED;

	if (!ig_snapshot_take(session, &groups) &&
	    !look_at_locks(session, options, &groups, &run) &&
	    !print_list(out, options, &groups, &run.waits))
		code = exit_code(options, &groups);
	ig_run_free(&run);
	ig_snapshot_free(&groups);
	return code;
}

static const struct ig_module snapshots = {
	.name = "list",
	.programs = IG_PROGRAMS_SNAPSHOT,
};

int ig_cmd_list(const struct ig_options *options)
{
	const struct ig_module *const modules[] = { &snapshots, NULL };
	const struct ig_snapshot none = {};
	struct ig_session session;
	int code = IG_EXIT_FAILED;
	bool started = false;
	FILE *out;

	out = ig_output_open(options, false);
	if (!out)
		return IG_EXIT_FAILED;
	if (!there_are_groups()) {
		ig_warn("no IOMMU groups; boot with an IOMMU enabled (intel_iommu=on, or in the firmware's setup)");
		code = print_list(out, options, &none, NULL) ? IG_EXIT_FAILED :
							       IG_EXIT_CLEAN;
	} else if (!ig_session_start(&session, options, modules)) {
		started = true;
		code = list_groups(&session, options, out);
	}
	if (ig_output_close(out, options))
		code = IG_EXIT_FAILED;
	if (started)
		ig_session_leave(&session, options->wait);
	return code;
}
