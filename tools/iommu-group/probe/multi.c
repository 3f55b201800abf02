// SPDX-License-Identifier: GPL-2.0
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "iommu_group_lock_hooks.h"
#include "iommu_group_abi.h"
#include "audit.skel.h"
#include "probe/multi.h"

#define PREFIX "multi__"

/** struct row - a function, and which program it is hooked by */
struct row {
	enum ig_multi_kind kind;
	const char *name;
	uint64_t cookie;
};

#define RELEASES(func, flags)                                                  \
	{ IG_MULTI_RELEASES, #func, IG_HOOK_COOKIE(0, flags) },
#define TRIES(func, number, flags)                                             \
	{ IG_MULTI_TRIES, #func, IG_HOOK_COOKIE(number, flags) },
#define MAY_FAIL(func, flags, args)                                            \
	{ IG_MULTI_FAILS, #func, IG_HOOK_COOKIE(0, flags) },
#define TRIES_OR_NOT(func, number, flags, args)                                \
	{ IG_MULTI_TRIES_OR_NOT, #func, IG_HOOK_COOKIE(number, flags) },
#define PLAIN 0
#define CALLED IG_HOOK_NAMED
#define INITIALISES(func, number, args, name)                                  \
	{ IG_MULTI_INITIALISES, #func, IG_HOOK_COOKIE(number, args) },

static const struct row rows[] = { IG_HOOKS_RELEASE(RELEASES) IG_HOOKS_TRY(
	TRIES) IG_HOOKS_FAIL(MAY_FAIL) IG_HOOKS_TRYLOCK(TRIES_OR_NOT)
					   IG_HOOKS_INIT(INITIALISES) };

#define NROWS (sizeof(rows) / sizeof(rows[0]))

/*
 * union bpf_attr of BPF_LINK_CREATE, as far as it is needed here; headers older
 * than the kernel do not have it.
 */
struct link_create {
	uint32_t prog_fd;
	uint32_t target_fd;
	uint32_t attach_type;
	uint32_t flags;
	uint64_t ids;
	uint64_t cookies;
	uint32_t count;
	uint32_t pad;
};

static bool is_exit(enum ig_multi_kind kind)
{
	return kind == IG_MULTI_FAILS || kind == IG_MULTI_TRIES_OR_NOT;
}

/* The value of a constant of enum bpf_attach_type, -1 where it has none. */
static int attach_type(const struct ig_types *types, const char *name)
{
	int id = btf__find_by_name_kind(types->btf, "bpf_attach_type",
					BTF_KIND_ENUM);
	const struct btf_type *type;
	const struct btf_enum *e;
	int i;

	if (id < 0)
		return -1;
	type = btf__type_by_id(types->btf, id);
	e = btf_enum(type);
	for (i = 0; i < btf_vlen(type); i++)
		if (!strcmp(btf__name_by_offset(types->btf, e[i].name_off),
			    name))
			return e[i].val;
	return -1;
}

bool ig_multi_exists(const struct ig_types *types)
{
	return attach_type(types, "BPF_TRACE_FENTRY_MULTI") >= 0 &&
	       attach_type(types, "BPF_TRACE_FEXIT_MULTI") >= 0;
}

bool ig_multi_is_one(const char *program)
{
	return !strncmp(program, PREFIX, strlen(PREFIX));
}

bool ig_multi_replaces(const char *program)
{
	const char *name = strstr(program, "__");
	bool exit = !strncmp(program, "fexit__", 7);
	size_t i;

	if (!name || (!exit && strncmp(program, "fentry__", 8)))
		return false;
	for (i = 0; i < NROWS; i++)
		if (is_exit(rows[i].kind) == exit &&
		    !strcmp(rows[i].name, name + 2))
			return true;
	return false;
}

void ig_multi_prepare(struct bpf_program *prog, const struct ig_types *types)
{
	bool exit = !strncmp(bpf_program__section_name(prog), "fexit", 5);
	int type = attach_type(types, exit ? "BPF_TRACE_FEXIT_MULTI" :
					     "BPF_TRACE_FENTRY_MULTI");

	bpf_program__set_type(prog, BPF_PROG_TYPE_TRACING);
	bpf_program__set_expected_attach_type(prog, type);
	bpf_program__set_autoattach(prog, false);
}

static int attach(const struct bpf_program *prog, enum ig_multi_kind kind,
		  const struct ig_types *types)
{
	uint32_t ids[NROWS];
	uint64_t cookies[NROWS];
	struct link_create create = {
		.prog_fd = bpf_program__fd(prog),
		.attach_type = bpf_program__expected_attach_type(prog),
		.ids = (uintptr_t)ids,
		.cookies = (uintptr_t)cookies,
	};
	size_t i;

	for (i = 0; i < NROWS; i++) {
		if (rows[i].kind != kind)
			continue;
		ids[create.count] = ig_types_function(types, rows[i].name);
		cookies[create.count] = rows[i].cookie;
		create.count += !!ids[create.count];
	}
	if (!create.count)
		return 0;
	return syscall(SYS_bpf, BPF_LINK_CREATE, &create, sizeof(create));
}

int ig_multi_attach(struct ig_multi *multi, const struct audit_bpf *skel,
		    const struct ig_types *types)
{
	const struct bpf_program *programs[IG_MULTI_KINDS] = {
		skel->progs.multi__releases,	skel->progs.multi__tries,
		skel->progs.multi__fails,	skel->progs.multi__tries_or_not,
		skel->progs.multi__initialises,
	};
	int kind;

	for (kind = 0; kind < IG_MULTI_KINDS; kind++) {
		multi->links[kind] = attach(programs[kind], kind, types);
		if (multi->links[kind] < 0) {
			ig_multi_detach(multi);
			return -1;
		}
	}
	return 0;
}

void ig_multi_detach(struct ig_multi *multi)
{
	int kind;

	for (kind = 0; kind < IG_MULTI_KINDS; kind++) {
		if (multi->links[kind] > 0)
			close(multi->links[kind]);
		multi->links[kind] = 0;
	}
}
