/* SPDX-License-Identifier: GPL-2.0 */
/* The commands; each returns the process's exit code. */
#ifndef IOMMU_GROUP_COMMANDS_H
#define IOMMU_GROUP_COMMANDS_H

#include "options.h"

int ig_cmd_list(const struct ig_options *options);
int ig_cmd_trace(const struct ig_options *options);
int ig_cmd_refs(const struct ig_options *options);
int ig_cmd_locks(const struct ig_options *options);
int ig_cmd_attach(const struct ig_options *options);
int ig_cmd_check(const struct ig_options *options);
int ig_cmd_record(const struct ig_options *options);
int ig_cmd_report(const struct ig_options *options);

#endif /* IOMMU_GROUP_COMMANDS_H */
