// SPDX-License-Identifier: GPL-2.0
/* The programs that time attaches. */
#include "core/maps.h"
#include <bpf/bpf_tracing.h>

#include "attach/hooks.h"

char LICENSE[] SEC("license") = "GPL";
