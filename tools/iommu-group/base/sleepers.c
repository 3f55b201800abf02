// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/sleepers.h"

/* The state comes after the name, which can have brackets and blanks. */
static bool sleeps(const char *dir, const char *task)
{
	char path[PATH_MAX], text[256];
	const char *close;
	size_t n;
	FILE *in;

	if (snprintf(path, sizeof(path), "%s/%s/stat", dir, task) >=
	    (int)sizeof(path))
		return true;
	in = fopen(path, "re");
	/* It has ended. */
	if (!in)
		return false;
	n = fread(text, 1, sizeof(text) - 1, in);
	fclose(in);
	text[n] = 0;
	close = strrchr(text, ')');
	return close && close[1] == ' ' && close[2] == 'D';
}

static bool any_thread_sleeps(const char *proc, const char *pid)
{
	char path[PATH_MAX];
	struct dirent *entry;
	bool found = false;
	DIR *dir;

	if (snprintf(path, sizeof(path), "%s/%s/task", proc, pid) >=
	    (int)sizeof(path))
		return true;
	dir = opendir(path);
	if (!dir)
		return false;
	while (!found && (entry = readdir(dir)))
		found = isdigit((unsigned char)entry->d_name[0]) &&
			sleeps(path, entry->d_name);
	closedir(dir);
	return found;
}

bool ig_any_sleeper(const char *proc)
{
	DIR *dir = opendir(proc);
	struct dirent *entry;
	bool found = false, first = false;

	if (!dir)
		return true;
	while (!found && (entry = readdir(dir))) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		/* Where that of others is hidden, the first one is. */
		first |= !strcmp(entry->d_name, "1");
		found = any_thread_sleeps(proc, entry->d_name);
	}
	closedir(dir);
	return found || !first;
}
