// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "probe/sections.h"

static const struct ig_types *current_types;

/* For an object that is opened without them, as for one that has none. */
static int find_target(struct bpf_program *prog,
		       struct bpf_prog_load_opts *opts, long is_event)
{
	const char *name = strchr(bpf_program__section_name(prog), '/');
	unsigned int id = 0;

	if (name && current_types)
		id = is_event ? ig_types_event(current_types, name + 1) :
				ig_types_function(current_types, name + 1);
	if (!id)
		return -ESRCH;
	opts->attach_btf_id = id;
	return 0;
}

static int attach(const struct bpf_program *prog, long is_event,
		  struct bpf_link **link)
{
	(void)is_event;
	*link = bpf_program__attach_trace(prog);
	return *link ? 0 : -errno;
}

static void handle(const char *section, enum bpf_attach_type type, bool event)
{
	LIBBPF_OPTS(libbpf_prog_handler_opts, opts, .cookie = event,
		    .prog_prepare_load_fn = find_target,
		    .prog_attach_fn = attach);

	libbpf_register_prog_handler(section, BPF_PROG_TYPE_TRACING, type,
				     &opts);
}

/* Where one is not registered, libbpf's own is as good, and slower. */
void ig_sections_use(const struct ig_types *types)
{
	static bool registered;

	current_types = types;
	if (registered)
		return;
	registered = true;
	handle("fentry+", BPF_TRACE_FENTRY, false);
	handle("fexit+", BPF_TRACE_FEXIT, false);
	handle("tp_btf+", BPF_TRACE_RAW_TP, true);
}

void ig_sections_end(void)
{
	current_types = NULL;
}
