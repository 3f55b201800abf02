/* SPDX-License-Identifier: GPL-2.0 */
#ifndef IOMMU_GROUP_BASE_FORMAT_H
#define IOMMU_GROUP_BASE_FORMAT_H

/** enum ig_format - formats of a report */
enum ig_format {
	IG_FORMAT_TEXT,
	IG_FORMAT_JSON,
	IG_FORMAT_JUNIT,
	IG_FORMAT_KTAP,
};

#endif /* IOMMU_GROUP_BASE_FORMAT_H */
