// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "base/error.h"

/** enum operand - what may follow a command and its options */
enum operand { NOTHING, WORKLOAD, RECORD };

/**
 * struct command - one row of the command table
 * @name: as typed, in full
 * @run: does it
 * @operand: what may follow
 * @formats: bits of enum ig_format that it can write
 */
static const struct command {
	const char *name;
	int (*run)(const struct ig_options *options);
	enum operand operand;
	unsigned int formats;
} commands[] = {
	{ "list", ig_cmd_list, NOTHING,
	  1 << IG_FORMAT_TEXT | 1 << IG_FORMAT_JSON },
	{ "trace", ig_cmd_trace, WORKLOAD,
	  1 << IG_FORMAT_TEXT | 1 << IG_FORMAT_JSON },
	{ "refs", ig_cmd_refs, WORKLOAD,
	  1 << IG_FORMAT_TEXT | 1 << IG_FORMAT_JSON },
	{ "locks", ig_cmd_locks, WORKLOAD,
	  1 << IG_FORMAT_TEXT | 1 << IG_FORMAT_JSON | 1 << IG_FORMAT_JUNIT |
		  1 << IG_FORMAT_KTAP },
	{ "attach", ig_cmd_attach, WORKLOAD,
	  1 << IG_FORMAT_TEXT | 1 << IG_FORMAT_JSON },
	{ "check", ig_cmd_check, WORKLOAD,
	  1 << IG_FORMAT_TEXT | 1 << IG_FORMAT_JSON | 1 << IG_FORMAT_JUNIT |
		  1 << IG_FORMAT_KTAP },
	{ "record", ig_cmd_record, WORKLOAD, 1 << IG_FORMAT_TEXT },
	{ "report", ig_cmd_report, RECORD,
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

/* What follows the command and its options; @argv ends with NULL. */
static int take_operand(const struct command *command,
			struct ig_options *options, char **argv)
{
	if (!argv[0])
		return 0;
	if (command->operand == NOTHING)
		return ig_error(
			"%s takes no workload ('%s'); see iommu-group --help",
			command->name, argv[0]);
	if (command->operand == WORKLOAD)
		options->workload = argv;
	else if (argv[1])
		return ig_error("%s takes one file; leave out '%s'",
				command->name, argv[1]);
	else
		options->file = argv[0];
	return 0;
}

/* Options that only some commands have. */
static int check_options(const struct command *command,
			 const struct ig_options *options)
{
	if (!(command->formats & 1 << options->format))
		return ig_error(
			"%s cannot write this format; see iommu-group(8)",
			command->name);
	if ((options->order || options->dot) && command->run != ig_cmd_locks &&
	    command->run != ig_cmd_report)
		return ig_error(
			"--order and --dot are for locks and report; see iommu-group(8)");
	if ((options->svg || options->folded || options->calls ||
	     options->interval > 0) &&
	    command->run != ig_cmd_attach)
		return ig_error(
			"--svg, --folded, --calls and --interval are for attach; see iommu-group(8)");
	return 0;
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
	if (take_operand(command, &options, argv + first + rest) ||
	    check_options(command, &options))
		return IG_EXIT_FAILED;
	return command->run(&options);
}
