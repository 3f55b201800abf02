/* SPDX-License-Identifier: GPL-2.0 */
/* The commands. */
#ifndef IOMMU_GROUP_COMMANDS_H
#define IOMMU_GROUP_COMMANDS_H

#include <stdio.h>

#include "base/options.h"

struct ig_module;
struct ig_report;

/** enum ig_operand - what may follow a command and its options */
enum ig_operand { IG_OPERAND_NONE, IG_OPERAND_WORKLOAD, IG_OPERAND_RECORD };

/** enum ig_option_set - options that only some commands have */
enum ig_option_set {
	IG_OPTIONS_ORDER = 1, /* --order, --dot */
	IG_OPTIONS_TIMING = 2, /* --svg, --folded, --calls, --interval */
	IG_OPTIONS_SUITE = 4, /* --suite */
};

/**
 * struct ig_command - one row of the command table
 * @name: as typed, in full
 * @run: does it; the process's exit code
 * @operand: what may follow
 * @formats: bits of enum ig_format that it can write
 * @options: bits of enum ig_option_set that it takes
 * @modules: what it audits, ends with NULL; NULL for a command that does not
 * @needs_end: a workload or a duration has to say when it is over
 * @is_record: the document is written where a report would be
 * @write: of an audit, writes what came out; 0, or negative after an error was
 *	printed
 */
struct ig_command {
	const char *name;
	int (*run)(const struct ig_options *options);
	enum ig_operand operand;
	unsigned int formats;
	unsigned int options;
	const struct ig_module *const *modules;
	bool needs_end;
	bool is_record;
	int (*write)(FILE *out, const struct ig_options *options,
		     const struct ig_report *report);
};

int ig_cmd_list(const struct ig_options *options);
int ig_cmd_trace(const struct ig_options *options);
int ig_cmd_attach(const struct ig_options *options);
int ig_cmd_hang(const struct ig_options *options);
int ig_cmd_report(const struct ig_options *options);

/** ig_cmd_audit() - refs, locks, check and record: what the command's row says */
int ig_cmd_audit(const struct ig_options *options);

#endif /* IOMMU_GROUP_COMMANDS_H */
