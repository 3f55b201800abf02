/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A run as a file: one JSON document with all that the analysis and the reports
 * take, so that both can be had again elsewhere, and say the same.
 */
#ifndef IOMMU_GROUP_RECORD_H
#define IOMMU_GROUP_RECORD_H

#include <stdio.h>

#include "audit/report.h"

/**
 * IG_RECORD_FORMAT - number of the format
 *
 * Goes up when a field of a record is added, dropped or means something else,
 * also when an enumeration gets an entry that is not its last.
 */
#define IG_RECORD_FORMAT 1

/** struct ig_record_error - why a record could not be read, in words */
struct ig_record_error {
	char why[160];
};

/**
 * ig_record_write() - write a run
 * @out: where to; the caller flushes and checks it
 * @report: the run and what it was; the result and @verbose are left out
 *
 * Return: 0, or -errno.
 */
int ig_record_write(FILE *out, const struct ig_report *report);

/**
 * ig_record_read() - read a run
 * @in: a file that ig_record_write() has written
 * @report: filled in but for the result and @verbose; release with
 *	ig_record_free(), whatever is returned
 * @error: says why, when something is wrong with the file
 *
 * Return: 0, or -errno: -EINVAL when it is not a whole record of this format.
 */
int ig_record_read(FILE *in, struct ig_report *report,
		   struct ig_record_error *error);

/** ig_record_free() - release what ig_record_read() filled in */
void ig_record_free(struct ig_report *report);

#endif /* IOMMU_GROUP_RECORD_H */
