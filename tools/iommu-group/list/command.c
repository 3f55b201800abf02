// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "commands.h"
#include "base/error.h"
#include "list/print.h"
#include "base/output.h"
#include "probe/session.h"
#include "base/sysfs.h"

static int print_list(FILE *out, const struct ig_options *options,
		      const struct ig_snapshot *groups)
{
	struct ig_topology topology;
	int err = ig_topology_read("/sys", &topology);

	if (!err)
		err = options->format == IG_FORMAT_JSON ?
			      ig_list_json(out, groups, &topology) :
			      ig_list_text(out, groups, &topology);
	ig_topology_free(&topology);
	return err ? ig_error("out of memory") : 0;
}

static bool there_are_groups(void)
{
	unsigned int *ids;
	size_t n;

	if (ig_sysfs_group_ids("/sys", &ids, &n))
		return true;
	free(ids);
	return n;
}

/* What could not be read is said; a table that hides it would be wrong. */
static int judge(const struct ig_options *options,
		 const struct ig_snapshot *groups)
{
	if (groups->unreadable) {
		ig_warn("%u groups could not be read and are missing above",
			groups->unreadable);
		return IG_EXIT_INCONCLUSIVE;
	}
	if (options->group >= 0 && !groups->ngroups) {
		ig_error("no group %d", options->group);
		return IG_EXIT_FAILED;
	}
	return IG_EXIT_CLEAN;
}

int ig_cmd_list(const struct ig_options *options)
{
	struct ig_snapshot groups = {};
	struct ig_watch watch;
	int code = IG_EXIT_FAILED;
	FILE *out;

	out = ig_output_open(options);
	if (!out)
		return IG_EXIT_FAILED;
	if (!there_are_groups()) {
		ig_warn("no IOMMU groups; boot with an IOMMU enabled (intel_iommu=on, or in the firmware's setup)");
		code = print_list(out, options, &groups) ? IG_EXIT_FAILED :
							   IG_EXIT_CLEAN;
	} else if (!ig_watch_start(&watch, options, IG_FOR_LIST)) {
		if (!ig_snapshot_take(&watch, &groups) &&
		    !print_list(out, options, &groups))
			code = judge(options, &groups);
		ig_snapshot_free(&groups);
		ig_watch_stop(&watch);
	}
	if (ig_output_close(out, options))
		return IG_EXIT_FAILED;
	return code;
}
