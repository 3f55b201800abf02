/* SPDX-License-Identifier: GPL-2.0 */
/* One line that says what to do. */
#ifndef IOMMU_GROUP_ERROR_H
#define IOMMU_GROUP_ERROR_H

#include <stdbool.h>

/** ig_error_json() - also print errors as a JSON document on stdout */
void ig_error_json(bool on);

/**
 * ig_error() - report why the tool cannot go on
 * @fmt: one line without newline; says what to do
 *
 * Return: -1, for the caller to pass on.
 */
int ig_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/** ig_warn() - report something that does not stop the tool */
void ig_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif /* IOMMU_GROUP_ERROR_H */
