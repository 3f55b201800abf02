// SPDX-License-Identifier: GPL-2.0
/* Which lock nests in which, where that was asked for. */
#include "base/error.h"
#include "base/output.h"
#include "locks/print.h"

static int write_dot(FILE *out, const void *order)
{
	return ig_lock_dot(out, order);
}

int ig_locks_print(FILE *out, const struct ig_options *options,
		   const struct ig_result *result)
{
	const struct ig_lock_order *order = &result->order;

	if (options->order &&
	    (fputc('\n', out) == EOF || ig_lock_print_order(out, order)))
		return ig_error("cannot write the order of locks");
	return ig_output_file(options->dot, write_dot, order);
}
