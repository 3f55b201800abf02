/* SPDX-License-Identifier: GPL-2.0 */
/* Text from the kernel, a file or a command line, made safe to print. */
#ifndef IOMMU_GROUP_BASE_ESCAPE_H
#define IOMMU_GROUP_BASE_ESCAPE_H

#include <stdio.h>

/**
 * ig_clean_text() - text that any parser takes
 * @text: any bytes, may be NULL
 *
 * Return: @text as valid UTF-8, to be freed; NULL without memory.
 */
char *ig_clean_text(const char *text);

/** ig_one_line() - print text with its control characters replaced */
void ig_one_line(FILE *out, const char *text);

#endif /* IOMMU_GROUP_BASE_ESCAPE_H */
