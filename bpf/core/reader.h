/* SPDX-License-Identifier: GPL-2.0 */
/* The process that reads sysfs for the collector. */
#ifndef IG_BPF_READER_H
#define IG_BPF_READER_H

#include "core/vmlinux.h"
#include <bpf/bpf_helpers.h>

/* The process whose reading of sysfs takes snapshots; changes at run time. */
__u32 reader_tgid = 0;

/** is_reader() - whether the current task is that process */
static __always_inline bool is_reader(void)
{
	return bpf_get_current_pid_tgid() >> 32 == reader_tgid;
}

#endif /* IG_BPF_READER_H */
