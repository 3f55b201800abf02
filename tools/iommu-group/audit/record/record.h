/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A run as a file: one JSON document with all that the analysis and the reports
 * take, so that both can be had again elsewhere, and say the same.
 */
#ifndef IOMMU_GROUP_RECORD_H
#define IOMMU_GROUP_RECORD_H

#include <stdio.h>

#include "model/run.h"

/**
 * IG_RECORD_FORMAT - number of the format
 *
 * Goes up when a field of a record is added, dropped or means something else,
 * also when an enumeration gets an entry that is not its last.  A field that is
 * new says since when it is there (struct ig_field): in an older record it is
 * 0, so that these are read as well.
 */
#define IG_RECORD_FORMAT 3

/** struct ig_record_error - why a record could not be read, in words */
struct ig_record_error {
	char why[160];
};

/**
 * ig_record_write() - write a run
 * @out: where to; the caller flushes and checks it
 * @run: the run
 *
 * Return: 0, or -errno.
 */
int ig_record_write(FILE *out, const struct ig_run *run);

/**
 * ig_record_read() - read a run
 * @in: a file that ig_record_write() has written
 * @run: filled in; release with ig_run_free(), whatever is returned
 * @error: says why, when something is wrong with the file
 *
 * Return: 0, or -errno: -EINVAL when it is not a whole record of this format.
 */
int ig_record_read(FILE *in, struct ig_run *run, struct ig_record_error *error);

#endif /* IOMMU_GROUP_RECORD_H */
