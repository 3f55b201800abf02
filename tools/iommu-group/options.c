// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/options.h"

enum {
	OPT_BACKEND = 256,
	OPT_SETTLE,
	OPT_LINGER,
	OPT_LEAVE_RUNNING,
	OPT_WAIT,
	OPT_SUITE,
	OPT_MAX_GROUPS,
	OPT_MAX_DEVICES,
	OPT_MAX_STACKS,
	OPT_MAX_EDGES,
	OPT_MAX_SITES,
	OPT_RING_SIZE,
	OPT_HELD_TOO_LONG,
	OPT_ORDER,
	OPT_DOT,
	OPT_MAX_SIZES,
	OPT_SVG,
	OPT_FOLDED,
	OPT_INTERVAL,
	OPT_CALLS,
};

static const struct option longopts[] = {
	{ "json", no_argument, NULL, 'j' },
	{ "output", required_argument, NULL, 'o' },
	{ "duration", required_argument, NULL, 'd' },
	{ "format", required_argument, NULL, 'f' },
	{ "backend", required_argument, NULL, OPT_BACKEND },
	{ "group", required_argument, NULL, 'g' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "settle", required_argument, NULL, OPT_SETTLE },
	{ "linger", required_argument, NULL, OPT_LINGER },
	{ "leave-running", no_argument, NULL, OPT_LEAVE_RUNNING },
	{ "suite", required_argument, NULL, OPT_SUITE },
	{ "wait", no_argument, NULL, OPT_WAIT },
	{ "max-groups", required_argument, NULL, OPT_MAX_GROUPS },
	{ "max-devices", required_argument, NULL, OPT_MAX_DEVICES },
	{ "max-stacks", required_argument, NULL, OPT_MAX_STACKS },
	{ "max-edges", required_argument, NULL, OPT_MAX_EDGES },
	{ "max-sites", required_argument, NULL, OPT_MAX_SITES },
	{ "held-too-long", required_argument, NULL, OPT_HELD_TOO_LONG },
	{ "order", no_argument, NULL, OPT_ORDER },
	{ "dot", required_argument, NULL, OPT_DOT },
	{ "max-sizes", required_argument, NULL, OPT_MAX_SIZES },
	{ "svg", required_argument, NULL, OPT_SVG },
	{ "folded", required_argument, NULL, OPT_FOLDED },
	{ "calls", no_argument, NULL, OPT_CALLS },
	{ "interval", required_argument, NULL, OPT_INTERVAL },
	{ "ring-size", required_argument, NULL, OPT_RING_SIZE },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{}
};

static const char usage[] =
	"usage: iommu-group [options] COMMAND [options] [-- WORKLOAD...]\n"
	"       iommu-group [options] report [options] FILE\n"
	"\n"
	"commands:\n"
	"  list    every IOMMU group: devices, domain type, references\n"
	"  trace   lifecycle events as they happen\n"
	"  refs    reference audit: outstanding references by call site\n"
	"  locks   lock-order audit around the group lock\n"
	"  attach  how long attaching takes, by group size\n"
	"  hang    which group locks are stuck now: who waits for whom\n"
	"  check   all verifiers while WORKLOAD runs, for CI\n"
	"  record  the same, and save what was observed to the file of -o\n"
	"  report  what check says, of a FILE that record has saved\n"
	"\n"
	"options:\n"
	"  -j, --json              the same as -f json\n"
	"  -f, --format FORMAT     text, json, junit or ktap\n"
	"  -o, --output FILE       write the report to FILE\n"
	"  -d, --duration SECONDS  observe for that long\n"
	"  -g, --group ID          only this group\n"
	"      --backend BACKEND   auto, tracepoint, fentry or kprobe\n"
	"      --settle SECONDS    wait at most that long for processes that the\n"
	"                          workload leaves, and then for asynchronous\n"
	"                          releases, before judging (default 5)\n"
	"      --linger SECONDS    go on observing for that long when the workload\n"
	"                          and its processes have ended\n"
	"      --leave-running     do not wait for processes that the workload leaves\n"
	"      --suite FILE        run the workloads that FILE names, a verdict each\n"
	"                          (check)\n"
	"      --wait              end when all probes are detached, not before\n"
	"      --max-groups N      groups that can be accounted (1024 more than\n"
	"                          there are)\n"
	"      --max-devices N     devices that can be accounted (16384)\n"
	"      --max-stacks N      call stacks that can be kept (4096)\n"
	"      --max-edges N       pairs of nested locks that can be kept (16384)\n"
	"      --max-sites N       call paths kept beside 32 of each group (4096)\n"
	"      --ring-size BYTES   event buffer of trace (8388608)\n"
	"      --held-too-long MS  report group locks held longer (locks, check,\n"
	"                          record)\n"
	"      --order             show which lock nests in which (locks, report)\n"
	"      --dot FILE          write that as a graph for Graphviz (locks, report)\n"
	"      --svg FILE          draw time by group size (attach)\n"
	"      --folded FILE       where the time goes, for a flame graph (attach)\n"
	"      --calls             time each call of the driver's callback (attach)\n"
	"      --interval SECONDS  report again and again (attach)\n"
	"      --max-sizes N       operations and group sizes told apart (1024)\n"
	"  -v, --verbose           say more\n"
	"  -h, --help              this text\n"
	"  -V, --version           the version\n"
	"\n"
	"exit status: 0 clean, 1 the tool failed, 2 findings, 3 inconclusive,\n"
	"4 only the workload failed.  See iommu-group(8).\n";

/* One of a list of words, or an error. */
static int parse_word(const char *option, const char *arg,
		      const char *const *words)
{
	int i;

	for (i = 0; words[i]; i++)
		if (!strcmp(arg, words[i]))
			return i;
	return ig_error("unknown %s '%s'; see iommu-group --help", option, arg);
}

static int parse_seconds(const char *option, const char *arg, double *value)
{
	char *end;

	errno = 0;
	*value = strtod(arg, &end);
	if (errno || end == arg || *end || !(*value >= 0) || *value > 1e9)
		return ig_error("--%s takes a number of seconds, not '%s'",
				option, arg);
	return 0;
}

static int parse_count(const char *option, const char *arg, long min,
		       unsigned int *value)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(arg, &end, 0);
	if (errno || end == arg || *end || n < min || n > 1 << 30)
		return ig_error("--%s takes a whole number from %ld, not '%s'",
				option, min, arg);
	*value = n;
	return 0;
}

static int parse_format(struct ig_options *o, const char *arg)
{
	static const char *const words[] = { "text", "json", "junit", "ktap",
					     NULL };
	int word = parse_word("format", arg, words);

	if (word < 0)
		return -1;
	o->format = word;
	ig_error_json(o->format == IG_FORMAT_JSON);
	return 0;
}

static int parse_backend(struct ig_options *o, const char *arg)
{
	static const char *const words[] = { "auto", "tracepoint", "fentry",
					     "kprobe", NULL };
	int word = parse_word("backend", arg, words);

	if (word < 0)
		return -1;
	o->backend = word;
	return 0;
}

static int parse_group(struct ig_options *o, const char *arg)
{
	unsigned int id;

	if (parse_count("group", arg, 0, &id))
		return -1;
	o->group = id;
	return 0;
}

static int parse_size(struct ig_options *o, int option, const char *arg)
{
	switch (option) {
	case OPT_MAX_GROUPS:
		return parse_count("max-groups", arg, 1, &o->max_groups);
	case OPT_MAX_DEVICES:
		return parse_count("max-devices", arg, 1, &o->max_devices);
	case OPT_MAX_STACKS:
		return parse_count("max-stacks", arg, 1, &o->max_stacks);
	case OPT_MAX_SIZES:
		return parse_count("max-sizes", arg, 1, &o->max_sizes);
	case OPT_MAX_SITES:
		return parse_count("max-sites", arg, 1, &o->max_sites);
	case OPT_MAX_EDGES:
		return parse_count("max-edges", arg, 1, &o->max_edges);
	default:
		return parse_count("ring-size", arg, 1, &o->ring_size);
	}
}

static int parse_milliseconds(struct ig_options *o, const char *arg)
{
	if (parse_seconds("held-too-long", arg, &o->held_too_long))
		return -1;
	if (o->held_too_long <= 0)
		return ig_error(
			"--held-too-long takes milliseconds above 0, not '%s'",
			arg);
	return 0;
}

static int parse_interval(struct ig_options *o, const char *arg)
{
	if (parse_seconds("interval", arg, &o->interval))
		return -1;
	if (o->interval < 0.1)
		return ig_error("--interval takes seconds from 0.1, not '%s'",
				arg);
	return 0;
}

static int parse_one(struct ig_options *o, int option, const char *arg)
{
	switch (option) {
	case 'j':
		return parse_format(o, "json");
	case 'f':
		return parse_format(o, arg);
	case 'o':
		o->output = arg;
		return 0;
	case 'd':
		return parse_seconds("duration", arg, &o->duration);
	case OPT_SETTLE:
		return parse_seconds("settle", arg, &o->settle);
	case OPT_LINGER:
		return parse_seconds("linger", arg, &o->linger);
	case OPT_LEAVE_RUNNING:
		o->leave_running = true;
		return 0;
	case OPT_SUITE:
		o->suite = arg;
		return 0;
	case OPT_WAIT:
		o->wait = true;
		return 0;
	case OPT_BACKEND:
		return parse_backend(o, arg);
	case 'g':
		return parse_group(o, arg);
	case OPT_HELD_TOO_LONG:
		return parse_milliseconds(o, arg);
	case OPT_ORDER:
		o->order = true;
		return 0;
	case OPT_DOT:
		o->dot = arg;
		return 0;
	case OPT_SVG:
		o->svg = arg;
		return 0;
	case OPT_FOLDED:
		o->folded = arg;
		return 0;
	case OPT_CALLS:
		o->calls = true;
		return 0;
	case OPT_INTERVAL:
		return parse_interval(o, arg);
	case 'v':
		o->verbose = true;
		return 0;
	case 'h':
		fputs(usage, stdout);
		exit(IG_EXIT_CLEAN);
	case 'V':
		puts("iommu-group " IG_VERSION);
		exit(IG_EXIT_CLEAN);
	default:
		return parse_size(o, option, arg);
	}
}

int ig_options_parse(struct ig_options *options, int argc, char **argv)
{
	int option;

	opterr = 0;
	optind = 0; /* start afresh, also for the second part */
	while ((option = getopt_long(argc, argv, "+:jf:o:d:g:vhV", longopts,
				     NULL)) != -1) {
		if (option == '?')
			return ig_error(
				"unknown option '%s'; see iommu-group --help",
				argv[optind - 1]);
		if (option == ':')
			return ig_error(
				"option '%s' needs a value; see iommu-group --help",
				argv[optind - 1]);
		if (parse_one(options, option, optarg))
			return -1;
	}
	return optind;
}
