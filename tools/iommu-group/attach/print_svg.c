// SPDX-License-Identifier: GPL-2.0
/* Time by group size as a chart. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "attach/print_parts.h"
#include "base/chart.h"
#include "base/xml_text.h"

#define WIDTH 960
#define HEIGHT 600
#define LEGEND_X 670
#define LEGEND_Y 84
#define LEGEND_STEP 34
/** PAD - beside the smallest and the largest size, for their bars */
#define PAD 20
/** BAR_STEP - between the bars of operations on groups of the same size */
#define BAR_STEP 6
/** STEPS - of a fitted curve, which is no line on these axes */
#define STEPS 48

static const char *const colours[IG_TIMING_OPS] = {
	[IG_ATTACH_GROUP] = "#0072b2",
	[IG_ATTACH_GROUP_HANDLE] = "#3d9bd9",
	[IG_REPLACE_GROUP_HANDLE] = "#009e73",
	[IG_REPLACE_DOMAIN] = "#6a9a2d",
	[IG_DETACH_GROUP] = "#d55e00",
	[IG_DETACH_GROUP_HANDLE] = "#d89000",
	[IG_ATTACH_DEVICE] = "#332288",
	[IG_DETACH_DEVICE] = "#b0243f",
	[IG_CLAIM_GROUP] = "#cc79a7",
	[IG_RELEASE_GROUP] = "#aa4499",
	[IG_CLAIM_DEVICE] = "#2f9e8f",
	[IG_RELEASE_DEVICE] = "#8a8a20",
	[IG_STORE_TYPE] = "#661100",
};

/**
 * struct chart - what is drawn
 * @run: the observations
 * @fits, @nfits: made of them
 * @x, @y: the axes
 * @series: operations that are drawn
 */
struct chart {
	const struct ig_timing_run *run;
	struct ig_timing_fit *fits;
	size_t nfits;
	struct ig_axis x;
	struct ig_axis y;
	size_t series;
};

static bool is_drawn(const struct ig_timing_size *size)
{
	return size->times.count && size->of.devices && !size->of.failed &&
	       size->of.op < IG_TIMING_OPS;
}

/* The next size of an operation that is drawn, NULL at the end. */
static const struct ig_timing_size *next_size(const struct chart *chart,
					      uint32_t op, size_t *i)
{
	while (*i < chart->run->nsizes) {
		const struct ig_timing_size *size = &chart->run->sizes[(*i)++];

		if (is_drawn(size) && size->of.op == op)
			return size;
	}
	return NULL;
}

static bool has_series(const struct chart *chart, uint32_t op)
{
	size_t i = 0;

	return next_size(chart, op, &i);
}

static void find_axes(struct chart *chart)
{
	double devices[2] = { INFINITY, 0 }, ns[2] = { INFINITY, 0 };
	const struct ig_timing_size *size;
	uint32_t op;
	size_t i;

	for (op = 0; op < IG_TIMING_OPS; op++) {
		chart->series += has_series(chart, op);
		for (i = 0; (size = next_size(chart, op, &i));) {
			const struct ig_timing_times *t = &size->times;

			devices[0] = fmin(devices[0], size->of.devices);
			devices[1] = fmax(devices[1], size->of.devices);
			ns[0] = fmin(ns[0], t->min);
			ns[1] = fmax(ns[1], ig_timing_quantile(t, 0.99));
		}
	}
	chart->x = (struct ig_axis){ .from = 80 + PAD,
				     .to = 640 - PAD,
				     .pad = PAD };
	chart->y = (struct ig_axis){ .from = HEIGHT - 70, .to = 70 };
	if (!chart->series)
		return;
	ig_axis_span(&chart->x, devices[0], devices[1]);
	ig_axis_span(&chart->y, ns[0], ns[1]);
}

static void draw_bars(FILE *out, const struct chart *chart, uint32_t op,
		      double shift)
{
	const struct ig_timing_size *size;
	size_t i = 0;

	fprintf(out,
		"<g stroke=\"%s\" stroke-width=\"4\" stroke-opacity=\"0.3\">\n",
		colours[op]);
	while ((size = next_size(chart, op, &i))) {
		double x = ig_axis_at(&chart->x, size->of.devices) + shift;
		uint64_t high = ig_timing_quantile(&size->times, 0.99);

		fprintf(out,
			"<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n",
			x, ig_axis_at(&chart->y, size->times.min), x,
			ig_axis_at(&chart->y, high));
	}
	fputs("</g>\n", out);
}

static double median_at(const struct chart *chart,
			const struct ig_timing_size *size)
{
	return ig_axis_at(&chart->y, ig_timing_quantile(&size->times, 0.5));
}

static void draw_medians(FILE *out, const struct chart *chart, uint32_t op)
{
	const struct ig_timing_size *size;
	size_t i = 0;

	fprintf(out,
		"<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\" points=\"",
		colours[op]);
	while ((size = next_size(chart, op, &i)))
		fprintf(out, " %.1f,%.1f",
			ig_axis_at(&chart->x, size->of.devices),
			median_at(chart, size));
	fprintf(out, "\"/>\n<g fill=\"%s\">\n", colours[op]);
	for (i = 0; (size = next_size(chart, op, &i));)
		fprintf(out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>\n",
			ig_axis_at(&chart->x, size->of.devices),
			median_at(chart, size));
	fputs("</g>\n", out);
}

static void draw_fit(FILE *out, const struct chart *chart,
		     const struct ig_timing_fit *f)
{
	double growth = (double)f->most / f->least;
	int i;

	fprintf(out,
		"<polyline fill=\"none\" stroke=\"%s\" stroke-dasharray=\"6 4\" clip-path=\"url(#plot)\" points=\"",
		colours[f->op]);
	for (i = 0; i <= STEPS; i++) {
		double devices = f->least * pow(growth, (double)i / STEPS);
		double ns = f->a + f->b * devices;

		/* Has no place on a logarithmic axis. */
		if (ns > 0)
			fprintf(out, " %.1f,%.1f",
				ig_axis_at(&chart->x, devices),
				ig_axis_at(&chart->y, ns));
	}
	fputs("\"/>\n", out);
}

static const struct ig_timing_fit *fit_of(const struct chart *chart,
					  uint32_t op)
{
	size_t i;

	for (i = 0; i < chart->nfits; i++)
		if (chart->fits[i].op == op && chart->fits[i].sizes)
			return &chart->fits[i];
	return NULL;
}

static void draw_law(FILE *out, const struct ig_timing_fit *f, int y)
{
	char cost[IG_SHORT_LEN], each[IG_SHORT_LEN];

	fprintf(out,
		"<text x=\"%d\" y=\"%d\" font-size=\"11\" fill=\"#555555\">",
		LEGEND_X + 34, y + 15);
	ig_cost_name(cost, f->a);
	fprintf(out, "%s %s a device%s</text>\n", f->a < 0 ? cost : cost + 2,
		ig_cost_name(each, f->b),
		f->growth == IG_GROWTH_FASTER ? ", and faster" : "");
}

static void draw_legend(FILE *out, const struct chart *chart, uint32_t op,
			size_t number)
{
	const struct ig_timing_fit *f = fit_of(chart, op);
	int y = LEGEND_Y + number * LEGEND_STEP;

	fprintf(out,
		"<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\" stroke-width=\"2\"/>\n"
		"<text x=\"%d\" y=\"%d\">",
		LEGEND_X, y - 4, LEGEND_X + 26, y - 4, colours[op],
		LEGEND_X + 34, y);
	ig_xml_text(out, ig_timing_op_name(op));
	fputs("</text>\n", out);
	if (!f)
		return;
	fprintf(out,
		"<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\" stroke-dasharray=\"6 4\"/>\n",
		LEGEND_X, y + 11, LEGEND_X + 26, y + 11, colours[op]);
	draw_law(out, f, y);
}

static void draw_series(FILE *out, const struct chart *chart)
{
	double step = fmin(BAR_STEP, 2. * PAD / chart->series);
	const struct ig_timing_fit *f;
	size_t number = 0;
	uint32_t op;

	for (op = 0; op < IG_TIMING_OPS; op++) {
		if (!has_series(chart, op))
			continue;
		draw_bars(out, chart, op,
			  (number - (chart->series - 1) / 2.) * step);
		f = fit_of(chart, op);
		if (f)
			draw_fit(out, chart, f);
		draw_medians(out, chart, op);
		draw_legend(out, chart, op, number++);
	}
}

static void begin(FILE *out, const struct ig_timing_report *report)
{
	fprintf(out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">\n"
		"<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n"
		"<text x=\"80\" y=\"30\" font-size=\"17\">Time of an operation by group size</text>\n"
		"<text x=\"80\" y=\"50\" fill=\"#555555\">kernel ",
		WIDTH, HEIGHT, WIDTH, HEIGHT);
	ig_xml_text(out, report->kernel);
	fputs(", backend ", out);
	ig_xml_text(out, report->backend);
	fputs(", IOMMU ", out);
	ig_xml_text(out, report->iommu);
	fputs("</text>\n", out);
}

static void draw(FILE *out, const struct chart *chart)
{
	const struct ig_axis *x = &chart->x, *y = &chart->y;

	if (!chart->series) {
		fprintf(out,
			"<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" font-size=\"15\">no operation on a group with devices succeeded</text>\n",
			WIDTH / 2, HEIGHT / 2);
		return;
	}
	fprintf(out,
		"<clipPath id=\"plot\"><rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/></clipPath>\n",
		x->from - x->pad, y->to, x->to - x->from + 2 * x->pad,
		y->from - y->to);
	ig_axes_svg(out, x, y);
	draw_series(out, chart);
	fprintf(out,
		"<text x=\"80\" y=\"%d\" font-size=\"11\" fill=\"#555555\">points: median; bars: shortest to 99th percentile; dashed: fitted to the quickest, without waiting and this tool's own share</text>\n",
		HEIGHT - 10);
}

int ig_timing_svg(FILE *out, const struct ig_timing_report *report)
{
	struct chart chart = { .run = report->run };
	int err;

	err = ig_timing_fits(report->run, &chart.fits, &chart.nfits);
	if (err)
		return err;
	find_axes(&chart);
	begin(out, report);
	draw(out, &chart);
	fputs("</svg>\n", out);
	free(chart.fits);
	return ig_flushed(out);
}
