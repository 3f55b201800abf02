// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "audit/record/record.h"
#include "audit/record/save.h"
#include "base/error.h"

/* Whoever closes the file says what went wrong with it. */
int ig_record_save(FILE *out, const struct ig_options *options,
		   const struct ig_report *report)
{
	int err;

	/* Up to here what was recorded before has been kept. */
	if (options->output && ftruncate(fileno(out), 0) && errno != EINVAL)
		return ig_error("cannot write %s: %m", options->output);
	err = ig_record_write(out, report->run);
	if (err == -ENOMEM)
		return ig_error("out of memory");
	if (err || fflush(out))
		return -1;
	fprintf(stderr,
		"iommu-group: %s; recorded%s%s for iommu-group report\n",
		ig_verdict_name(report->result->verdict),
		options->output ? " in " : "", options->output ?: "");
	return 0;
}
