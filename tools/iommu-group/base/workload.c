// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
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
	workload->settle = options->settle;
	workload->linger = options->linger;
	workload->leave_running = options->leave_running;
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

/* What was blocked when the collector was started: a workload's mask, too. */
static sigset_t inherited_mask;

static int open_signals(void)
{
	static bool blocked;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGQUIT);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, blocked ? NULL : &inherited_mask);
	blocked = true;
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* How SIGCHLD was when the collector was started: the workload's, too. */
static struct sigaction inherited;

static void __attribute__((noreturn))
become(const struct ig_workload *w, int report)
{
	int err;

	sigaction(SIGCHLD, &inherited, NULL);
	sigprocmask(SIG_SETMASK, &inherited_mask, NULL);
	if (w->quiet)
		dup2(STDERR_FILENO, STDOUT_FILENO);
	execv(w->path, w->argv);
	err = errno;
	if (write(report, &err, sizeof(err)) < 0)
		_exit(126);
	_exit(127);
}

/*
 * Orphans of the workload come to this process.  What a shell had started
 * before it became this process are children as well, but not of the workload.
 */
static int adopt(struct ig_workload *w)
{
	const struct sigaction seen = { .sa_handler = SIG_DFL };
	static bool changed;
	siginfo_t info;

	/* Who ignores it is never told that a child has ended. */
	sigaction(SIGCHLD, &seen, changed ? NULL : &inherited);
	changed = true;
	if (prctl(PR_SET_CHILD_SUBREAPER, 1))
		return ig_error("cannot adopt processes: %m");
	if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) &&
	    errno == ECHILD)
		return 0;
	if (ig_descendants("/proc", getpid(), NULL, &w->older))
		return ig_error("cannot read /proc; is it mounted?");
	return 0;
}

static int start(struct ig_workload *w)
{
	int report[2], err = 0;

	if (!w->argv)
		return 0;
	if (adopt(w))
		return -1;
	if (pipe2(report, O_CLOEXEC))
		return ig_error("cannot make a pipe: %m");
	fflush(NULL);
	w->pid = fork();
	if (!w->pid)
		become(w, report[1]);
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
	bool ends = si->ssi_signo == SIGINT || si->ssi_signo == SIGTERM ||
		    si->ssi_signo == SIGHUP || si->ssi_signo == SIGQUIT;
	bool again = w->interrupted && si->ssi_signo == SIGINT;
	bool is_over = w->pid ? w->ended : w->interrupted;

	if (ends && is_over)
		w->cut_short = true;
	if (ends)
		w->interrupted = true;
	if (!w->pid || w->ended)
		return;
	if (again)
		kill(w->pid, SIGKILL);
	else if (si->ssi_code != SI_KERNEL)
		kill(w->pid, si->ssi_signo);
}

static void take_signals(struct ig_workload *w)
{
	struct signalfd_siginfo si;

	while (read(w->signals, &si, sizeof(si)) == sizeof(si))
		if (si.ssi_signo != SIGCHLD)
			pass_on(w, &si);
}

/* Helpers of the collector are not seen here, see ig_helper_fork(). */
static void reap(struct ig_workload *w)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		if (pid == w->pid) {
			w->ended = true;
			w->status = status;
		}
	w->none_left = pid < 0;
}

/* A workload that leads a process group is ended with all of it. */
static void end_workload(struct ig_workload *w, int signal)
{
	if (getpgid(w->pid) == w->pid)
		kill(-w->pid, signal);
	else
		kill(w->pid, signal);
}

/* Over the time: ask first, then insist. True when there is nothing to end. */
static bool time_is_up(struct ig_workload *w)
{
	double over = now() - w->began - w->duration;

	if (w->duration <= 0 || over < 0)
		return false;
	if (!w->pid)
		return true;
	if (!w->asked) {
		ig_warn("workload still running after %g s; ending it",
			w->duration);
		end_workload(w, SIGTERM);
		w->asked = true;
	} else if (over > GRACE) {
		end_workload(w, SIGKILL);
	}
	return false;
}

/* What cannot end is left to itself; it ends if it ever wakes up. */
static bool is_hung(struct ig_workload *w)
{
	if (!w->pid || w->ended || !(w->interrupted || w->asked) ||
	    !ig_hung_look(&w->hung, &w->older, now()))
		return false;
	ig_warn("workload hangs: a process of it (pid %d) sleeps, and no signal wakes it",
		w->hung.sleeper);
	end_workload(w, SIGKILL);
	w->status = SIGKILL;
	w->hangs = true;
	return true;
}

static bool workload_is_over(struct ig_workload *w)
{
	if (!w->pid)
		return w->interrupted || time_is_up(w);
	reap(w);
	return w->ended || time_is_up(w) || is_hung(w);
}

/* What /proc shows takes longer to find out than that there are no children. */
static bool none_runs(struct ig_workload *w)
{
	struct ig_processes running;
	bool none;

	reap(w);
	if (w->none_left || !w->older.n)
		return w->none_left;
	if (ig_descendants("/proc", getpid(), &w->older, &running))
		return false;
	none = !running.n;
	ig_processes_free(&running);
	return none;
}

static bool descendants_are_over(struct ig_workload *w)
{
	return none_runs(w) || w->cut_short || now() - w->began >= w->settle;
}

static bool linger_is_over(struct ig_workload *w)
{
	reap(w);
	return w->cut_short || now() - w->began >= w->linger;
}

/* Waits for something to be over, and keeps everybody served meanwhile. */
static void watch(struct ig_workload *w, bool (*is_over)(struct ig_workload *))
{
	struct pollfd pfd[2] = { { .fd = w->signals, .events = POLLIN },
				 { .fd = w->wake, .events = POLLIN } };

	w->began = now();
	while (!is_over(w)) {
		poll(pfd, 2, TICK_MS);
		take_signals(w);
		if (w->tick)
			w->tick(w->data);
	}
}

/*
 * /proc can hide processes of other users, and then there are children that it
 * does not list.
 */
static int list_running(struct ig_workload *w)
{
	static const struct ig_process hidden = {
		.name = "a process that /proc does not show",
	};

	if (ig_descendants("/proc", getpid(), &w->older, &w->running))
		return ig_error("cannot read /proc; is it mounted?");
	reap(w);
	if (w->none_left)
		ig_processes_free(&w->running);
	else if (!w->running.n && !w->older.n &&
		 ig_processes_add(&w->running, &hidden))
		return ig_error("out of memory");
	return 0;
}

static int find_running(struct ig_workload *w)
{
	char *text;

	if (w->none_left)
		return 0;
	if (list_running(w))
		return -1;
	if (!w->running.n)
		return 0;
	text = ig_processes_text(&w->running);
	ig_warn("the workload has ended, and of it these still run: %s",
		text ?: "?");
	free(text);
	return 0;
}

static int follow(struct ig_workload *w)
{
	watch(w, workload_is_over);
	if (w->pid && !w->leave_running && !w->hangs)
		watch(w, descendants_are_over);
	if (w->pid && find_running(w))
		return -1;
	if (w->linger > 0 && !w->cut_short && !w->hangs &&
	    (w->leave_running || !w->running.n))
		watch(w, linger_is_over);
	return 0;
}

int ig_workload_run(struct ig_workload *workload)
{
	int err;

	workload->signals = open_signals();
	if (workload->signals < 0)
		return ig_error("cannot wait for signals: %m");
	err = start(workload);
	if (!err)
		err = follow(workload);
	close(workload->signals);
	return err;
}

bool ig_workload_told_to_end(const struct ig_workload *workload)
{
	sigset_t set;

	/* They are still blocked: what has come since is pending. */
	sigpending(&set);
	return workload->cut_short || sigismember(&set, SIGINT) ||
	       sigismember(&set, SIGTERM) || sigismember(&set, SIGHUP) ||
	       sigismember(&set, SIGQUIT);
}

void ig_workload_free(struct ig_workload *workload)
{
	ig_processes_free(&workload->running);
	ig_processes_free(&workload->older);
}

bool ig_workload_failed(const struct ig_workload *workload)
{
	return workload->argv && workload->status;
}
