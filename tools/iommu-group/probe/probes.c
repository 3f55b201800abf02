// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "base/error.h"
#include "base/turn.h"
#include "iommu_group_abi.h"
#include "audit.skel.h"
#include "probe/complaint.h"
#include "probe/probes.h"
#include "probe/program_settings.h"
#include "probe/sections.h"
#include "probe/targets.h"

/** MOST_WAYS_GIVEN_MS - how long others are given way to, in all */
#define MOST_WAYS_GIVEN_MS 10000

/** MOST_WAITED_MS - how long others are waited for that detach */
#define MOST_WAITED_MS 2000

/** struct plan - what one attempt to load goes by */
struct plan {
	enum ig_backend backend;
	const struct ig_module *const *modules;
	size_t nmodules; /* the first that many */
	unsigned int programs; /* that these need */
	const struct ig_symbols *symbols;
	const struct ig_options *options;
	struct ig_types types;
	bool multi; /* one program for many functions, where that is possible */
};

static const char *const backend_names[] = { "auto", "tracepoint", "fentry",
					     "kprobe" };

const char *ig_backend_name(enum ig_backend backend)
{
	return backend_names[backend];
}

static bool exists(const struct plan *plan, const struct ig_target *target)
{
	if (ig_target_is_event(target))
		return ig_types_event(&plan->types, target->name);
	if (plan->backend == IG_BACKEND_KPROBE)
		return ig_symbols_find(plan->symbols, target->name);
	return ig_types_function(&plan->types, target->name);
}

static bool hook_fits(enum ig_backend backend, const struct ig_target *target,
		      const char *program)
{
	bool kprobe = !strncmp(program, "kprobe__", 8) ||
		      !strncmp(program, "kretprobe__", 11);

	return target->kind == IG_TARGET_EVENT ||
	       kprobe == (backend == IG_BACKEND_KPROBE);
}

static bool wanted(const struct plan *plan, const struct ig_target *target,
		   const char *program)
{
	if (!(target->programs & plan->programs))
		return false;
	if (!strncmp(program, "timed__", 7))
		return plan->options->held_too_long > 0;
	return hook_fits(plan->backend, target, program) &&
	       target->backends & 1u << plan->backend;
}

/* Switch on just the programs of this plan. */
static void choose_programs(struct ig_probes *probes, const struct plan *plan)
{
	struct bpf_program *prog;

	bpf_object__for_each_program(prog, probes->object.obj)
	{
		const char *name = bpf_program__name(prog);
		const struct ig_target *target = ig_target_find(name);
		bool load = target && wanted(plan, target, name);

		if (load && !exists(plan, target)) {
			load = false;
			if (target->required ||
			    (target->kind == IG_TARGET_EVENT &&
			     plan->backend == IG_BACKEND_TRACEPOINT))
				ig_object_lacks(&probes->object, target->name);
		}
		if (plan->multi && ig_multi_replaces(name))
			load = false;
		if (ig_multi_is_one(name)) {
			load = plan->multi;
			ig_multi_prepare(prog, &plan->types);
		}
		bpf_program__set_autoload(prog, load);
	}
}

static int try_to_attach(struct ig_probes *probes, const struct plan *plan)
{
	const struct ig_program_settings settings = {
		.symbols = plan->symbols,
		.options = plan->options,
		.backend = plan->backend,
		.programs = plan->programs,
	};
	struct audit_bpf *skel = audit_bpf__open();

	if (!skel)
		return -1;
	probes->skel = skel;
	probes->object = (struct ig_object){ .obj = skel->obj,
					     .stacks = skel->maps.stacks,
					     .symbols = skel->maps.symbols,
					     .losses = skel->maps.losses };
	probes->backend = plan->backend;
	choose_programs(probes, plan);
	/* Half of the events are worse than none: another backend sees more. */
	if (plan->backend == IG_BACKEND_TRACEPOINT && probes->object.nmissing) {
		ig_complaint_set("it lacks %s", probes->object.missing);
		goto fail;
	}
	if (ig_programs_size_maps(skel, &settings))
		goto fail;
	ig_programs_set(skel, &settings);
	if (audit_bpf__load(skel) || audit_bpf__attach(skel) ||
	    (plan->multi &&
	     ig_multi_attach(&probes->multi, skel, &plan->types)))
		goto fail;
	probes->programs = plan->programs;
	probes->skipped = ig_probes_missed(probes, true);
	probes->missed = 0;
	skel->bss->locks_on = !!(plan->programs & IG_PROGRAMS_LOCKS);
	return 0;

fail:
	audit_bpf__destroy(skel);
	probes->skel = NULL;
	return -1;
}

/* One program for many functions if possible, else one for each. */
static int load_and_attach(struct ig_probes *probes, struct plan *plan)
{
	plan->multi = plan->programs & IG_PROGRAMS_LOCKS &&
		      ig_multi_exists(&plan->types);
	if (plan->multi && !try_to_attach(probes, plan))
		return 0;
	if (plan->multi)
		ig_complaint_clear();
	plan->multi = false;
	return try_to_attach(probes, plan);
}

/* The modules that this backend can serve; their programs. */
static void choose_modules(struct plan *plan,
			   const struct ig_module *const *modules)
{
	plan->modules = modules;
	plan->nmodules = 0;
	plan->programs = 0;
	while (modules[plan->nmodules] && (!modules[plan->nmodules]->fentry ||
					   plan->backend != IG_BACKEND_KPROBE))
		plan->programs |= modules[plan->nmodules++]->programs;
}

/* Without the last modules where these fail; never without the first. */
static int try_backend(struct ig_probes *probes, struct plan *plan,
		       const struct ig_module *const *modules)
{
	size_t i;

	ig_complaint_clear();
	choose_modules(plan, modules);
	if (!plan->nmodules) {
		ig_complaint_set("%s needs fentry", modules[0]->name);
		return -1;
	}
	while (load_and_attach(probes, plan)) {
		if (plan->nmodules == 1)
			return -1;
		ig_warn("%s cannot be watched here (%s)",
			modules[--plan->nmodules]->name, ig_complaint());
		ig_complaint_clear();
		plan->programs = 0;
		for (i = 0; i < plan->nmodules; i++)
			plan->programs |= modules[i]->programs;
	}
	return 0;
}

/* The first and the last of the backends to try; -1 after an error. */
static int choose_backends(const struct ig_options *options,
			   const struct plan *plan, enum ig_backend *first,
			   enum ig_backend *last)
{
	bool patched = ig_types_event(&plan->types, "iommu_group_get");

	*first = *last = options->backend;
	if (*first == IG_BACKEND_TRACEPOINT && !patched)
		return ig_error(
			"this kernel has no iommu_group tracepoints; use --backend auto");
	if (*first == IG_BACKEND_AUTO) {
		*first = patched ? IG_BACKEND_TRACEPOINT : IG_BACKEND_FENTRY;
		*last = IG_BACKEND_KPROBE;
	}
	return 0;
}

static int try_backends(struct ig_probes *probes, struct plan *plan,
			const struct ig_module *const *modules)
{
	enum ig_backend first, last;

	if (choose_backends(plan->options, plan, &first, &last))
		return -1;
	for (plan->backend = first; plan->backend <= last; plan->backend++) {
		if (!try_backend(probes, plan, modules))
			return 0;
		if (plan->backend < last)
			ig_warn("no %s backend here (%s); trying the next",
				ig_backend_name(plan->backend), ig_complaint());
	}
	return ig_error("cannot attach with the %s backend: %s",
			ig_backend_name(last), ig_complaint());
}

int ig_probes_load(struct ig_probes *probes, const struct ig_options *options,
		   const struct ig_module *const *modules,
		   const struct ig_symbols *symbols)
{
	struct plan plan = { .symbols = symbols, .options = options };
	int err, turn;

	ig_complaint_clear();
	if (ig_types_load(&plan.types))
		return -1;
	ig_sections_use(&plan.types);
	turn = ig_turn_take();
	err = try_backends(probes, &plan, modules);
	ig_turn_end(turn);
	if (!err && probes->programs & IG_PROGRAMS_LOCKS)
		ig_turn_wait(MOST_WAITED_MS);
	ig_sections_end();
	ig_types_free(&plan.types);
	return err;
}

void ig_probes_stop(struct ig_probes *probes)
{
	struct audit_bpf__bss *bss = probes->skel->bss;

	bss->stopped = 1;
	bss->locks_on = 0;
	bss->reader_tgid = 0;
	bss->collector_tgid = 0;
}

void ig_probes_detach(struct ig_probes *probes)
{
	struct bpf_object_skeleton *s = probes->skel->skeleton;
	unsigned int left_ms = MOST_WAYS_GIVEN_MS;
	int i;

	for (i = 0; i < s->prog_cnt; i++) {
		if (!*s->progs[i].link)
			continue;
		ig_turn_give_way(&left_ms);
		bpf_link__destroy(*s->progs[i].link);
		*s->progs[i].link = NULL;
	}
	ig_turn_give_way(&left_ms);
	ig_multi_detach(&probes->multi);
}

void ig_probes_unload(struct ig_probes *probes)
{
	ig_multi_detach(&probes->multi);
	audit_bpf__destroy(probes->skel);
	probes->skel = NULL;
	probes->object.obj = NULL;
}

static bool watches_locks(const struct bpf_program *prog)
{
	const char *name = bpf_program__name(prog);
	const struct ig_target *target = ig_target_find(name);

	if (ig_multi_is_one(name))
		return true;
	return target && ig_target_is_lock(target);
}

void ig_probes_restart(struct ig_probes *probes)
{
	probes->skipped = ig_probes_missed(probes, true);
	probes->missed = ig_probes_missed(probes, false);
}

uint64_t ig_probes_missed(const struct ig_probes *probes, bool locks)
{
	struct bpf_program *prog;
	uint64_t missed = 0;

	bpf_object__for_each_program(prog, probes->object.obj)
	{
		struct bpf_prog_info info = {};
		__u32 len = sizeof(info);
		int fd = bpf_program__fd(prog);

		if (fd >= 0 && watches_locks(prog) == locks &&
		    !bpf_obj_get_info_by_fd(fd, &info, &len))
			missed += info.recursion_misses;
	}
	return missed;
}
