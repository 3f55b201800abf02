// SPDX-License-Identifier: GPL-2.0
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "iommu_group_abi.h"
#include "audit.skel.h"
#include "locks/held_now.h"

bool ig_lock_is_read(const struct ig_session *session, uint64_t task,
		     uint64_t lock)
{
	struct ig_held_question question = { .task = task, .lock = lock };
	struct bpf_test_run_opts opts = {
		.sz = sizeof(opts),
		.ctx_in = &question,
		.ctx_size_in = sizeof(question),
	};
	int program;

	if (!(session->probes.programs & IG_PROGRAMS_LOCKS))
		return false;
	program = bpf_program__fd(
		session->probes.skel->progs.has_read__mutex_unlock);
	return program >= 0 && !bpf_prog_test_run_opts(program, &opts) &&
	       opts.retval;
}
