// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "audit/record/save.h"
#include "audit/write.h"
#include "base/error.h"
#include "commands.h"
#include "locks/module.h"
#include "refs/module.h"

#define TEXT (1 << IG_FORMAT_TEXT)
#define TEXT_JSON (TEXT | 1 << IG_FORMAT_JSON)
#define ALL_FORMATS (TEXT_JSON | 1 << IG_FORMAT_JUNIT | 1 << IG_FORMAT_KTAP)

static const struct ig_module *const refs[] = { &ig_refs_module, NULL };
static const struct ig_module *const locks[] = { &ig_locks_module, NULL };
static const struct ig_module *const all[] = { &ig_refs_module,
					       &ig_locks_module, NULL };

static const struct ig_command commands[] = {
	{ .name = "list", .run = ig_cmd_list, .formats = TEXT_JSON },
	{ .name = "trace",
	  .run = ig_cmd_trace,
	  .operand = IG_OPERAND_WORKLOAD,
	  .formats = TEXT_JSON },
	{ .name = "refs",
	  .run = ig_cmd_audit,
	  .operand = IG_OPERAND_WORKLOAD,
	  .formats = TEXT_JSON,
	  .modules = refs,
	  .write = ig_verdict_write },
	{ .name = "locks",
	  .run = ig_cmd_audit,
	  .operand = IG_OPERAND_WORKLOAD,
	  .formats = ALL_FORMATS,
	  .options = IG_OPTIONS_ORDER,
	  .modules = locks,
	  .write = ig_verdict_write },
	{ .name = "attach",
	  .run = ig_cmd_attach,
	  .operand = IG_OPERAND_WORKLOAD,
	  .formats = TEXT_JSON,
	  .options = IG_OPTIONS_TIMING },
	{ .name = "check",
	  .run = ig_cmd_audit,
	  .operand = IG_OPERAND_WORKLOAD,
	  .formats = ALL_FORMATS,
	  .options = IG_OPTIONS_SUITE,
	  .modules = all,
	  .needs_end = true,
	  .write = ig_verdict_write },
	{ .name = "record",
	  .run = ig_cmd_audit,
	  .operand = IG_OPERAND_WORKLOAD,
	  .formats = TEXT,
	  .modules = all,
	  .needs_end = true,
	  .is_record = true,
	  .write = ig_record_save },
	{ .name = "hang", .run = ig_cmd_hang, .formats = ALL_FORMATS },
	{ .name = "report",
	  .run = ig_cmd_report,
	  .operand = IG_OPERAND_RECORD,
	  .formats = ALL_FORMATS,
	  .options = IG_OPTIONS_ORDER },
};

static const struct ig_command *find_command(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

/* What follows the command and its options; @argv ends with NULL. */
static int take_operand(const struct ig_command *command,
			struct ig_options *options, char **argv)
{
	if (!argv[0])
		return 0;
	if (command->operand == IG_OPERAND_NONE)
		return ig_error(
			"%s takes no workload ('%s'); see iommu-group --help",
			command->name, argv[0]);
	if (command->operand == IG_OPERAND_WORKLOAD)
		options->workload = argv;
	else if (argv[1])
		return ig_error("%s takes one file; leave out '%s'",
				command->name, argv[1]);
	else
		options->file = argv[0];
	return 0;
}

/* Options that only some commands have. */
static int check_options(const struct ig_command *command,
			 const struct ig_options *options)
{
	if (!(command->formats & 1 << options->format))
		return ig_error(
			"%s cannot write this format; see iommu-group(8)",
			command->name);
	if ((options->order || options->dot) &&
	    !(command->options & IG_OPTIONS_ORDER))
		return ig_error(
			"--order and --dot are for locks and report; see iommu-group(8)");
	if (options->suite && !(command->options & IG_OPTIONS_SUITE))
		return ig_error("--suite is for check; see iommu-group(8)");
	if (options->order && options->format != IG_FORMAT_TEXT)
		return ig_error("--order is text; leave out -j");
	if ((options->svg || options->folded || options->calls ||
	     options->interval > 0) &&
	    !(command->options & IG_OPTIONS_TIMING))
		return ig_error(
			"--svg, --folded, --calls and --interval are for attach; see iommu-group(8)");
	return 0;
}

int main(int argc, char **argv)
{
	struct ig_options options = {
		.settle = 5,
		.group = -1,
		.max_devices = 16384,
		.max_stacks = 4096,
		.max_edges = 16384,
		.max_sites = 4096,
		.max_sizes = 1024,
		.ring_size = 8 << 20,
	};
	const struct ig_command *command;
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
	options.command = command;
	return command->run(&options);
}
