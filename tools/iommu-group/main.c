// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "error.h"

/**
 * struct command - one row of the command table
 * @name: as typed, in full
 * @run: does it
 * @workload: whether a workload may follow
 * @formats: bits of enum ig_format that it can write
 */
static const struct command {
	const char *name;
	int (*run)(const struct ig_options *options);
	bool workload;
	unsigned int formats;
} commands[] = {
	{ "list", ig_cmd_list, false,
	  1 << IG_FORMAT_TEXT | 1 << IG_FORMAT_JSON },
	{ "trace", ig_cmd_trace, true,
	  1 << IG_FORMAT_TEXT | 1 << IG_FORMAT_JSON },
	{ "refs", ig_cmd_refs, true,
	  1 << IG_FORMAT_TEXT | 1 << IG_FORMAT_JSON },
	{ "locks", ig_cmd_locks, true,
	  1 << IG_FORMAT_TEXT | 1 << IG_FORMAT_JSON | 1 << IG_FORMAT_JUNIT |
		  1 << IG_FORMAT_KTAP },
	{ "attach", ig_cmd_attach, true,
	  1 << IG_FORMAT_TEXT | 1 << IG_FORMAT_JSON },
	{ "check", ig_cmd_check, true,
	  1 << IG_FORMAT_TEXT | 1 << IG_FORMAT_JSON | 1 << IG_FORMAT_JUNIT |
		  1 << IG_FORMAT_KTAP },
};

static const struct command *find_command(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

int main(int argc, char **argv)
{
	struct ig_options options = {
		.settle = 5,
		.group = -1,
		.max_groups = 4096,
		.max_devices = 16384,
		.max_stacks = 4096,
		.max_edges = 16384,
		.max_sizes = 1024,
		.ring_size = 8 << 20,
	};
	const struct command *command;
	int first, rest;

	first = ig_options_parse(&options, argc, argv);
	if (first < 0)
		return IG_EXIT_FAILED;
	if (first == argc) {
		ig_error("no command given; see iommu-group --help");
		return IG_EXIT_FAILED;
	}
	command = find_command(argv[first]);
	if (!command) {
		ig_error("unknown command '%s'; see iommu-group --help",
			 argv[first]);
		return IG_EXIT_FAILED;
	}
	rest = ig_options_parse(&options, argc - first, argv + first);
	if (rest < 0)
		return IG_EXIT_FAILED;
	if (rest < argc - first)
		options.workload = argv + first + rest;
	if (options.workload && !command->workload) {
		ig_error("%s takes no workload ('%s'); see iommu-group --help",
			 command->name, options.workload[0]);
		return IG_EXIT_FAILED;
	}
	if (!(command->formats & 1 << options.format)) {
		ig_error("%s cannot write this format; see iommu-group(8)",
			 command->name);
		return IG_EXIT_FAILED;
	}
	if ((options.order || options.dot) && command->run != ig_cmd_locks) {
		ig_error("--order and --dot are for locks; see iommu-group(8)");
		return IG_EXIT_FAILED;
	}
	if ((options.svg || options.folded || options.calls ||
	     options.interval > 0) &&
	    command->run != ig_cmd_attach) {
		ig_error(
			"--svg, --folded, --calls and --interval are for attach; see iommu-group(8)");
		return IG_EXIT_FAILED;
	}
	return command->run(&options);
}
