/* SPDX-License-Identifier: GPL-2.0 */
/* Which programs are loaded on this kernel, and by which backend. */
#ifndef IOMMU_GROUP_PROBES_H
#define IOMMU_GROUP_PROBES_H

#include "base/options.h"
#include "probe/module.h"
#include "probe/multi.h"
#include "probe/object.h"
#include "probe/symbols.h"

struct audit_bpf;

/**
 * struct ig_probes - loaded and attached programs
 * @object: what it has in common with others
 * @skel: the skeleton of the audits
 * @backend: what was chosen
 * @programs: bits of enum ig_programs: what is loaded
 * @multi: those that are hooked to many functions
 * @skipped: runs of the programs for locks left out before they counted
 * @missed: the same of the others
 */
struct ig_probes {
	struct ig_object object;
	struct audit_bpf *skel;
	enum ig_backend backend;
	unsigned int programs;
	struct ig_multi multi;
	uint64_t skipped;
	uint64_t missed;
};

/**
 * ig_probes_load() - load and attach the programs of the best backend
 * @probes: filled in
 * @options: backend and map sizes
 * @modules: what needs programs, ends with NULL
 * @symbols: the kernel's text, for its bounds and for what kprobes can hook
 *
 * A backend that fails to load or attach is passed over unless the options
 * force it.  Any module but the first is left out, with a warning, where its
 * programs cannot be loaded.
 *
 * Return: 0, or -1 after an error was printed.
 */
int ig_probes_load(struct ig_probes *probes, const struct ig_options *options,
		   const struct ig_module *const *modules,
		   const struct ig_symbols *symbols);

/** ig_probes_has() - whether the programs of a module are loaded */
static inline bool ig_probes_has(const struct ig_probes *probes,
				 const struct ig_module *module)
{
	return (probes->programs & module->programs) == module->programs;
}

/** ig_probes_stop() - have the programs do nothing while they are detached */
void ig_probes_stop(struct ig_probes *probes);

/** ig_probes_detach() - detach all, and let others attach theirs first */
void ig_probes_detach(struct ig_probes *probes);

/** ig_probes_unload() - detach and unload; the kernel keeps nothing */
void ig_probes_unload(struct ig_probes *probes);

/** ig_probes_restart() - what was missed so far does not count any more */
void ig_probes_restart(struct ig_probes *probes);

/**
 * ig_probes_missed() - runs of programs that the kernel had to skip
 * @probes: attached
 * @locks: of those that watch locks, or of the others
 */
uint64_t ig_probes_missed(const struct ig_probes *probes, bool locks);

/** ig_backend_name() - tracepoint, fentry or kprobe */
const char *ig_backend_name(enum ig_backend backend);

#endif /* IOMMU_GROUP_PROBES_H */
