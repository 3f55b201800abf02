// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/background.h"
#include "base/kernel.h"

/* What a process was started with is open without that flag, or it was not. */
static bool is_inherited(int fd)
{
	int flags = fcntl(fd, F_GETFD);

	return flags >= 0 && !(flags & FD_CLOEXEC);
}

static void close_inherited(void)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;
	int fd;

	/* Rather wait for nothing than keep somebody waiting. */
	if (!dir)
		_exit(0);
	while ((entry = readdir(dir))) {
		fd = atoi(entry->d_name);
		if (fd > 2 && is_inherited(fd))
			close(fd);
	}
	closedir(dir);
}

static void use_no_terminal(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC), fd;

	for (fd = 0; fd < 3; fd++)
		if (null < 0 || dup2(null, fd) < 0)
			close(fd);
}

bool ig_background_begin(void)
{
	sigset_t none;
	pid_t pid;

	/*
	 * The first process of a PID namespace, when it ends, waits for those
	 * that are left in it, and until 6.3 the kernel detaches no probe
	 * meanwhile: both would wait for ever (28319d6dc5e2).
	 */
	if (!ig_kernel_sees_all_tasks())
		return false;
	fflush(NULL);
	pid = fork();
	if (pid)
		return false;
	setsid();
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	use_no_terminal();
	close_inherited();
	if (chdir("/"))
		_exit(0);
	setpriority(PRIO_PROCESS, 0, 19);
	return true;
}
