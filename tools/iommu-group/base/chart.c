// SPDX-License-Identifier: GPL-2.0
/* The frame of a chart with logarithmic axes, as SVG. */
#include <math.h>

#include "base/chart.h"

/** FINE_DECADES - up to so many, lines between the powers of ten have labels */
#define FINE_DECADES 2
/** CROWDED - from so many decades on, there are no lines between */
#define CROWDED 7

void ig_axis_span(struct ig_axis *axis, double least, double most)
{
	axis->low = floor(log10(fmax(least, 1)));
	axis->high = ceil(log10(fmax(most, 1)));
	if (axis->high <= axis->low)
		axis->high = axis->low + 1;
}

double ig_axis_at(const struct ig_axis *axis, double value)
{
	double share =
		(log10(fmax(value, 1)) - axis->low) / (axis->high - axis->low);

	return axis->from + share * (axis->to - axis->from);
}

static void line(FILE *out, double x1, double y1, double x2, double y2,
		 int factor)
{
	fprintf(out,
		"<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>\n",
		x1, y1, x2, y2, factor == 1 ? "#bbbbbb" : "#eeeeee");
}

static void label_devices(FILE *out, const struct ig_axis *x,
			  const struct ig_axis *y, int decade, int factor)
{
	double value = factor * pow(10, decade);

	fprintf(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">",
		ig_axis_at(x, value), y->from + 18);
	fprintf(out, decade < 6 ? "%.0f</text>\n" : "%.0e</text>\n", value);
}

static void label_time(FILE *out, const struct ig_axis *x,
		       const struct ig_axis *y, int decade, int factor)
{
	static const char *const units[] = { "ns", "us", "ms", "s" };
	int unit = decade / 3 > 3 ? 3 : decade / 3;

	fprintf(out,
		"<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%.0f %s</text>\n",
		x->from - x->pad - 8,
		ig_axis_at(y, factor * pow(10, decade)) + 4,
		factor * pow(10, decade - 3 * unit), units[unit]);
}

typedef void (*label_fn)(FILE *out, const struct ig_axis *x,
			 const struct ig_axis *y, int decade, int factor);

/* Across the other axis, at each value of this one. */
static void grid(FILE *out, const struct ig_axis *x, const struct ig_axis *y,
		 const struct ig_axis *of, label_fn label)
{
	int decades = of->high - of->low, decade, factor;

	for (decade = of->low; decade <= of->high; decade++)
		for (factor = 1; factor < 10; factor++) {
			double at = ig_axis_at(of, factor * pow(10, decade));

			if (factor > 1 &&
			    (decade == of->high || decades >= CROWDED))
				break;
			if (of == x)
				line(out, at, y->from, at, y->to, factor);
			else
				line(out, x->from - x->pad, at, x->to + x->pad,
				     at, factor);
			if (factor == 1 || (decades <= FINE_DECADES &&
					    (factor == 2 || factor == 5)))
				label(out, x, y, decade, factor);
		}
}

void ig_axes_svg(FILE *out, const struct ig_axis *x, const struct ig_axis *y)
{
	grid(out, x, y, x, label_devices);
	grid(out, x, y, y, label_time);
	fprintf(out,
		"<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">devices in the group</text>\n",
		(x->from + x->to) / 2, y->from + 40);
}
