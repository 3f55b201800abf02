// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "base/status.h"

const char *ig_status_words(char *buf, bool has_workload, int status)
{
	if (!has_workload)
		snprintf(buf, IG_STATUS_WORDS, "no workload");
	else if (WIFSIGNALED(status))
		snprintf(buf, IG_STATUS_WORDS,
			 "workload killed by signal %d (%s)", WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
	else
		snprintf(buf, IG_STATUS_WORDS, "workload ended with status %d",
			 WEXITSTATUS(status));
	return buf;
}
