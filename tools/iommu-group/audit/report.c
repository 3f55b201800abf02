// SPDX-License-Identifier: GPL-2.0
/* The choice of a format. */
#include <errno.h>

#include "audit/report_parts.h"

static int (*const writers[])(FILE *out, const struct ig_report *report) = {
	[IG_FORMAT_TEXT] = ig_report_text,
	[IG_FORMAT_JSON] = ig_report_json,
	[IG_FORMAT_JUNIT] = ig_report_junit,
	[IG_FORMAT_KTAP] = ig_report_ktap,
};

int ig_report_write(FILE *out, enum ig_format format,
		    const struct ig_report *report)
{
	int err;

	errno = 0;
	err = writers[format](out, report);
	if (err)
		return err;
	if (fflush(out) || ferror(out))
		return errno ? -errno : -EIO;
	return 0;
}
