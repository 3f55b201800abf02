// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "base/error.h"
#include "locks/locks.h"
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
		       const struct ig_run *run)
{
	struct ig_lock_cycle *cycles;
	struct ig_lock_order order;
	size_t ncycles;
	int err = 0;

	if (!options->order && !options->dot)
		return 0;
	if (ig_lock_order(&run->locks, &order))
		return ig_error("out of memory");
	if (ig_lock_cycles(&order, &cycles, &ncycles)) {
		ig_lock_order_free(&order);
		return ig_error("out of memory");
	}
	if (options->order &&
	    (fputc('\n', out) == EOF || ig_lock_print_order(out, &order)))
		err = ig_error("cannot write the order of locks");
	if (ig_output_file(options->dot, write_dot, &order))
		err = -1;
	ig_lock_cycles_free(cycles, ncycles);
	ig_lock_order_free(&order);
	return err;
}

int ig_verdict_write(FILE *out, const struct ig_options *options,
		     const struct ig_report *report)
{
	int err = write_report(out, options, report);

	return err ?: write_order(out, options, report->run);
}

int ig_order_is_text(const struct ig_options *options)
{
	if (options->order && options->format != IG_FORMAT_TEXT)
		return ig_error("--order is text; leave out -j");
	return 0;
}
