// SPDX-License-Identifier: GPL-2.0
/* How long operations took, a row for each group size. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "attach/print_parts.h"
#include "base/table.h"

enum {
	C_OPERATION,
	C_DEV,
	C_COUNT,
	C_MIN,
	C_P50,
	C_P90,
	C_P99,
	C_MAX,
	C_WAIT,
	C_DRIVER,
	C_OWN,
	C_REST,
	C_PER_DEV,
	C_FAILED,
	COLUMNS,
};

static const char *const columns[COLUMNS] = {
	[C_OPERATION] = "<OPERATION",
	[C_DEV] = ">DEV",
	[C_COUNT] = ">COUNT",
	[C_MIN] = ">MIN",
	[C_P50] = ">P50",
	[C_P90] = ">P90",
	[C_P99] = ">P99",
	[C_MAX] = ">MAX",
	[C_WAIT] = ">WAIT",
	[C_DRIVER] = ">DRIVER",
	[C_OWN] = ">OWN",
	[C_REST] = ">REST",
	[C_PER_DEV] = ">PER-DEV",
	[C_FAILED] = "<FAILED",
};

static int set_time(struct libscols_line *line, size_t column, bool known,
		    double ns)
{
	char words[IG_SHORT_LEN];

	return ig_table_set(line, column, "%s",
			    known ? ig_duration_name(words, ns) : "-");
}

static int set_share(struct libscols_line *line, size_t column,
		     const struct ig_timing_times *times, double share)
{
	return set_time(line, column, true, ig_timing_quantile(times, share));
}

static int set_parts(struct libscols_line *line,
		     const struct ig_timing_run *run,
		     const struct ig_timing_size *size)
{
	uint32_t devices = size->of.devices;
	struct ig_timing_split s;

	ig_timing_split(run, size, &s);
	return set_time(line, C_WAIT, run->wait_seen, s.wait)		    ?:
		       set_time(line, C_DRIVER, ig_timing_driver_seen(run, size->times.calls), s.driver) ?:
		       set_time(line, C_OWN, run->driver_seen, s.own)	    ?:
		       set_time(line, C_REST, true, s.rest)		    ?:
		       set_time(line, C_PER_DEV, devices,
				devices ? s.net / devices : 0);
}

static int set_failed(struct libscols_line *line,
		      const struct ig_timing_size *size)
{
	char words[IG_SHORT_LEN], *text = NULL;
	size_t length, i;
	FILE *f;
	int err;

	f = open_memstream(&text, &length);
	if (!f)
		return -ENOMEM;
	for (i = 0; i < size->nerrors; i++)
		fprintf(f, "%s%" PRIu64 " %s", i ? ", " : "",
			size->errors[i].count,
			ig_errno_name(words, size->errors[i].err));
	if (!size->nerrors)
		fputs("yes", f);
	err = fclose(f) ? -ENOMEM : ig_table_set(line, C_FAILED, "%s", text);
	free(text);
	return err;
}

static int add_row(struct libscols_table *table,
		   const struct ig_timing_run *run,
		   const struct ig_timing_size *size)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	const struct ig_timing_times *t = &size->times;
	const char *name = ig_timing_op_name(size->of.op);
	int err;

	err = ig_table_set(line, C_OPERATION, "%s", name)		?:
		      ig_table_set(line, C_DEV, "%u", size->of.devices) ?:
		      ig_table_set(line, C_COUNT, "%" PRIu64, (uint64_t)t->count) ?:
		      set_time(line, C_MIN, true, t->min) ?:
		      set_share(line, C_P50, t, 0.5)	  ?:
		      set_share(line, C_P90, t, 0.9)	  ?:
		      set_share(line, C_P99, t, 0.99)	  ?:
		      set_time(line, C_MAX, true, t->max) ?:
		      set_parts(line, run, size);
	if (!err && size->of.failed)
		err = set_failed(line, size);
	return err;
}

static bool any_failed(const struct ig_timing_run *run)
{
	size_t i;

	for (i = 0; i < run->nsizes; i++)
		if (run->sizes[i].of.failed && run->sizes[i].times.count)
			return true;
	return false;
}

static bool any_without_driver(const struct ig_timing_run *run)
{
	size_t i;

	for (i = 0; i < run->nsizes; i++)
		if (run->sizes[i].times.count &&
		    !ig_timing_driver_seen(run, run->sizes[i].times.calls))
			return true;
	return false;
}

static void print_driver_legend(FILE *out, const struct ig_timing_run *run)
{
	char words[IG_SHORT_LEN];

	if (!run->driver_seen) {
		fputs("  DRIVER  not seen here: the driver's callbacks are part of REST\n",
		      out);
		return;
	}
	fprintf(out, "  DRIVER  in %s\n",
		run->calls ? "the driver's callbacks" :
			     "the loop that calls the driver for each device");
	if (any_without_driver(run))
		fputs("          (-: no such loop was seen; if the driver was called, that is\n"
		      "          in REST, and --calls tells)\n",
		      out);
	fprintf(out, "  OWN     what this tool adds by timing that, %s each\n",
		ig_duration_name(words, run->own_call));
}

static void print_legend(FILE *out, const struct ig_timing_run *run)
{
	fprintf(out,
		"\nP50, P90 and P99 are off by %.1f %% at most. Parts of an average operation:\n",
		100. / (2 * IG_HIST_SUB));
	if (run->wait_seen)
		fputs("  WAIT    for the group lock, while another task had it\n",
		      out);
	else
		fputs("  WAIT    not seen here: waiting for the group lock is part of REST and PER-DEV\n",
		      out);
	print_driver_legend(out, run);
	fputs("  PER-DEV all but WAIT and OWN, by the devices of the group\n",
	      out);
}

int ig_timing_print_table(FILE *out, const struct ig_timing_report *report)
{
	const struct ig_timing_run *run = report->run;
	const char *shown[COLUMNS + 1] = {};
	struct libscols_table *table;
	size_t n = COLUMNS - !any_failed(run), i;
	int err = 0;

	for (i = 0; i < n; i++)
		shown[i] = columns[i];
	table = ig_table_new(shown);
	if (!table)
		return -ENOMEM;
	for (i = 0; !err && i < run->nsizes; i++)
		if (run->sizes[i].times.count)
			err = add_row(table, run, &run->sizes[i]);
	err = ig_table_print(out, table, err);
	if (!err)
		print_legend(out, run);
	return err;
}
