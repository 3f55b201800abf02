// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/descendants.h"

/** NAMED - processes that a message names */
#define NAMED 5

static void copy_name(char *to, size_t size, const char *from, size_t length)
{
	size_t i;

	if (length >= size)
		length = size - 1;
	for (i = 0; i < length; i++)
		to[i] = iscntrl((unsigned char)from[i]) ? '?' : from[i];
	to[length] = 0;
}

/* "103 (a name) S 1 ..."; the name can have brackets and blanks. */
static bool parse_stat(const char *text, struct ig_process *p)
{
	const char *open = strchr(text, '('), *close = strrchr(text, ')');

	if (!open || !close || close < open ||
	    sscanf(text, "%d", &p->pid) != 1 ||
	    /* Fields 3, 4 and 38, see proc(5). */
	    sscanf(close + 1,
		   " %c %d %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s"
		   " %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s"
		   " %*s %*s %*s %*s %*s %*s %*s %d",
		   &p->state, &p->parent, &p->exit_signal) != 3)
		return false;
	copy_name(p->name, sizeof(p->name), open + 1, close - open - 1);
	return true;
}

/* False when it has ended in between. */
static bool read_process(const char *proc, const char *pid,
			 struct ig_process *p)
{
	char path[4096], text[1024];
	size_t n;
	FILE *in;

	snprintf(path, sizeof(path), "%s/%s/stat", proc, pid);
	in = fopen(path, "re");
	if (!in)
		return false;
	n = fread(text, 1, sizeof(text) - 1, in);
	fclose(in);
	text[n] = 0;
	return parse_stat(text, p);
}

int ig_processes_add(struct ig_processes *all, const struct ig_process *p)
{
	struct ig_process *list =
		realloc(all->list, (all->n + 1) * sizeof(*list));

	if (!list)
		return -ENOMEM;
	all->list = list;
	all->list[all->n++] = *p;
	return 0;
}

static int read_all(const char *proc, struct ig_processes *all)
{
	struct ig_process p;
	struct dirent *entry;
	DIR *dir = opendir(proc);
	int err = 0;

	if (!dir)
		return -errno;
	while (!err && (entry = readdir(dir)))
		if (isdigit((unsigned char)entry->d_name[0]) &&
		    read_process(proc, entry->d_name, &p))
			err = ig_processes_add(all, &p);
	closedir(dir);
	return err;
}

static const struct ig_process *find(const struct ig_processes *in, pid_t pid)
{
	size_t i;

	for (i = 0; in && i < in->n; i++)
		if (in->list[i].pid == pid)
			return &in->list[i];
	return NULL;
}

/* Parents are bounded by the number of processes, whatever /proc says. */
static bool is_below(const struct ig_processes *all, const struct ig_process *p,
		     pid_t of, const struct ig_processes *except)
{
	size_t steps;

	for (steps = 0; p && steps <= all->n; steps++) {
		if (p->parent == of)
			return p->exit_signal && !find(except, p->pid);
		p = find(all, p->parent);
	}
	return false;
}

/*
 * A zombie has ended, and waits for its parent.  Not so a child: the caller has
 * taken those, so one that is left has threads that go on.
 */
static bool counts(const struct ig_process *p, pid_t of)
{
	return p->state != 'Z' || p->parent == of;
}

static int by_number(const void *a, const void *b)
{
	const struct ig_process *x = a, *y = b;

	return (x->pid > y->pid) - (x->pid < y->pid);
}

int ig_descendants(const char *proc, pid_t of,
		   const struct ig_processes *except,
		   struct ig_processes *found)
{
	struct ig_processes all = {};
	int err = read_all(proc, &all);
	size_t i;

	memset(found, 0, sizeof(*found));
	for (i = 0; !err && i < all.n; i++)
		if (counts(&all.list[i], of) &&
		    is_below(&all, &all.list[i], of, except))
			err = ig_processes_add(found, &all.list[i]);
	ig_processes_free(&all);
	if (err)
		ig_processes_free(found);
	else if (found->n)
		qsort(found->list, found->n, sizeof(*found->list), by_number);
	return err;
}

static void name_one(FILE *out, const char *before, const struct ig_process *p)
{
	fprintf(out, "%s%s", before, p->name);
	if (p->pid)
		fprintf(out, " (pid %d)", p->pid);
}

char *ig_processes_text(const struct ig_processes *processes)
{
	size_t size, i;
	char *text;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	for (i = 0; i < processes->n && i < NAMED; i++)
		name_one(out, i ? ", " : "", &processes->list[i]);
	if (processes->n > NAMED)
		fprintf(out, " and %zu more", processes->n - NAMED);
	if (fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}

void ig_processes_free(struct ig_processes *processes)
{
	free(processes->list);
	memset(processes, 0, sizeof(*processes));
}
