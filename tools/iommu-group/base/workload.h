/* SPDX-License-Identifier: GPL-2.0 */
/* Running the workload, or waiting for the user, while the probes are on. */
#ifndef IOMMU_GROUP_WORKLOAD_H
#define IOMMU_GROUP_WORKLOAD_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/descendants.h"
#include "base/hung.h"
#include "base/options.h"

/**
 * struct ig_workload - a process under observation
 * @argv: what to run, NULL for nothing: then the user or the duration ends it
 * @duration: seconds it may run, 0 for no limit
 * @settle: seconds that its descendants get to end once it has ended
 * @linger: seconds to go on when all of them have ended
 * @leave_running: do not wait for descendants
 * @quiet: send its stdout to stderr, to keep a document on stdout valid
 * @path: resolved program
 * @tick: called at least every 100 ms, may be NULL
 * @wake: file descriptor that is readable when @tick has work, -1 for none
 * @data: for @tick
 * @pid: the process
 * @status: wait(2) status once it has ended
 * @interrupted: a signal ended the observation
 * @running: descendants that still run when the observation is over
 */
struct ig_workload {
	char **argv;
	double duration;
	double settle;
	double linger;
	bool leave_running;
	bool quiet;
	char path[4096];
	void (*tick)(void *data);
	int wake;
	void *data;
	pid_t pid;
	int status;
	bool interrupted;
	struct ig_processes running;
	/* for base/workload.c */
	struct ig_processes older;
	int signals;
	double began;
	bool asked;
	bool ended;
	bool none_left;
	bool cut_short;
	bool hangs;
	struct ig_hung hung;
};

/**
 * ig_workload_prepare() - find the program, before anything is attached
 * @workload: filled in
 * @options: the command line
 * @document: what goes to stdout is a document, so the workload's own output
 *	goes to stderr
 *
 * Return: 0, or -1 after an error was printed.
 */
int ig_workload_prepare(struct ig_workload *workload,
			const struct ig_options *options, bool document);

/**
 * ig_workload_run() - run it to its end
 * @workload: prepared
 *
 * Signals that the collector gets are passed on; those from the terminal reach
 * the workload by themselves.  A second SIGINT kills it.
 *
 * The end is when all of its descendants have ended too, also those that have
 * lost their parents.  What still runs after @settle seconds is in @running,
 * and a warning names it.  A signal that comes when the workload itself has
 * ended cuts short what is left.
 *
 * One that was told to end, and sleeps so that no signal wakes it, is not
 * waited for: it is killed, for when it wakes up, and is in @running.
 *
 * Return: 0, or -1 after an error was printed.
 */
int ig_workload_run(struct ig_workload *workload);

/**
 * ig_workload_told_to_end() - whether a signal cuts short what follows the run
 * @workload: has ended, and with it the passing on of signals
 */
bool ig_workload_told_to_end(const struct ig_workload *workload);

/** ig_workload_free() - release what it has found */
void ig_workload_free(struct ig_workload *workload);

/** ig_workload_failed() - whether it ended with anything but status 0 */
bool ig_workload_failed(const struct ig_workload *workload);

#endif /* IOMMU_GROUP_WORKLOAD_H */
