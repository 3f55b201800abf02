// SPDX-License-Identifier: GPL-2.0
#include "locks/collect.h"
#include "locks/locks.h"
#include "locks/module.h"

/* It has to know all groups, so it needs what accounts for them as well. */
const struct ig_module ig_locks_module = {
	.name = "the order of locks",
	.programs = IG_PROGRAMS_SNAPSHOT | IG_PROGRAMS_ACCOUNT |
		    IG_PROGRAMS_LOCKS,
	.fentry = true,
	.observe = ig_locks_observe,
	.audit = &ig_locks_audit,
};
