// SPDX-License-Identifier: GPL-2.0
/* How the times of one group size are spread, as bars of text. */
#include <inttypes.h>
#include <string.h>

#include "attach/print_parts.h"

/** MOST_ROWS - lines of one histogram */
#define MOST_ROWS 20
/** BAR - length of the longest bar */
#define BAR 40

/**
 * struct rows - the buckets of a histogram, some to a row
 * @merge: buckets of a row, a power of two
 * @first, @last: rows from the shortest to the longest time
 * @most: operations of the fullest row
 */
struct rows {
	uint32_t merge;
	uint32_t first;
	uint32_t last;
	uint64_t most;
};

static uint64_t row_count(const struct ig_timing_times *times,
			  const struct rows *rows, uint32_t row)
{
	uint64_t sum = 0;
	uint32_t i;

	for (i = row * rows->merge; i < (row + 1) * rows->merge; i++)
		if (i < IG_HIST_BUCKETS)
			sum += times->buckets[i];
	return sum;
}

/* As fine as the lines allow. */
static struct rows divide(const struct ig_timing_times *times)
{
	uint32_t first = IG_HIST_BUCKETS, last = 0, i;
	struct rows rows = { .merge = 1 };

	for (i = 0; i < IG_HIST_BUCKETS; i++) {
		if (!times->buckets[i])
			continue;
		if (first > i)
			first = i;
		last = i;
	}
	while (last / rows.merge - first / rows.merge >= MOST_ROWS)
		rows.merge *= 2;
	rows.first = first / rows.merge;
	rows.last = last / rows.merge;
	for (i = rows.first; i <= rows.last; i++)
		if (rows.most < row_count(times, &rows, i))
			rows.most = row_count(times, &rows, i);
	return rows;
}

static void print_row(FILE *out, const struct ig_timing_times *times,
		      const struct rows *rows, uint32_t row)
{
	static const char bar[BAR + 1] =
		"########################################";
	uint32_t end = (row + 1) * rows->merge;
	uint64_t count = row_count(times, rows, row);
	char low[IG_SHORT_LEN], high[IG_SHORT_LEN];
	int length = (double)count / rows->most * BAR;

	/* Few are not none. */
	if (count && !length)
		length = 1;
	ig_duration_name(low, ig_hist_low(row * rows->merge));
	ig_duration_name(high, ig_hist_low(end));
	/* There is no end to the last bucket. */
	if (end >= IG_HIST_BUCKETS)
		strcpy(high, "more");
	fprintf(out, "  %8s to %-8s |%-*.*s| %" PRIu64 "\n", low, high, BAR,
		length, bar, count);
}

static void print_histogram(FILE *out, const struct ig_timing_size *size)
{
	struct rows rows = divide(&size->times);
	uint32_t row;

	if (!rows.most)
		return;
	fprintf(out, "\n%s, %u device%s, %" PRIu64 " time%s%s:\n",
		ig_timing_op_name(size->of.op), size->of.devices,
		size->of.devices == 1 ? "" : "s", (uint64_t)size->times.count,
		size->times.count == 1 ? "" : "s",
		size->of.failed ? ", failed" : "");
	for (row = rows.first; row <= rows.last; row++)
		print_row(out, &size->times, &rows, row);
}

/* Those that failed come last, and matter where none succeeded. */
static bool matters_more(const struct ig_timing_size *size,
			 const struct ig_timing_size *than)
{
	return !size->of.failed == !than->of.failed &&
	       size->times.total > than->times.total;
}

void ig_timing_print_histograms(FILE *out,
				const struct ig_timing_report *report)
{
	const struct ig_timing_run *run = report->run;
	const struct ig_timing_size *size, *most = NULL;
	size_t i;

	for (i = 0; i < run->nsizes; i++) {
		size = &run->sizes[i];
		if (report->verbose)
			print_histogram(out, size);
		else if (!size->times.count)
			continue;
		else if (!most || most->of.op == size->of.op)
			most = !most || matters_more(size, most) ? size : most;
		else {
			print_histogram(out, most);
			most = size;
		}
	}
	if (most)
		print_histogram(out, most);
}
