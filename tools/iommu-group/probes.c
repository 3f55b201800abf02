// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "error.h"
#include "../../include/iommu_group_abi.h"
#include "iommu_group.skel.h"
#include "probes.h"

/** enum kind - what a row is about */
enum kind {
	FUNCTION,
	STOCK_EVENT, /* of the iommu subsystem of every kernel */
	EVENT, /* of the iommu_group system of a patched kernel */
	LOCK, /* a function by which locks are taken and released */
	LOCK_EVENT, /* an event of every kernel, for locks */
};

#define ON(backend) (1u << IG_BACKEND_##backend)
#define STOCK (ON(FENTRY) | ON(KPROBE))
#define ALL (STOCK | ON(TRACEPOINT))

/**
 * struct target - one row: a function or tracepoint that programs hook
 * @name: as in the program's name behind the hook
 * @kind: what it is; decides with @name on the programs
 * @backends: those that use it
 * @purpose: the least purpose that needs it
 * @required: a verdict without it would be guesswork; the others exist only
 *	on some kernels (their commits are named)
 */
static const struct target {
	const char *name;
	enum kind kind;
	unsigned int backends;
	enum ig_purpose purpose;
	bool required;
} targets[] = {
	{ "iommu_group_attr_show", FUNCTION, ALL, IG_FOR_LIST, true },
	{ "iommu_group_get", FUNCTION, STOCK, IG_FOR_AUDIT, true },
	{ "iommu_group_ref_get", FUNCTION, STOCK, IG_FOR_AUDIT, true },
	{ "iommu_group_put", FUNCTION, STOCK, IG_FOR_AUDIT, true },
	{ "iommu_group_alloc", FUNCTION, STOCK, IG_FOR_AUDIT, true },
	{ "iommu_group_release", FUNCTION, STOCK, IG_FOR_AUDIT, true },
	{ "add_device_to_group", STOCK_EVENT, STOCK, IG_FOR_AUDIT, true },
	{ "remove_device_from_group", STOCK_EVENT, STOCK, IG_FOR_AUDIT, true },
	/* their events do not tell who attaches */
	{ "iommu_attach_group", FUNCTION, ALL, IG_FOR_AUDIT, true },
	{ "iommu_detach_group", FUNCTION, ALL, IG_FOR_AUDIT, true },
	/* gone when powerpc stopped using it */
	{ "iommu_group_get_by_id", FUNCTION, STOCK, IG_FOR_AUDIT, false },
	/* since the iommufd fault work */
	{ "iommu_attach_group_handle", FUNCTION, ALL, IG_FOR_AUDIT, false },
	{ "iommu_detach_group_handle", FUNCTION, ALL, IG_FOR_AUDIT, false },

#define ROW(name, purpose)                                                     \
	{                                                                      \
		name, EVENT, ON(TRACEPOINT), purpose, true                     \
	}
	ROW("iommu_group_get", IG_FOR_AUDIT),
	ROW("iommu_group_put", IG_FOR_AUDIT),
	/* there the function is not what the IOMMU core itself calls */
	{ "iommu_group_alloc", EVENT, ALL, IG_FOR_AUDIT, false },
	ROW("iommu_group_release", IG_FOR_AUDIT),
	ROW("iommu_group_add_device", IG_FOR_AUDIT),
	ROW("iommu_group_remove_device", IG_FOR_AUDIT),
	ROW("iommu_group_register_notifier", IG_FOR_AUDIT),
	ROW("iommu_group_unregister_notifier", IG_FOR_AUDIT),
	ROW("iommu_group_notify_begin", IG_FOR_AUDIT),
	ROW("iommu_group_notify_end", IG_FOR_TRACE),
	ROW("iommu_group_attach_begin", IG_FOR_TRACE),
	ROW("iommu_group_attach_end", IG_FOR_TRACE),
	ROW("iommu_group_detach_begin", IG_FOR_TRACE),
	ROW("iommu_group_detach_end", IG_FOR_TRACE),
	ROW("iommu_group_lock_acquire", IG_FOR_LOCKS),
	ROW("iommu_group_lock_acquired", IG_FOR_LOCKS),
	ROW("iommu_group_lock_release", IG_FOR_LOCKS),
#undef ROW

/* only audited where fentry works */
#define ROW(name, required)                                                    \
	{                                                                      \
		name, LOCK, ON(FENTRY) | ON(TRACEPOINT), IG_FOR_AUDIT,         \
			required                                               \
	}
	ROW("mutex_unlock", true),
	ROW("up_read", true),
	ROW("up_write", true),
	ROW("down_read", true),
	ROW("down_write", true),
	ROW("downgrade_write", true),
	ROW("mutex_trylock", false),
	ROW("down_read_trylock", true),
	ROW("down_write_trylock", true),
	ROW("mutex_lock", false),
	ROW("mutex_lock_io", false),
	ROW("mutex_lock_interruptible", false),
	ROW("mutex_lock_killable", false),
	ROW("down_read_interruptible", false),
	ROW("down_read_killable", false),
	ROW("down_write_killable", false),
	/* with CONFIG_DEBUG_LOCK_ALLOC */
	ROW("mutex_lock_nested", false),
	ROW("mutex_lock_io_nested", false),
	ROW("mutex_lock_interruptible_nested", false),
	ROW("mutex_lock_killable_nested", false),
	ROW("down_read_nested", false),
	ROW("down_read_killable_nested", false),
	ROW("down_write_nested", false),
	ROW("down_write_killable_nested", false),
	ROW("_mutex_lock_nest_lock", false),
	ROW("_down_write_nest_lock", false),
	/* the one or the other */
	ROW("__mutex_init", false),
	ROW("mutex_init_generic", false),
	ROW("mutex_init_lockdep", false),
	ROW("__init_rwsem", true),
#undef ROW
	{ "sys_exit", LOCK_EVENT, ON(FENTRY) | ON(TRACEPOINT), IG_FOR_AUDIT,
	  true },
	{ "sched_process_exit", LOCK_EVENT, ON(FENTRY) | ON(TRACEPOINT),
	  IG_FOR_AUDIT, true },
};

/** struct plan - what one attempt to load goes by */
struct plan {
	enum ig_backend backend;
	enum ig_purpose purpose;
	const struct ig_symbols *symbols;
	const struct ig_options *options;
	bool locks; /* are to be watched */
	struct btf *btf;
};

static const char *const backend_names[] = { "auto", "tracepoint", "fentry",
					     "kprobe" };

static char complaint_text[320];

const char *ig_backend_name(enum ig_backend backend)
{
	return backend_names[backend];
}

/* Keep the first thing libbpf said, for the one line that we print. */
static int keep_complaint(enum libbpf_print_level level, const char *fmt,
			  va_list args)
{
	if (level != LIBBPF_WARN)
		return 0;
	if (getenv("IOMMU_GROUP_DEBUG"))
		return vfprintf(stderr, fmt, args);
	if (complaint_text[0])
		return 0;
	return vsnprintf(complaint_text, sizeof(complaint_text), fmt, args);
}

/* The row of a program: tp__ is for events of ours, the rest for the others. */
static const struct target *find_target(const char *program)
{
	const char *name = strstr(program, "__");
	bool event = !strncmp(program, "tp__", 4);
	size_t i;

	for (i = 0; name && i < sizeof(targets) / sizeof(targets[0]); i++)
		if (event == (targets[i].kind == EVENT) &&
		    !strcmp(targets[i].name, name + 2))
			return &targets[i];
	return NULL;
}

static bool has_event(const struct btf *btf, const char *event)
{
	char name[128];

	snprintf(name, sizeof(name), "btf_trace_%s", event);
	return btf__find_by_name_kind(btf, name, BTF_KIND_TYPEDEF) > 0;
}

static bool exists(const struct plan *plan, const struct target *target)
{
	if (target->kind != FUNCTION && target->kind != LOCK)
		return has_event(plan->btf, target->name);
	if (plan->backend == IG_BACKEND_KPROBE)
		return ig_symbols_find(plan->symbols, target->name);
	return btf__find_by_name_kind(plan->btf, target->name, BTF_KIND_FUNC) >
	       0;
}

static void note_missing(struct ig_probes *probes, const char *name)
{
	size_t used = strlen(probes->missing);

	probes->nmissing++;
	snprintf(probes->missing + used, sizeof(probes->missing) - used, "%s%s",
		 used ? ", " : "", name);
}

static bool hook_fits(enum ig_backend backend, const struct target *target,
		      const char *program)
{
	bool kprobe = !strncmp(program, "kprobe__", 8) ||
		      !strncmp(program, "kretprobe__", 11);

	return target->kind == EVENT ||
	       kprobe == (backend == IG_BACKEND_KPROBE);
}

static bool wanted(const struct plan *plan, const struct target *target,
		   const char *program)
{
	if (target->kind == LOCK || target->kind == LOCK_EVENT) {
		if (!plan->locks)
			return false;
		if (!strncmp(program, "timed__", 7))
			return plan->options->held_too_long > 0;
	}
	return hook_fits(plan->backend, target, program) &&
	       target->backends & 1u << plan->backend &&
	       target->purpose <= plan->purpose;
}

/* Switch on just the programs of this plan. */
static void choose_programs(struct ig_probes *probes, const struct plan *plan)
{
	struct bpf_program *prog;

	bpf_object__for_each_program(prog, probes->skel->obj)
	{
		const char *name = bpf_program__name(prog);
		const struct target *target = find_target(name);
		bool load = target && wanted(plan, target, name);

		if (load && !exists(plan, target)) {
			load = false;
			if (target->required ||
			    (target->kind == EVENT &&
			     plan->backend == IG_BACKEND_TRACEPOINT))
				note_missing(probes, target->name);
		}
		bpf_program__set_autoload(prog, load);
	}
}

static unsigned int page_power_of_two(unsigned int bytes)
{
	unsigned int size = sysconf(_SC_PAGESIZE);

	while (size < bytes)
		size *= 2;
	return size;
}

/* As long as nobody wants locks, what is kept of them costs nothing. */
static int size_lock_maps(struct iommu_group_bpf *skel,
			  const struct ig_options *o)
{
	unsigned int names = o->max_groups + o->max_devices;

	if (o->locks)
		return bpf_map__set_max_entries(skel->maps.edges,
						o->max_edges) ||
		       bpf_map__set_max_entries(skel->maps.edge_stacks,
						o->max_edges) ||
		       bpf_map__set_max_entries(skel->maps.place_pairs,
						o->max_edges) ||
		       bpf_map__set_max_entries(skel->maps.named_locks, names);
	return bpf_map__set_max_entries(skel->maps.edges, 1) ||
	       bpf_map__set_max_entries(skel->maps.edge_stacks, 1) ||
	       bpf_map__set_max_entries(skel->maps.edge_cache, 1) ||
	       bpf_map__set_max_entries(skel->maps.named_locks, 1) ||
	       bpf_map__set_max_entries(skel->maps.place_pairs, 1) ||
	       bpf_map__set_max_entries(skel->maps.lock_events, 1);
}

static int size_maps(struct iommu_group_bpf *skel, const struct ig_options *o)
{
	return size_lock_maps(skel, o) ||
	       bpf_map__set_max_entries(skel->maps.groups, o->max_groups) ||
	       bpf_map__set_max_entries(skel->maps.devices, o->max_devices) ||
	       bpf_map__set_max_entries(skel->maps.stacks, o->max_stacks) ||
	       bpf_map__set_max_entries(skel->maps.events,
					page_power_of_two(o->ring_size));
}

/* Addresses that fgraph and rethook put in place of a return address. */
static void set_hijacks(struct iommu_group_bpf *skel,
			const struct ig_symbols *symbols)
{
	static const char *const names[] = { "return_to_handler",
					     "arch_rethook_trampoline",
					     "__kretprobe_trampoline" };
	size_t i;

	for (i = 0; i < 3; i++)
		skel->rodata->hijack[i] = ig_symbols_find(symbols, names[i]);
}

static int load_and_attach(struct ig_probes *probes,
			   const struct ig_options *options,
			   const struct plan *plan)
{
	struct iommu_group_bpf *skel = iommu_group_bpf__open();

	if (!skel)
		return -1;
	probes->skel = skel;
	probes->backend = plan->backend;
	probes->missing[0] = 0;
	probes->nmissing = 0;
	choose_programs(probes, plan);
	/* Half of the events are worse than none: another backend sees more. */
	if (plan->backend == IG_BACKEND_TRACEPOINT && probes->nmissing) {
		snprintf(complaint_text, sizeof(complaint_text), "it lacks %s",
			 probes->missing);
		goto fail;
	}
	if (size_maps(skel, options))
		goto fail;
	skel->rodata->text_start = plan->symbols->start;
	skel->rodata->text_end = plan->symbols->end;
	skel->rodata->stream_events = plan->purpose >= IG_FOR_TRACE;
	skel->rodata->exact = plan->backend == IG_BACKEND_TRACEPOINT;
	skel->rodata->max_stacks = options->max_stacks;
	skel->rodata->lock_audit = plan->locks;
	skel->rodata->held_too_long = options->held_too_long * 1000000;
	set_hijacks(skel, plan->symbols);
	if (iommu_group_bpf__load(skel) || iommu_group_bpf__attach(skel))
		goto fail;
	probes->locks = plan->locks;
	probes->skipped = ig_probes_missed(probes, true);
	skel->bss->locks_on = probes->locks;
	return 0;

fail:
	iommu_group_bpf__destroy(skel);
	probes->skel = NULL;
	return -1;
}

/* What libbpf complained about, as part of one line. */
static const char *complaint(void)
{
	complaint_text[strcspn(complaint_text, "\n")] = 0;
	return complaint_text[0] ? complaint_text : strerror(errno);
}

/* Without watching locks, unless nothing else is wanted. */
static int try_backend(struct ig_probes *probes,
		       const struct ig_options *options, struct plan *plan)
{
	complaint_text[0] = 0;
	plan->locks = options->locks && plan->backend != IG_BACKEND_KPROBE;
	if (!load_and_attach(probes, options, plan))
		return 0;
	if (!plan->locks || options->locks_only)
		return -1;
	ig_warn("locks cannot be watched here (%s)", complaint());
	complaint_text[0] = 0;
	plan->locks = false;
	return load_and_attach(probes, options, plan);
}

static int try_backends(struct ig_probes *probes,
			const struct ig_options *options, struct plan *plan)
{
	enum ig_backend first = options->backend, last = options->backend;

	bool patched = has_event(plan->btf, "iommu_group_get");

	if (first == IG_BACKEND_TRACEPOINT && !patched)
		return ig_error(
			"this kernel has no iommu_group tracepoints; use --backend auto");
	if (first == IG_BACKEND_AUTO) {
		first = patched ? IG_BACKEND_TRACEPOINT : IG_BACKEND_FENTRY;
		last = IG_BACKEND_KPROBE;
	}
	for (plan->backend = first; plan->backend <= last; plan->backend++) {
		if (!try_backend(probes, options, plan))
			return 0;
		if (plan->backend < last)
			ig_warn("no %s backend here (%s); trying the next",
				ig_backend_name(plan->backend), complaint());
	}
	return ig_error("cannot attach with the %s backend: %s",
			ig_backend_name(last), complaint());
}

int ig_probes_attach(struct ig_probes *probes, const struct ig_options *options,
		     enum ig_purpose purpose, const struct ig_symbols *symbols)
{
	struct plan plan = { .purpose = purpose,
			     .symbols = symbols,
			     .options = options };
	int err;

	libbpf_set_print(keep_complaint);
	plan.btf = btf__load_vmlinux_btf();
	if (!plan.btf)
		return ig_error("cannot read the kernel's BTF: %m");
	if (btf__find_by_name_kind(plan.btf, "iommu_group", BTF_KIND_STRUCT) <
	    0) {
		btf__free(plan.btf);
		return ig_error(
			"this kernel has no IOMMU groups; it needs CONFIG_IOMMU_API");
	}
	err = try_backends(probes, options, &plan);
	btf__free(plan.btf);
	return err;
}

void ig_probes_detach(struct ig_probes *probes)
{
	if (probes->skel)
		iommu_group_bpf__destroy(probes->skel);
	probes->skel = NULL;
}

static bool watches_locks(const struct bpf_program *prog)
{
	const struct target *target = find_target(bpf_program__name(prog));

	return target && (target->kind == LOCK || target->kind == LOCK_EVENT);
}

uint64_t ig_probes_missed(const struct ig_probes *probes, bool locks)
{
	struct bpf_program *prog;
	uint64_t missed = 0;

	bpf_object__for_each_program(prog, probes->skel->obj)
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
