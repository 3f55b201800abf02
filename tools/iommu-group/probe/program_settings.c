// SPDX-License-Identifier: GPL-2.0
#include <bpf/libbpf.h>

#include "iommu_group_abi.h"
#include "audit.skel.h"
#include "probe/program_settings.h"

/* Addresses that fgraph and rethook put in place of a return address. */
static void set_hijacks(struct audit_bpf *skel,
			const struct ig_symbols *symbols)
{
	static const char *const names[] = { "return_to_handler",
					     "arch_rethook_trampoline",
					     "__kretprobe_trampoline" };
	size_t i;

	for (i = 0; i < 3; i++)
		skel->rodata->hijack[i] = ig_symbols_find(symbols, names[i]);
}

/*
 * What initialises locks whose class lockdep is told by something else.  The
 * first is one that is not of a class at all (lockdep_set_novalidate_class() in
 * drivers/base/core.c).
 */
static void set_own_classes(struct audit_bpf *skel,
			    const struct ig_symbols *symbols)
{
	static const char *const names[IG_OWN_CLASS] = {
		"device_initialize",
		/* by file system type: fs/inode.c, fs/super.c */
		"inode_init_always",
		"inode_init_always_gfp",
		"alloc_super",
	};
	size_t i;

	for (i = 0; i < IG_OWN_CLASS; i++) {
		skel->rodata->own_class[i].start =
			ig_symbols_find(symbols, names[i]);
		skel->rodata->own_class[i].end =
			ig_symbols_end(symbols, names[i]);
	}
}

void ig_programs_set(struct audit_bpf *skel,
		     const struct ig_program_settings *s)
{
	skel->rodata->text_start = s->symbols->start;
	skel->rodata->text_end = s->symbols->end;
	skel->rodata->stream_events = s->stream;
	skel->rodata->exact = s->exact;
	skel->rodata->max_stacks = s->options->max_stacks;
	skel->rodata->lock_audit = s->locks;
	skel->rodata->held_too_long = s->options->held_too_long * 1000000;
	set_hijacks(skel, s->symbols);
	set_own_classes(skel, s->symbols);
}
