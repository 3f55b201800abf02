/* SPDX-License-Identifier: GPL-2.0 */
/* What the BPF programs are told before they are loaded. */
#ifndef IOMMU_GROUP_PROGRAM_SETTINGS_H
#define IOMMU_GROUP_PROGRAM_SETTINGS_H

#include <stdbool.h>

#include "options.h"
#include "probe/symbols.h"

struct audit_bpf;

/**
 * struct ig_program_settings - what the programs cannot find out
 * @symbols: of the kernel
 * @options: as given
 * @stream: events go into the ring buffer
 * @exact: each reference has an event
 * @locks: locks are watched
 */
struct ig_program_settings {
	const struct ig_symbols *symbols;
	const struct ig_options *options;
	bool stream;
	bool exact;
	bool locks;
};

/**
 * ig_programs_set() - write the settings into an object that is not loaded yet
 * @skel: the object
 * @settings: what to write
 */
void ig_programs_set(struct audit_bpf *skel,
		     const struct ig_program_settings *settings);

#endif /* IOMMU_GROUP_PROGRAM_SETTINGS_H */
