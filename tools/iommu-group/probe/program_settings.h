/* SPDX-License-Identifier: GPL-2.0 */
/* What the programs of the audits are told before they are loaded. */
#ifndef IOMMU_GROUP_PROGRAM_SETTINGS_H
#define IOMMU_GROUP_PROGRAM_SETTINGS_H

#include "probe/probes.h"

/**
 * struct ig_program_settings - what the programs cannot find out
 * @symbols: of the kernel
 * @options: as given
 * @backend: how the kernel is hooked
 * @programs: bits of enum ig_programs: what is loaded
 */
struct ig_program_settings {
	const struct ig_symbols *symbols;
	const struct ig_options *options;
	enum ig_backend backend;
	unsigned int programs;
};

/**
 * ig_programs_set() - write the settings into an object that is not loaded yet
 * @skel: the object
 * @settings: what to write
 */
void ig_programs_set(struct audit_bpf *skel,
		     const struct ig_program_settings *settings);

/**
 * ig_programs_size_maps() - size the maps, and leave out what no program uses
 * @skel: the object
 * @settings: which programs are loaded, and how large their maps are to be
 *
 * Return: 0, or -1 with errno set.
 */
int ig_programs_size_maps(struct audit_bpf *skel,
			  const struct ig_program_settings *settings);

#endif /* IOMMU_GROUP_PROGRAM_SETTINGS_H */
