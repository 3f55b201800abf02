// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "base/error.h"
#include "audit/verdict.h"
#include "audit/write.h"

static int write_report(FILE *out, const struct ig_options *options,
			const struct ig_report *report)
{
	int err = ig_report_write(out, options->format, report);

	if (err)
		ig_error("cannot write the report: %s", strerror(-err));
	return err;
}

/* What the audits of the run have to show beside it. */
static int write_more(FILE *out, const struct ig_options *options,
		      const struct ig_report *report)
{
	const struct ig_audit *audit;
	size_t i;

	for (i = 0; (audit = ig_audit_of(report->run, i)); i++)
		if (audit->print && audit->print(out, options, report->result))
			return -1;
	return 0;
}

int ig_verdict_write(FILE *out, const struct ig_options *options,
		     const struct ig_report *report)
{
	return write_report(out, options, report) ?:
		       write_more(out, options, report);
}
