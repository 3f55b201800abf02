/* SPDX-License-Identifier: GPL-2.0 */
/* Text from the kernel, a file or a command line, made safe to print. */
#ifndef IOMMU_GROUP_BASE_ESCAPE_H
#define IOMMU_GROUP_BASE_ESCAPE_H

#include <stdio.h>

/**
 * ig_valid_utf8() - text that any parser takes
 * @text: any bytes, may be NULL
 *
 * Return: @text as valid UTF-8, to be freed; NULL without memory.
 */
char *ig_valid_utf8(const char *text);

/** ig_print_escaped() - print text with its control characters replaced */
void ig_print_escaped(FILE *out, const char *text);

#endif /* IOMMU_GROUP_BASE_ESCAPE_H */
