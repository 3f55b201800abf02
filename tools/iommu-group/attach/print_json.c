// SPDX-License-Identifier: GPL-2.0
/* Attach times as one JSON document. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "attach/print_parts.h"
#include "base/json_parts.h"

typedef struct json_object json;

/* Null where it was not seen: that is not the same as no time at all. */
static void put_seen(json *object, const char *key, bool seen, double ns)
{
	if (seen)
		ig_json_put_number(object, key, llround(ns));
	else
		ig_json_put(object, key, NULL);
}

static json *histogram_json(const struct ig_timing_times *times)
{
	json *list = json_object_new_array(), *pair;
	uint32_t i;

	for (i = 0; i < IG_HIST_BUCKETS; i++) {
		if (!times->buckets[i])
			continue;
		pair = json_object_new_array();
		json_object_array_add(pair,
				      json_object_new_int64(ig_hist_low(i)));
		json_object_array_add(pair,
				      json_object_new_int64(times->buckets[i]));
		json_object_array_add(list, pair);
	}
	return list;
}

static void put_times(json *j, const struct ig_timing_times *t)
{
	ig_json_put_number(j, "count", t->count);
	ig_json_put_number(j, "min_ns", t->min);
	ig_json_put_number(j, "p50_ns", ig_timing_quantile(t, 0.5));
	ig_json_put_number(j, "p90_ns", ig_timing_quantile(t, 0.9));
	ig_json_put_number(j, "p99_ns", ig_timing_quantile(t, 0.99));
	ig_json_put_number(j, "max_ns", t->max);
}

static void put_parts(json *j, const struct ig_timing_run *run,
		      const struct ig_timing_size *size)
{
	struct ig_timing_split s;

	ig_timing_split(run, size, &s);
	ig_json_put_number(j, "mean_ns", llround(s.total));
	put_seen(j, "wait_ns", run->wait_seen, s.wait);
	put_seen(j, "max_wait_ns", run->wait_seen, size->times.max_wait);
	put_seen(j, "driver_ns", ig_timing_driver_seen(run, size->times.calls),
		 s.driver);
	put_seen(j, "own_ns", run->driver_seen, s.own);
	ig_json_put_number(j, "rest_ns", llround(s.rest));
	/* Infinite for no devices, and so null. */
	ig_json_put_real(j, "per_device_ns",
			 size->of.devices ? s.net / size->of.devices :
					    INFINITY);
}

static json *errors_json(const struct ig_timing_size *size)
{
	json *all = json_object_new_object();
	char words[IG_SHORT_LEN];
	size_t i;

	for (i = 0; i < size->nerrors; i++)
		ig_json_put_number(all,
				   ig_errno_name(words, size->errors[i].err),
				   size->errors[i].count);
	return all;
}

static json *size_json(const struct ig_timing_run *run,
		       const struct ig_timing_size *size)
{
	json *j = json_object_new_object();

	ig_json_put(j, "operation",
		    ig_json_text(ig_timing_op_name(size->of.op)));
	ig_json_put_number(j, "devices", size->of.devices);
	put_times(j, &size->times);
	put_parts(j, run, size);
	ig_json_put(j, "histogram", histogram_json(&size->times));
	if (size->of.failed)
		ig_json_put(j, "errors", errors_json(size));
	return j;
}

static json *sizes_json(const struct ig_timing_run *run, bool failed)
{
	json *list = json_object_new_array();
	size_t i;

	for (i = 0; i < run->nsizes; i++)
		if (run->sizes[i].times.count &&
		    !run->sizes[i].of.failed == !failed)
			json_object_array_add(list,
					      size_json(run, &run->sizes[i]));
	return list;
}

static const char *growth_name(enum ig_timing_growth growth)
{
	switch (growth) {
	case IG_GROWTH_LINEAR:
		return "linear";
	case IG_GROWTH_FASTER:
		return "faster";
	case IG_GROWTH_UNKNOWN:
		break;
	}
	return "unknown";
}

static json *fit_json(const struct ig_timing_fit *f)
{
	json *j = json_object_new_object();

	ig_json_put(j, "operation", ig_json_text(ig_timing_op_name(f->op)));
	ig_json_put_number(j, "sizes", f->sizes);
	ig_json_put_number(j, "left_out", f->left_out);
	ig_json_put_number(j, "least", f->least);
	ig_json_put_number(j, "most", f->most);
	ig_json_put_real(j, "a_ns", f->a);
	ig_json_put_real(j, "b_ns", f->b);
	ig_json_put_real(j, "residual", f->residual);
	ig_json_put(j, "growth", ig_json_text(growth_name(f->growth)));
	ig_json_put_real(j, "quadratic", f->quadratic);
	return j;
}

static json *fits_json(const struct ig_timing_fit *fits, size_t nfits)
{
	json *list = json_object_new_array();
	size_t i;

	for (i = 0; i < nfits; i++)
		json_object_array_add(list, fit_json(&fits[i]));
	return list;
}

static json *slowest_call_json(const struct ig_slow *s)
{
	char device[IG_DEVICE_WORDS];
	json *j = json_object_new_object();

	ig_json_put_number(j, "number", s->slowest_call);
	ig_json_put(j, "device", ig_json_text(ig_device_name(device, s)));
	ig_json_put_number(j, "ns", s->slowest);
	return j;
}

static void put_calls(json *j, const struct ig_slow *s, bool seen)
{
	json *list = json_object_new_array();
	size_t i;

	for (i = 0; seen && i < ig_kept_calls(s); i++)
		json_object_array_add(list, json_object_new_int64(s->call[i]));
	put_seen(j, "calls", seen, s->calls);
	ig_json_put(j, "slowest_call",
		    seen && s->calls ? slowest_call_json(s) : NULL);
	ig_json_put(j, "calls_ns", list);
}

static void put_who(json *j, const struct ig_trace *trace)
{
	ig_json_put(j, "task", trace ? ig_json_text(trace->comm) : NULL);
	if (trace)
		ig_json_put_number(j, "pid", trace->pid);
	else
		ig_json_put(j, "pid", NULL);
	ig_json_put(j, "stack", ig_json_stack(trace));
}

static json *slow_json(const struct ig_timing_run *run,
		       const struct ig_timing_slow *slow)
{
	const struct ig_slow *s = &slow->raw;
	json *j = json_object_new_object();
	char words[IG_SHORT_LEN];

	ig_json_put(j, "operation", ig_json_text(ig_timing_op_name(s->of.op)));
	ig_json_put_number(j, "devices", s->of.devices);
	if (s->group == IG_NO_GROUP)
		ig_json_put(j, "group", NULL);
	else
		ig_json_put_number(j, "group", s->group);
	ig_json_put_number(j, "total_ns", s->total);
	put_seen(j, "wait_ns", run->wait_seen, s->wait);
	put_seen(j, "driver_ns", ig_timing_driver_seen(run, s->calls),
		 s->driver);
	put_calls(j, s, run->driver_seen && run->calls);
	if (s->err)
		ig_json_put(j, "error",
			    ig_json_text(ig_errno_name(words, abs(s->err))));
	put_who(j, slow->trace);
	return j;
}

static json *slowest_json(const struct ig_timing_run *run)
{
	json *list = json_object_new_array();
	size_t i;

	for (i = 0; i < run->nslow; i++)
		json_object_array_add(list, slow_json(run, &run->slow[i]));
	return list;
}

static void put_run(json *doc, const struct ig_timing_report *report)
{
	ig_json_put(doc, "kernel", ig_json_text(report->kernel));
	ig_json_put(doc, "backend", ig_json_text(report->backend));
	ig_json_put(doc, "iommu", ig_json_text(report->iommu));
	ig_json_put(doc, "workload",
		    report->has_workload ?
			    ig_json_workload(report->workload_status) :
			    NULL);
	ig_json_put(doc, "interrupted",
		    json_object_new_boolean(report->interrupted));
	ig_json_put_number(doc, "duration_ns", report->duration_ns);
}

int ig_timing_json(FILE *out, const struct ig_timing_report *report)
{
	const struct ig_timing_run *run = report->run;
	struct ig_timing_fit *fits;
	size_t nfits;
	json *doc;
	int err;

	err = ig_timing_fits(run, &fits, &nfits);
	if (err)
		return err;
	doc = json_object_new_object();
	ig_json_put(doc, "command", ig_json_text("attach"));
	ig_json_put(doc, "sizes", sizes_json(run, false));
	ig_json_put(doc, "failed", sizes_json(run, true));
	ig_json_put(doc, "fits", fits_json(fits, nfits));
	ig_json_put(doc, "slowest", slowest_json(run));
	ig_json_put(doc, "losses", ig_json_losses(run->losses, run->nlosses));
	ig_json_put(doc, "driver_by",
		    run->driver_seen ?
			    ig_json_text(run->calls ? "calls" : "loop") :
			    NULL);
	ig_json_put_real(doc, "own_ns_per_call",
			 run->driver_seen ? run->own_call : NAN);
	put_run(doc, report);
	free(fits);
	return ig_json_print(out, doc) ?: ig_flushed(out);
}
