/* SPDX-License-Identifier: GPL-2.0 */
/* The report's destination, opened before the workload starts; other files. */
#ifndef IOMMU_GROUP_OUTPUT_H
#define IOMMU_GROUP_OUTPUT_H

#include <stdio.h>

#include "base/options.h"

/**
 * ig_output_open() - the -o file or stdout
 * @options: the command line
 * @keep: what is in the file stays until the caller truncates it
 *
 * Return: NULL after an error was printed.
 */
FILE *ig_output_open(const struct ig_options *options, bool keep);

/** ig_output_close() - flush and check; 0, or -1 after an error was printed */
int ig_output_close(FILE *out, const struct ig_options *options);

/**
 * ig_output_file() - write a file that an option of its own has named
 * @path: its path, NULL for none
 * @write: writes the contents; 0 or -errno
 * @what: for @write
 *
 * Return: 0, or -1 after an error was printed.
 */
int ig_output_file(const char *path, int (*write)(FILE *, const void *),
		   const void *what);

#endif /* IOMMU_GROUP_OUTPUT_H */
