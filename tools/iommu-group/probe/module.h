/* SPDX-License-Identifier: GPL-2.0 */
/* A capability as the collector knows it; a command is a list of them. */
#ifndef IOMMU_GROUP_PROBE_MODULE_H
#define IOMMU_GROUP_PROBE_MODULE_H

#include <stdbool.h>

struct ig_audit;
struct ig_run;
struct ig_session;

/**
 * enum ig_programs - groups of BPF programs
 *
 * The table in targets.c says what is in each, program_settings.c which maps
 * they need and of what size: modules share groups, so they name them only.
 */
enum ig_programs {
	IG_PROGRAMS_SNAPSHOT = 1, /* groups as they are, when sysfs is read */
	IG_PROGRAMS_ACCOUNT = 2, /* their references and devices are counted */
	IG_PROGRAMS_STREAM = 4, /* each event goes to the ring buffer */
	IG_PROGRAMS_GROUP_LOCK = 8, /* those of the group lock as well */
	IG_PROGRAMS_LOCKS = 16, /* the order of locks is watched */
};

/**
 * struct ig_module - one capability: what it hooks, reads and judges
 * @name: what it is about, as the subject of a message
 * @programs: bits of enum ig_programs that it needs
 * @fentry: it needs fentry, and does not work with kprobes
 * @observe: reads its maps into a run; 0, or -1 without memory
 * @audit: how it judges what was read, NULL when there is nothing to judge
 */
struct ig_module {
	const char *name;
	unsigned int programs;
	bool fentry;
	int (*observe)(const struct ig_session *session, struct ig_run *run);
	const struct ig_audit *audit;
};

#endif /* IOMMU_GROUP_PROBE_MODULE_H */
