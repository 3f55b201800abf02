// SPDX-License-Identifier: GPL-2.0
/* The lists that a result is made of. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/judge.h"

/* Room for one more entry, zeroed; NULL and a failed judge without memory. */
static void *one_more(struct ig_judge *judge, void *array, size_t *n,
		      size_t size)
{
	void **list = array;
	char *more = reallocarray(*list, *n + 1, size);

	if (!more) {
		judge->failed = true;
		return NULL;
	}
	*list = more;
	more += (*n)++ * size;
	memset(more, 0, size);
	return more;
}

static void say(struct ig_judge *judge, char **message, const char *fmt,
		va_list args)
{
	if (vasprintf(message, fmt, args) >= 0)
		return;
	*message = NULL;
	judge->failed = true;
}

void ig_say(struct ig_judge *judge, char **message, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say(judge, message, fmt, args);
	va_end(args);
}

struct ig_finding *ig_add_finding(struct ig_judge *judge, const char *rule,
				  unsigned int group)
{
	struct ig_result *r = judge->result;
	struct ig_finding *f =
		one_more(judge, &r->findings, &r->nfindings, sizeof(*f));

	if (f) {
		f->rule = rule;
		f->group = group;
	}
	return f;
}

struct ig_held *ig_add_held(struct ig_judge *judge, unsigned int group,
			    const char *holder, long count)
{
	struct ig_result *r = judge->result;
	struct ig_held *h = one_more(judge, &r->held, &r->nheld, sizeof(*h));

	if (h) {
		h->group = group;
		h->holder = holder;
		h->count = count;
	}
	return h;
}

void ig_add_note(struct ig_judge *judge, unsigned int group, const char *fmt,
		 ...)
{
	struct ig_result *r = judge->result;
	struct ig_note *note =
		one_more(judge, &r->notes, &r->nnotes, sizeof(*note));
	va_list args;

	if (!note)
		return;
	note->group = group;
	va_start(args, fmt);
	say(judge, &note->message, fmt, args);
	va_end(args);
}

void ig_add_loss(struct ig_judge *judge, const char *key, const char *reason,
		 uint64_t count)
{
	struct ig_result *r = judge->result;
	struct ig_loss_count *loss;
	size_t i;

	if (!count)
		return;
	for (i = 0; i < r->nlosses; i++) {
		if (strcmp(r->losses[i].key, key))
			continue;
		r->losses[i].count += count;
		return;
	}
	loss = one_more(judge, &r->losses, &r->nlosses, sizeof(*loss));
	if (loss)
		*loss = (struct ig_loss_count){ key, reason, count };
}

void ig_add_suspect(struct ig_judge *judge, struct ig_finding *finding,
		    const struct ig_suspect *suspect)
{
	struct ig_suspect *s = one_more(judge, &finding->suspects,
					&finding->nsuspects, sizeof(*s));

	if (s)
		*s = *suspect;
}

void ig_add_device(struct ig_judge *judge, struct ig_finding *finding,
		   const char *name)
{
	char **slot;
	size_t i;

	for (i = 0; i < finding->ndevices; i++)
		if (finding->devices[i] && !strcmp(finding->devices[i], name))
			return;
	slot = one_more(judge, &finding->devices, &finding->ndevices,
			sizeof(*slot));
	if (!slot)
		return;
	*slot = strdup(name);
	if (!*slot)
		judge->failed = true;
}

void ig_add_devices(struct ig_judge *judge, struct ig_finding *finding,
		    const struct ig_group_state *group)
{
	char **names;
	size_t i;

	if (!group || !group->ndevices)
		return;
	/* Names in a snapshot differ: no need to look for the same one. */
	names = calloc(group->ndevices, sizeof(*names));
	if (!names) {
		judge->failed = true;
		return;
	}
	finding->devices = names;
	for (i = 0; i < group->ndevices; i++) {
		names[i] = strdup(group->devices[i].name ?: "?");
		if (!names[i])
			judge->failed = true;
	}
	finding->ndevices = group->ndevices;
}

const char *ig_group_words(char *buf, unsigned int id,
			   const struct ig_group_state *group)
{
	size_t n = group ? group->ndevices : 0;

	if (!n)
		snprintf(buf, IG_WORDS, "group %u", id);
	else if (n == 1)
		snprintf(buf, IG_WORDS, "group %u (%.64s)", id,
			 group->devices[0].name);
	else
		snprintf(buf, IG_WORDS, "group %u (%.64s and %zu more)", id,
			 group->devices[0].name, n - 1);
	return buf;
}

static void clear_finding(struct ig_finding *f)
{
	size_t i;

	for (i = 0; i < f->ndevices; i++)
		free(f->devices[i]);
	for (i = 0; f->locks && i < f->nedges; i++)
		free(f->locks[i]);
	free(f->locks);
	free(f->edges);
	free(f->devices);
	free(f->suspects);
	free(f->message);
}

void ig_result_free(struct ig_result *result)
{
	size_t i;

	for (i = 0; i < result->nfindings; i++)
		clear_finding(&result->findings[i]);
	for (i = 0; i < result->nheld; i++)
		free(result->held[i].message);
	for (i = 0; i < result->nnotes; i++)
		free(result->notes[i].message);
	free(result->findings);
	free(result->held);
	free(result->notes);
	free(result->losses);
	memset(result, 0, sizeof(*result));
}
