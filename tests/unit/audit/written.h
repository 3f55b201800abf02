/* SPDX-License-Identifier: GPL-2.0 */
/* A report of a run, and what was written of it last. */
#ifndef UNIT_AUDIT_WRITTEN_H
#define UNIT_AUDIT_WRITTEN_H

#include <stdio.h>
#include <stdlib.h>

#include "unit/refs/history.h"

#include "audit/report.h"

static struct history h;
static struct ig_report report;
static char *out;

/* Once the history is begun. */
static void start_report(const char *command)
{
	h.run.command = (char *)command;
	h.run.kernel = (char *)"6.1.0-test";
	h.run.backend = (char *)"fentry";
	h.run.iommu = (char *)"intel";
	report = (struct ig_report){ .run = &h.run, .result = &h.result };
}

static int end(void **state)
{
	(void)state;
	finish(&h);
	free(out);
	out = NULL;
	return 0;
}

static const char *write_report(enum ig_format format)
{
	size_t size;
	FILE *f;

	free(out);
	f = open_memstream(&out, &size);
	assert_non_null(f);
	assert_int_equal(ig_report_write(f, format, &report), 0);
	fclose(f);
	assert_int_equal(out[size - 1], '\n');
	return out;
}

#endif /* UNIT_AUDIT_WRITTEN_H */
