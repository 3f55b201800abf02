// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "base/status.h"

const char *ig_status_name(char *buf, bool has_workload, int status)
{
	if (!has_workload)
		snprintf(buf, IG_STATUS_LEN, "no workload");
	else if (WIFSIGNALED(status))
		snprintf(buf, IG_STATUS_LEN,
			 "workload killed by signal %d (%s)", WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
	else
		snprintf(buf, IG_STATUS_LEN, "workload ended with status %d",
			 WEXITSTATUS(status));
	return buf;
}
