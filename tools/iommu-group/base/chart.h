/* SPDX-License-Identifier: GPL-2.0 */
/* The frame of a chart with logarithmic axes, as SVG. */
#ifndef IOMMU_GROUP_CHART_H
#define IOMMU_GROUP_CHART_H

#include <stdio.h>

/**
 * struct ig_axis - whole decades of values on a range of pixels
 * @low, @high: powers of ten
 * @from, @to: pixels
 * @pad: pixels beyond those that belong to the chart as well
 */
struct ig_axis {
	int low;
	int high;
	double from;
	double to;
	double pad;
};

/**
 * ig_axis_span() - the decades that two values lie in
 * @axis: its decades are set, one at least
 * @least, @most: the values; below 1 counts as 1
 */
void ig_axis_span(struct ig_axis *axis, double least, double most);

/** ig_axis_at() - pixel of a value; below 1 counts as 1 */
double ig_axis_at(const struct ig_axis *axis, double value);

/** ig_axes_svg() - grid and labels: how many across, how long upwards */
void ig_axes_svg(FILE *out, const struct ig_axis *x, const struct ig_axis *y);

#endif /* IOMMU_GROUP_CHART_H */
