/* SPDX-License-Identifier: GPL-2.0 */
#ifndef IOMMU_GROUP_RECORD_SAVE_H
#define IOMMU_GROUP_RECORD_SAVE_H

#include "audit/report.h"
#include "base/options.h"

/**
 * ig_record_save() - write a run to the file of -o, and its verdict to stderr
 * @out: that file
 * @options: the command line
 * @report: the run and the verdict on it
 *
 * Return: 0, or -1; whoever closes the file says what went wrong with it.
 */
int ig_record_save(FILE *out, const struct ig_options *options,
		   const struct ig_report *report);

#endif /* IOMMU_GROUP_RECORD_SAVE_H */
