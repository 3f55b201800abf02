/* SPDX-License-Identifier: GPL-2.0 */
#ifndef IOMMU_GROUP_CLOCK_H
#define IOMMU_GROUP_CLOCK_H

#include <stdint.h>
#include <time.h>

/** ig_now_ns() - nanoseconds of CLOCK_MONOTONIC, as bpf_ktime_get_ns() */
static inline uint64_t ig_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

#endif /* IOMMU_GROUP_CLOCK_H */
