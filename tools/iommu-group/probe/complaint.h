/* SPDX-License-Identifier: GPL-2.0 */
/* What libbpf says when it fails, as part of one line. */
#ifndef IOMMU_GROUP_COMPLAINT_H
#define IOMMU_GROUP_COMPLAINT_H

/**
 * ig_complaint_clear() - forget what was said, and keep the first thing that
 *	libbpf says from now on
 *
 * With IOMMU_GROUP_DEBUG in the environment libbpf prints all it says instead.
 */
void ig_complaint_clear(void);

/** ig_complaint_set() - keep a reason that does not come from libbpf */
void ig_complaint_set(const char *fmt, ...)
	__attribute__((format(printf, 1, 2)));

/**
 * ig_complaint() - why loading or attaching failed
 *
 * Return: what was kept, or the text of errno; no newline.
 */
const char *ig_complaint(void);

#endif /* IOMMU_GROUP_COMPLAINT_H */
