// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "base/error.h"
#include "locks/print.h"
#include "base/output.h"
#include "audit/write.h"

static int write_report(FILE *out, const struct ig_options *options,
			const struct ig_report *report)
{
	int err = ig_report_write(out, options->format, report);

	if (err)
		ig_error("cannot write the report: %s", strerror(-err));
	return err;
}

static int write_dot(FILE *out, const void *order)
{
	return ig_lock_dot(out, order);
}

/* Which lock nests in which, where that was asked for. */
static int write_order(FILE *out, const struct ig_options *options,
		       const struct ig_result *result)
{
	const struct ig_lock_order *order = &result->order;

	if (options->order &&
	    (fputc('\n', out) == EOF || ig_lock_print_order(out, order)))
		return ig_error("cannot write the order of locks");
	return ig_output_file(options->dot, write_dot, order);
}

int ig_verdict_write(FILE *out, const struct ig_options *options,
		     const struct ig_report *report)
{
	int err = write_report(out, options, report);

	return err ?: write_order(out, options, report->result);
}

int ig_order_is_text(const struct ig_options *options)
{
	if (options->order && options->format != IG_FORMAT_TEXT)
		return ig_error("--order is text; leave out -j");
	return 0;
}
