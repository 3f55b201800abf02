// SPDX-License-Identifier: GPL-2.0
/* The cost of an operation and of each device, and whether that is all. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "attach/attach.h"

/** TERMS - of a polynomial, at most */
#define TERMS 3
/** FASTER_SHARE - least share of the largest size's time for growth to count */
#define FASTER_SHARE 0.1
/** FASTER_GAIN - a term in N * N leaves less than this of the deviation */
#define FASTER_GAIN 0.5
/** FEW - sizes that a parabola fits by chance */
#define FEW 7
/** FEW_RISE - of those, a device of the largest costs more by this factor */
#define FEW_RISE 1.5

/**
 * struct points - the sizes of one operation
 * @n: how many
 * @sizes: how many of them differ in size
 * @left_out: sizes for which there is no time left
 * @devices, @ns: of each, in rising order of devices
 * @work: room for TERMS + 1 columns of @n values
 */
struct points {
	size_t n;
	size_t sizes;
	size_t left_out;
	double *devices;
	double *ns;
	double *work;
};

/**
 * struct curve - a polynomial through points
 * @term: factors of 1, N and N * N
 * @squares: sum of the squares of the relative deviations
 */
struct curve {
	double term[TERMS];
	double squares;
};

static double dot(const double *a, const double *b, size_t n)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < n; i++)
		sum += a[i] * b[i];
	return sum;
}

/*
 * Columns 0 to @k - 1 times the factors to be found shall be column @k.
 * Modified Gram-Schmidt: the normal equations would square how ill-conditioned
 * sizes from 1 to 4096 are.  What is left of column @k is the deviation.
 */
static bool least_squares(double *column, size_t n, size_t k, double *factor)
{
	double r[TERMS][TERMS + 1];
	size_t i, j, row;

	for (i = 0; i < k; i++) {
		double *q = column + i * n, before = r[i][i] = dot(q, q, n);

		for (j = 0; j < i; j++)
			before += r[j][i] * r[j][i] * r[j][j];
		/* Nothing of its own is left of it. */
		if (!(r[i][i] > before * 1e-20))
			return false;
		for (j = i + 1; j <= k; j++) {
			double *other = column + j * n;

			r[i][j] = dot(q, other, n) / r[i][i];
			for (row = 0; row < n; row++)
				other[row] -= r[i][j] * q[row];
		}
	}
	for (i = k; i-- > 0;) {
		factor[i] = r[i][k];
		for (j = i + 1; j < k; j++)
			factor[i] -= r[i][j] * factor[j];
	}
	return true;
}

/* Weights of 1 / t^2 are the same as dividing each equation by its t. */
static bool fit_terms(const struct points *p, const unsigned int *powers,
		      size_t k, struct curve *curve)
{
	double scale = p->devices[p->n - 1], factor[TERMS];
	double *target = p->work + k * p->n;
	size_t i, j;

	*curve = (struct curve){};
	for (i = 0; i < p->n; i++) {
		for (j = 0; j < k; j++)
			p->work[j * p->n + i] =
				pow(p->devices[i] / scale, powers[j]) /
				p->ns[i];
		target[i] = 1;
	}
	if (!least_squares(p->work, p->n, k, factor))
		return false;
	for (j = 0; j < k; j++)
		curve->term[powers[j]] = factor[j] / pow(scale, powers[j]);
	curve->squares = dot(target, target, p->n);
	return true;
}

static bool fit_line(const struct points *p, struct curve *curve)
{
	return fit_terms(p, (const unsigned int[]){ 0, 1 }, 2, curve);
}

static bool fit_square(const struct points *p, struct curve *curve)
{
	if (!fit_terms(p, (const unsigned int[]){ 0, 1, 2 }, 3, curve))
		return false;
	/*
	 * No device costs less than nothing: a slow first size would else pass
	 * for one that the others grow away from.
	 */
	return curve->term[1] >= 0 ||
	       fit_terms(p, (const unsigned int[]){ 0, 2 }, 2, curve);
}

/*
 * A line makes devices cheaper by the size, or keeps their cost.  Asked where a
 * parabola fits a few sizes by chance, or any three of them.
 */
static bool costs_more(const struct points *p)
{
	double least = INFINITY, cost = 0;
	size_t i;

	for (i = 0; i < p->n; i++) {
		cost = p->ns[i] / p->devices[i];
		least = fmin(least, cost);
	}
	return cost > FEW_RISE * least;
}

/* For each degree of freedom, so that few points do not fit by themselves. */
static bool fits_better(const struct points *p, const struct curve *line,
			const struct curve *square)
{
	double gain = FASTER_GAIN * FASTER_GAIN;

	return square->squares / (p->n - 3) < gain * line->squares / (p->n - 2);
}

static void find_growth(const struct points *p, const struct curve *line,
			struct ig_timing_fit *fit)
{
	struct curve square;
	double share;

	if (p->sizes < 3)
		return;
	fit->growth = IG_GROWTH_LINEAR;
	if (!fit_square(p, &square))
		return;
	share = square.term[2] * fit->most * fit->most / p->ns[p->n - 1];
	if (!(share >= FASTER_SHARE))
		return;
	if (p->sizes < FEW && !costs_more(p))
		return;
	if (p->sizes > 3 && !fits_better(p, line, &square))
		return;
	fit->growth = IG_GROWTH_FASTER;
	fit->quadratic = fmin(share, 1);
}

static bool fit_points(const struct points *p, uint32_t op,
		       struct ig_timing_fit *fit)
{
	struct curve line;

	if (p->sizes < 2 || !fit_line(p, &line)) {
		*fit = (struct ig_timing_fit){
			.op = op,
			.left_out = p->left_out,
			.a = NAN,
			.b = NAN,
			.residual = NAN,
		};
		return p->left_out;
	}
	*fit = (struct ig_timing_fit){
		.op = op,
		.sizes = p->sizes,
		.left_out = p->left_out,
		.least = p->devices[0],
		.most = p->devices[p->n - 1],
		.a = line.term[0],
		.b = line.term[1],
		.residual = sqrt(line.squares / p->n),
	};
	find_growth(p, &line, fit);
	return true;
}

static void add_point(struct points *p, const struct ig_timing_run *run,
		      const struct ig_timing_size *size)
{
	const struct ig_timing_times *t = &size->times;
	double ns;

	if (size->of.failed || !size->of.devices || !t->count)
		return;
	ns = t->least - run->own_call * t->calls / t->count;
	if (!(ns > 0)) {
		p->left_out++;
		return;
	}
	if (!p->n || p->devices[p->n - 1] != size->of.devices)
		p->sizes++;
	p->devices[p->n] = size->of.devices;
	p->ns[p->n++] = ns;
}

static void fit_all(const struct ig_timing_run *run, struct points *p,
		    struct ig_timing_fit *fits, size_t *nfits)
{
	uint32_t op;
	size_t i = 0;

	while (i < run->nsizes) {
		p->n = p->sizes = p->left_out = 0;
		op = run->sizes[i].of.op;
		for (; i < run->nsizes && run->sizes[i].of.op == op; i++)
			add_point(p, run, &run->sizes[i]);
		*nfits += fit_points(p, op, &fits[*nfits]);
	}
}

int ig_timing_fits(const struct ig_timing_run *run, struct ig_timing_fit **fits,
		   size_t *nfits)
{
	/* Not 0, for which calloc() may return NULL. */
	size_t n = run->nsizes + 1;
	double *room = calloc(n, (2 + TERMS + 1) * sizeof(*room));
	struct points p = { .devices = room,
			    .ns = room + n,
			    .work = room + 2 * n };

	*nfits = 0;
	*fits = calloc(n, sizeof(**fits));
	if (!room || !*fits) {
		free(room);
		free(*fits);
		*fits = NULL;
		return -ENOMEM;
	}
	fit_all(run, &p, *fits, nfits);
	free(room);
	return 0;
}
