// SPDX-License-Identifier: GPL-2.0
/* What JSON documents are made of. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "base/json_parts.h"
#include "base/escape.h"

typedef struct json_object json;

json *ig_json_text(const char *text)
{
	char *clean;
	json *j;

	if (!text)
		return NULL;
	clean = ig_valid_utf8(text);
	j = json_object_new_string(clean ?: "");
	free(clean);
	return j;
}

void ig_json_put(json *object, const char *key, json *value)
{
	json_object_object_add(object, key, value);
}

void ig_json_put_number(json *object, const char *key, int64_t value)
{
	ig_json_put(object, key, json_object_new_int64(value));
}

void ig_json_put_real(json *object, const char *key, double value)
{
	char digits[32];

	/* By itself json-c prints 0.1 with the digits of its binary form. */
	snprintf(digits, sizeof(digits), "%.12g", value);
	ig_json_put(object, key,
		    isfinite(value) ? json_object_new_double_s(value, digits) :
				      NULL);
}

json *ig_json_stack(const struct ig_trace *trace)
{
	json *list = json_object_new_array();
	size_t i;

	for (i = 0; trace && i < trace->nframes; i++)
		json_object_array_add(list,
				      ig_json_text(trace->frames[i] ?: "?"));
	return list;
}

json *ig_json_losses(const struct ig_loss_count *losses, size_t nlosses)
{
	json *all = json_object_new_object();
	size_t i;

	for (i = 0; i < nlosses; i++) {
		json *j;

		if (!losses[i].count)
			continue;
		j = json_object_new_object();
		ig_json_put_number(j, "count", losses[i].count);
		ig_json_put(j, "reason",
			    ig_json_text(ig_loss_reason(&losses[i])));
		ig_json_put(all, ig_loss_key(losses[i].loss), j);
	}
	return all;
}

json *ig_json_group(const struct ig_group_state *g)
{
	json *j = json_object_new_object(), *list = json_object_new_array();
	size_t i;

	ig_json_put_number(j, "id", g->id);
	ig_json_put(j, "name", ig_json_text(g->name));
	ig_json_put(j, "type", ig_json_text(g->type));
	ig_json_put_number(j, "references", g->kref);
	ig_json_put_number(j, "held_by_devices", g->ndev);
	ig_json_put_number(j, "external", ig_external(g));
	for (i = 0; i < g->ndevices; i++) {
		json *d = json_object_new_object();

		ig_json_put(d, "name", ig_json_text(g->devices[i].name));
		ig_json_put(d, "driver", ig_json_text(g->devices[i].driver));
		json_object_array_add(list, d);
	}
	ig_json_put(j, "devices", list);
	return j;
}

json *ig_json_workload(int status)
{
	json *j = json_object_new_object();

	if (WIFSIGNALED(status))
		ig_json_put_number(j, "signal", WTERMSIG(status));
	else
		ig_json_put_number(j, "status", WEXITSTATUS(status));
	return j;
}

int ig_json_print(FILE *out, json *doc)
{
	const char *s = json_object_to_json_string_ext(
		doc, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
			     JSON_C_TO_STRING_NOSLASHESCAPE);

	if (s)
		fprintf(out, "%s\n", s);
	json_object_put(doc);
	return s ? 0 : -ENOMEM;
}
