/* SPDX-License-Identifier: GPL-2.0 */
/* What the reports on attach times share; only they include this. */
#ifndef IOMMU_GROUP_ATTACH_PARTS_H
#define IOMMU_GROUP_ATTACH_PARTS_H

#include "attach/attach.h"

/** IG_SHORT_LEN - room for a duration or an errno in words */
#define IG_SHORT_LEN 32

/** ig_duration_name() - such as 12.3 us, with three digits */
const char *ig_duration_name(char *buf, double ns);

/** ig_cost_name() - a duration that may be negative, with a sign to add it */
const char *ig_cost_name(char *buf, double ns);

/** ig_errno_name() - such as ENOMEM, of a positive errno */
const char *ig_errno_name(char *buf, int err);

/** ig_device_name() - the device of the callback that took longest */
const char *ig_device_name(char *buf, const struct ig_slow *slow);

/** IG_DEVICE_WORDS - room for that */
#define IG_DEVICE_WORDS (sizeof(((struct ig_slow *)NULL)->device) + 1)

/** ig_kept_calls() - callbacks of an operation whose times are kept */
size_t ig_kept_calls(const struct ig_slow *slow);

/** ig_timing_print_table() - a row for each case; 0 or -errno */
int ig_timing_print_table(FILE *out, const struct ig_timing_report *report);

/** ig_timing_print_histograms() - of the sizes that took most time, or of all */
void ig_timing_print_histograms(FILE *out,
				const struct ig_timing_report *report);

/** ig_timing_print_slowest() - the slowest, with their stacks if verbose */
void ig_timing_print_slowest(FILE *out, const struct ig_timing_report *report);

/** ig_flushed() - what became of the output so far; 0 or -errno */
int ig_flushed(FILE *out);

#endif /* IOMMU_GROUP_ATTACH_PARTS_H */
