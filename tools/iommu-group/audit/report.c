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

static int (*const suite_writers[])(FILE *out,
				    const struct ig_suite_entry *entries,
				    size_t n) = {
	[IG_FORMAT_TEXT] = ig_suite_text,
	[IG_FORMAT_JSON] = ig_suite_json,
	[IG_FORMAT_JUNIT] = ig_suite_junit,
	[IG_FORMAT_KTAP] = ig_suite_ktap,
};

static int flushed(FILE *out, int err)
{
	if (err)
		return err;
	if (fflush(out) || ferror(out))
		return errno ? -errno : -EIO;
	return 0;
}

int ig_suite_write(FILE *out, enum ig_format format,
		   const struct ig_suite_entry *entries, size_t n)
{
	errno = 0;
	return flushed(out, suite_writers[format](out, entries, n));
}

int ig_report_write(FILE *out, enum ig_format format,
		    const struct ig_report *report)
{
	errno = 0;
	return flushed(out, writers[format](out, report));
}
