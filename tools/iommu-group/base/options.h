/* SPDX-License-Identifier: GPL-2.0 */
/* What the command line said. */
#ifndef IOMMU_GROUP_BASE_OPTIONS_H
#define IOMMU_GROUP_BASE_OPTIONS_H

#include <stdbool.h>

#include "base/format.h"

#define IG_VERSION "0.1"

struct ig_command;

/** enum ig_exit - exit codes, see iommu-group(8) */
enum ig_exit {
	IG_EXIT_CLEAN = 0,
	IG_EXIT_FAILED = 1,
	IG_EXIT_FINDINGS = 2,
	IG_EXIT_INCONCLUSIVE = 3,
	IG_EXIT_WORKLOAD = 4,
};

/** enum ig_backend - how the kernel is hooked; ways in order of preference */
enum ig_backend {
	IG_BACKEND_AUTO,
	IG_BACKEND_TRACEPOINT,
	IG_BACKEND_FENTRY,
	IG_BACKEND_KPROBE,
};

/**
 * struct ig_options - the command line, parsed
 * @command: row of the command table
 * @format: of the report
 * @output: file to write to, NULL for stdout
 * @duration: seconds to observe, 0 for until the workload or the user ends it
 * @settle: seconds to wait at most for asynchronous releases
 * @linger: seconds to observe after all of the workload has ended
 * @leave_running: do not wait for what the workload leaves running
 * @wait: end when all programs are detached, not before
 * @suite: a file that names workloads, NULL for none
 * @backend: how to hook the kernel
 * @group: only this group, -1 for all
 * @verbose: say more
 * @max_groups, @max_devices, @max_stacks: entries of the BPF maps; groups are 0
 *	for as many as there are and some more
 * @max_edges: pairs of nested locks that can be kept
 * @max_sites: call paths beside those kept with each group
 * @ring_size: bytes of the event ring buffer
 * @held_too_long: milliseconds that a group lock may be held, 0 for any time
 * @order: print which lock nests in which
 * @dot: write it as a graph to this file, NULL for none
 * @max_sizes: operations on groups of one size that can be counted apart
 * @svg: write a chart to this file, NULL for none
 * @folded: write folded stacks to this file, NULL for none
 * @calls: time each call of the driver's attach callback
 * @interval: seconds between reports while it goes on, 0 for none
 * @file: a record to report on
 * @workload: argv of the workload, NULL-terminated; NULL for none
 */
struct ig_options {
	const struct ig_command *command;
	enum ig_format format;
	const char *output;
	double duration;
	double settle;
	double linger;
	bool leave_running;
	bool wait;
	const char *suite;
	enum ig_backend backend;
	int group;
	bool verbose;
	unsigned int max_groups;
	unsigned int max_devices;
	unsigned int max_stacks;
	unsigned int max_edges;
	unsigned int max_sites;
	unsigned int ring_size;
	double held_too_long;
	bool order;
	const char *dot;
	unsigned int max_sizes;
	const char *svg;
	const char *folded;
	bool calls;
	double interval;
	const char *file;
	char **workload;
};

/**
 * ig_options_parse() - parse arguments up to the first that is not an option
 * @options: filled in
 * @argc, @argv: as of main()
 *
 * Called for the part before the command and again for the part after it, so
 * that every option may stand in either place.
 *
 * Return: index of the first argument that is not an option, or -1 after an
 * error was printed; -h and -V do not return.
 */
int ig_options_parse(struct ig_options *options, int argc, char **argv);

#endif /* IOMMU_GROUP_BASE_OPTIONS_H */
