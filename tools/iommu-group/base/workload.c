// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/workload.h"

/** TICK_MS - how often the ring buffer is looked at, at least */
#define TICK_MS 100
/** GRACE - seconds between SIGTERM and SIGKILL when the duration is over */
#define GRACE 5.0

static double now(void)
{
	return ig_now_ns() / 1e9;
}

static bool is_program(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode) && !access(path, X_OK);
}

/* The first match in PATH, as the shell would find it. */
static bool search_path(char *found, size_t size, const char *name)
{
	const char *dirs = getenv("PATH");
	char *copy, *dir, *save = NULL;
	bool ok = false;

	copy = strdup(dirs ? dirs : "/usr/sbin:/usr/bin:/sbin:/bin");
	if (!copy)
		return false;
	for (dir = strtok_r(copy, ":", &save); dir && !ok;
	     dir = strtok_r(NULL, ":", &save)) {
		snprintf(found, size, "%s/%s", dir, name);
		ok = is_program(found);
	}
	free(copy);
	return ok;
}

int ig_workload_prepare(struct ig_workload *workload,
			const struct ig_options *options, bool document)
{
	const char *name;

	memset(workload, 0, sizeof(*workload));
	workload->argv = options->workload;
	workload->duration = options->duration;
	workload->wake = -1;
	workload->quiet = !options->output && document;
	if (!workload->argv)
		return 0;
	name = workload->argv[0];
	if (strchr(name, '/')) {
		snprintf(workload->path, sizeof(workload->path), "%s", name);
		if (is_program(name))
			return 0;
	} else if (search_path(workload->path, sizeof(workload->path), name)) {
		return 0;
	}
	return ig_error("workload '%s' not found or not executable", name);
}

static int open_signals(sigset_t *old)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGQUIT);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, old);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int start(struct ig_workload *w, const sigset_t *mask)
{
	int report[2], err = 0;

	if (!w->argv)
		return 0;
	if (pipe2(report, O_CLOEXEC))
		return ig_error("cannot make a pipe: %m");
	fflush(NULL);
	w->pid = fork();
	if (!w->pid) {
		sigprocmask(SIG_SETMASK, mask, NULL);
		if (w->quiet)
			dup2(STDERR_FILENO, STDOUT_FILENO);
		execv(w->path, w->argv);
		err = errno;
		if (write(report[1], &err, sizeof(err)) < 0)
			_exit(126);
		_exit(127);
	}
	close(report[1]);
	/* Nothing to read means that the program has been started. */
	if (w->pid < 0)
		err = errno;
	else if (read(report[0], &err, sizeof(err)) > 0)
		waitpid(w->pid, NULL, 0);
	close(report[0]);
	if (!err)
		return 0;
	errno = err;
	return ig_error("cannot start workload '%s': %m", w->argv[0]);
}

static void pass_on(struct ig_workload *w, const struct signalfd_siginfo *si)
{
	bool again = w->interrupted && si->ssi_signo == SIGINT;

	if (si->ssi_signo == SIGINT || si->ssi_signo == SIGTERM ||
	    si->ssi_signo == SIGHUP || si->ssi_signo == SIGQUIT)
		w->interrupted = true;
	if (!w->pid)
		return;
	if (again)
		kill(w->pid, SIGKILL);
	else if (si->ssi_code != SI_KERNEL)
		kill(w->pid, si->ssi_signo);
}

static bool has_ended(struct ig_workload *w)
{
	return w->pid ? waitpid(w->pid, &w->status, WNOHANG) == w->pid :
			w->interrupted;
}

static void take_signals(struct ig_workload *w)
{
	struct signalfd_siginfo si;

	while (read(w->signals, &si, sizeof(si)) == sizeof(si))
		if (si.ssi_signo != SIGCHLD)
			pass_on(w, &si);
}

/* Over the time: ask first, then insist. True when there is nothing to end. */
static bool time_is_up(struct ig_workload *w, double started, bool *asked)
{
	double over = now() - started - w->duration;

	if (w->duration <= 0 || over < 0)
		return false;
	if (!w->pid)
		return true;
	if (!*asked) {
		ig_warn("workload still running after %g s; ending it",
			w->duration);
		kill(w->pid, SIGTERM);
		*asked = true;
	} else if (over > GRACE) {
		kill(w->pid, SIGKILL);
	}
	return false;
}

int ig_workload_run(struct ig_workload *workload)
{
	struct pollfd pfd[2] = { { .events = POLLIN }, { .events = POLLIN } };
	double started = now();
	bool asked = false;
	sigset_t old;

	workload->signals = open_signals(&old);
	if (workload->signals < 0)
		return ig_error("cannot wait for signals: %m");
	if (start(workload, &old)) {
		close(workload->signals);
		return -1;
	}
	pfd[0].fd = workload->signals;
	pfd[1].fd = workload->wake;
	while (!has_ended(workload) && !time_is_up(workload, started, &asked)) {
		poll(pfd, 2, TICK_MS);
		take_signals(workload);
		if (workload->tick)
			workload->tick(workload->data);
	}
	close(workload->signals);
	return 0;
}

bool ig_workload_failed(const struct ig_workload *workload)
{
	return workload->argv && workload->status;
}
