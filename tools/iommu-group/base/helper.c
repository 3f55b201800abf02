// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/helper.h"

pid_t ig_helper_fork(void)
{
	fflush(NULL);
	/* 0: no signal to the parent */
	return syscall(SYS_clone, 0, NULL, NULL, NULL, NULL);
}

/*
 * Keeps none of the collector's files open: one that hangs would keep the
 * probes attached, and a pipe that somebody reads to its end.
 */
static void __attribute__((noreturn)) serve(int (*what)(void), int answer)
{
	int err;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(open("/dev/null", O_RDWR), 0);
	dup2(0, 2);
	dup2(answer, 1);
	close_range(3, ~0U, 0);
	err = what();
	_exit(write(1, &err, sizeof(err)) != sizeof(err));
}

int ig_helper_run(int (*what)(void), double seconds)
{
	struct pollfd pfd = { .events = POLLIN };
	int answer[2], err = ETIMEDOUT;
	pid_t pid;

	if (pipe2(answer, O_CLOEXEC))
		return errno;
	fflush(NULL);
	/* Not ig_helper_fork(): threads are for children that libc knows of. */
	pid = fork();
	if (!pid)
		serve(what, answer[1]);
	if (pid < 0)
		err = errno;
	close(answer[1]);
	pfd.fd = answer[0];
	if (pid > 0 && poll(&pfd, 1, seconds * 1000) > 0 &&
	    read(answer[0], &err, sizeof(err)) != sizeof(err))
		err = ECHILD;
	close(answer[0]);
	if (pid > 0) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, err == ETIMEDOUT ? WNOHANG : 0);
	}
	return err;
}
