// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/findings.h"

/* Room for one more entry, zeroed; NULL and a failed judge without memory. */
static void *one_more(struct ig_findings *found, void *array, size_t *n,
		      size_t size)
{
	void *more = ig_one_more(array, n, size);

	if (!more)
		found->failed = true;
	return more;
}

static void say(struct ig_findings *found, char **message, const char *fmt,
		va_list args)
{
	if (vasprintf(message, fmt, args) >= 0)
		return;
	*message = NULL;
	found->failed = true;
}

void ig_message(struct ig_findings *found, char **message, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say(found, message, fmt, args);
	va_end(args);
}

static struct ig_finding *add(struct ig_findings *found,
			      struct ig_finding **list, size_t *n,
			      enum ig_rule rule, unsigned int group)
{
	struct ig_finding *f = one_more(found, list, n, sizeof(*f));

	if (f) {
		f->rule = rule;
		f->group = group;
	}
	return f;
}

struct ig_finding *ig_add_finding(struct ig_findings *found, enum ig_rule rule,
				  unsigned int group)
{
	struct ig_result *r = found->result;

	return add(found, &r->findings, &r->nfindings, rule, group);
}

struct ig_finding *ig_add_unproven(struct ig_findings *found, enum ig_rule rule,
				   unsigned int group)
{
	struct ig_result *r = found->result;

	return add(found, &r->unproven, &r->nunproven, rule, group);
}

struct ig_held *ig_add_held(struct ig_findings *found, unsigned int group,
			    const char *holder, long count)
{
	struct ig_result *r = found->result;
	struct ig_held *h = one_more(found, &r->held, &r->nheld, sizeof(*h));

	if (h) {
		h->group = group;
		h->holder = holder;
		h->count = count;
	}
	return h;
}

void ig_add_note(struct ig_findings *found, unsigned int group, const char *fmt,
		 ...)
{
	struct ig_result *r = found->result;
	struct ig_note *note =
		one_more(found, &r->notes, &r->nnotes, sizeof(*note));
	va_list args;

	if (!note)
		return;
	note->group = group;
	va_start(args, fmt);
	say(found, &note->message, fmt, args);
	va_end(args);
}

void ig_add_loss_count(struct ig_findings *found,
		       const struct ig_loss_count *count)
{
	struct ig_result *r = found->result;
	struct ig_loss_count *loss;
	size_t i;

	if (!count->count)
		return;
	for (i = 0; i < r->nlosses; i++) {
		if (r->losses[i].loss != count->loss)
			continue;
		r->losses[i].count += count->count;
		return;
	}
	loss = one_more(found, &r->losses, &r->nlosses, sizeof(*loss));
	if (!loss)
		return;
	loss->loss = count->loss;
	loss->count = count->count;
	loss->detail = count->detail ? strdup(count->detail) : NULL;
	if (count->detail && !loss->detail)
		found->failed = true;
}

void ig_add_loss(struct ig_findings *found, unsigned int loss, uint64_t count)
{
	ig_add_loss_count(
		found, &(struct ig_loss_count){ .loss = loss, .count = count });
}

void ig_add_suspect(struct ig_findings *found, struct ig_finding *finding,
		    const struct ig_suspect *suspect)
{
	struct ig_suspect *s = one_more(found, &finding->suspects,
					&finding->nsuspects, sizeof(*s));

	if (s)
		*s = *suspect;
}

void ig_add_device(struct ig_findings *found, struct ig_finding *finding,
		   const char *name)
{
	char **slot;
	size_t i;

	for (i = 0; i < finding->ndevices; i++)
		if (finding->devices[i] && !strcmp(finding->devices[i], name))
			return;
	slot = one_more(found, &finding->devices, &finding->ndevices,
			sizeof(*slot));
	if (!slot)
		return;
	*slot = strdup(name);
	if (!*slot)
		found->failed = true;
}

void ig_add_devices(struct ig_findings *found, struct ig_finding *finding,
		    const struct ig_group_state *group)
{
	char **names;
	size_t i;

	if (!group || !group->ndevices)
		return;
	/* Names in a snapshot differ: no need to look for the same one. */
	names = calloc(group->ndevices, sizeof(*names));
	if (!names) {
		found->failed = true;
		return;
	}
	finding->devices = names;
	for (i = 0; i < group->ndevices; i++) {
		names[i] = strdup(group->devices[i].name ?: "?");
		if (!names[i])
			found->failed = true;
	}
	finding->ndevices = group->ndevices;
}

const char *ig_group_name(char *buf, unsigned int id,
			  const struct ig_group_state *group)
{
	size_t n = group ? group->ndevices : 0;

	if (!n)
		snprintf(buf, IG_GROUP_NAME_LEN, "group %u", id);
	else if (n == 1)
		snprintf(buf, IG_GROUP_NAME_LEN, "group %u (%.64s)", id,
			 group->devices[0].name);
	else
		snprintf(buf, IG_GROUP_NAME_LEN,
			 "group %u (%.64s and %zu more)", id,
			 group->devices[0].name, n - 1);
	return buf;
}

const char *ig_times(char *buf, uint64_t n)
{
	if (n == 1)
		snprintf(buf, IG_TIMES_LEN, "once");
	else
		snprintf(buf, IG_TIMES_LEN, "%" PRIu64 " times", n);
	return buf;
}

bool ig_set_circle(struct ig_findings *found, struct ig_finding *f,
		   const struct ig_lock_edge *const *edges,
		   const char *const *names, size_t n)
{
	const struct ig_lock_edge *rarest = edges[0];
	size_t i;

	f->edges = calloc(n, sizeof(*f->edges));
	f->locks = calloc(n, sizeof(*f->locks));
	if (!f->edges || !f->locks) {
		found->failed = true;
		return false;
	}
	f->nedges = n;
	for (i = 0; i < n; i++) {
		f->edges[i] = edges[i];
		f->locks[i] = strdup(names[i]);
		if (!f->locks[i])
			found->failed = true;
		if (edges[i]->count < rarest->count)
			rarest = edges[i];
	}
	f->trace = rarest->trace;
	return !found->failed;
}
