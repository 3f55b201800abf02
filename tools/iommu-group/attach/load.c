// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include <bpf/libbpf.h>

#include "attach.skel.h"
#include "attach/load.h"
#include "base/error.h"
#include "base/kernel.h"
#include "iommu_group_abi.h"
#include "probe/complaint.h"
#include "probe/maps.h"
#include "probe/sections.h"

/* The loop over a group's devices; since 6.5, commit 2f74198ae006. */
#define LOOP "__iommu_group_set_domain_internal"

/*
 * What the timing needs of every kernel.  The other functions and events exist
 * on some kernels only; without them the report says what was not seen.
 */
static bool is_required(const char *name)
{
	static const char *const names[] = {
		"iommu_attach_group",	       "iommu_detach_group",
		"iommu_attach_device",	       "iommu_detach_device",
		"iommu_group_claim_dma_owner", "iommu_group_release_dma_owner",
		"iommu_group_store_type",      "add_device_to_group",
		"remove_device_from_group",
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

/* Whether a program's section is of this kind: SEC("fentry/function"). */
static bool is_of(const struct bpf_program *prog, const char *kind)
{
	return !strncmp(bpf_program__section_name(prog), kind, strlen(kind));
}

/* The function or event that a program hooks, NULL for a CPU's clock. */
static const char *hooked(const struct bpf_program *prog)
{
	const char *slash = strchr(bpf_program__section_name(prog), '/');

	return slash ? slash + 1 : NULL;
}

static bool exists(const struct bpf_program *prog, const struct ig_types *types)
{
	if (is_of(prog, "tp_btf/"))
		return ig_types_event(types, hooked(prog));
	return ig_types_function(types, hooked(prog));
}

/* The driver's callbacks are timed one by one, or all of one loop together. */
static bool is_wanted(const char *name, const struct ig_types *types,
		      const struct ig_options *options)
{
	if (!strcmp(name, "__iommu_attach_device"))
		return options->calls;
	if (!strcmp(name, LOOP))
		return !options->calls;
	if (!strcmp(name, "__iommu_group_set_domain") ||
	    !strcmp(name, "__iommu_attach_group"))
		return !options->calls && !ig_types_function(types, LOOP);
	return true;
}

static bool is_to_load(const struct bpf_program *prog, struct ig_object *object,
		       const struct ig_types *types,
		       const struct ig_options *options)
{
	const char *name = hooked(prog);

	if (!name)
		return options->folded;
	if (!is_wanted(name, types, options))
		return false;
	if (exists(prog, types))
		return true;
	/* A function has two programs, and is missing once. */
	if (is_required(name) && !is_of(prog, "fexit/"))
		ig_object_lacks(object, name);
	return false;
}

static void choose_programs(struct attach_bpf *skel, struct ig_object *object,
			    const struct ig_types *types,
			    const struct ig_options *options)
{
	struct bpf_program *prog;

	bpf_object__for_each_program(prog, skel->obj)
	{
		bool load = is_to_load(prog, object, types, options);

		bpf_program__set_autoload(prog, load);
	}
	/* These are attached only for as long as they are needed. */
	bpf_program__set_autoattach(skel->progs.sample__, false);
	bpf_program__set_autoattach(skel->progs.cost____x64_sys_getpgid, false);
	bpf_program__set_autoattach(skel->progs.costexit____x64_sys_getpgid,
				    false);
}

static int size_maps(struct attach_bpf *skel, const struct ig_options *o)
{
	const struct ig_map_size maps[] = {
		{ skel->maps.attach_cases, o->max_sizes },
		{ skel->maps.attach_sums, o->max_sizes },
		{ skel->maps.attach_errors, o->max_sizes },
		{ skel->maps.stacks, o->max_stacks },
		{},
	};
	const struct ig_map_size folded[] = {
		{ skel->maps.samples, o->max_stacks },
		{ skel->maps.sample_stack, 0 },
		{},
	};

	return ig_maps_size(maps, true) || ig_maps_size(folded, o->folded);
}

static void write_settings(struct attach_bpf *skel,
			   const struct ig_options *options,
			   const struct ig_symbols *symbols)
{
	skel->rodata->text_start = symbols->start;
	skel->rodata->text_end = symbols->end;
	skel->rodata->max_stacks = options->max_stacks;
	skel->rodata->only_group = options->group;
	skel->rodata->time_calls = options->calls;
}

static int load(struct ig_timing *timing, const struct ig_types *types,
		const struct ig_options *options)
{
	struct ig_probes *probes = &timing->session.probes;
	struct attach_bpf *skel = attach_bpf__open();

	timing->skel = skel;
	if (!skel)
		return -1;
	probes->backend = IG_BACKEND_FENTRY;
	probes->object = (struct ig_object){ .obj = skel->obj,
					     .stacks = skel->maps.stacks,
					     .symbols = skel->maps.symbols,
					     .losses = skel->maps.losses };
	choose_programs(skel, &probes->object, types, options);
	if (size_maps(skel, options))
		return -1;
	write_settings(skel, options, &timing->session.symbols);
	return attach_bpf__load(skel) || attach_bpf__attach(skel) ? -1 : 0;
}

static int start(struct ig_timing *timing, const struct ig_options *options)
{
	struct ig_types types;
	int err;

	if (ig_kernel_check() || ig_symbols_load(&timing->session.symbols))
		return -1;
	ig_complaint_clear();
	if (ig_types_load(&types))
		return -1;
	ig_sections_use(&types);
	err = load(timing, &types, options);
	ig_sections_end();
	if (err)
		ig_error("cannot attach with the fentry backend: %s",
			 ig_complaint());
	ig_types_free(&types);
	return err;
}

int ig_timing_start(struct ig_timing *timing, const struct ig_options *options)
{
	memset(timing, 0, sizeof(*timing));
	timing->session.group = options->group;
	if (!start(timing, options))
		return 0;
	ig_timing_stop(timing);
	return -1;
}

void ig_timing_stop(struct ig_timing *timing)
{
	attach_bpf__destroy(timing->skel);
	timing->skel = NULL;
	ig_symbols_free(&timing->session.symbols);
}
