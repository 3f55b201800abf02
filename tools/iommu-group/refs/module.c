// SPDX-License-Identifier: GPL-2.0
#include "refs/collect.h"
#include "refs/module.h"
#include "refs/refs.h"

const struct ig_module ig_refs_module = {
	.name = "references",
	.programs = IG_PROGRAMS_SNAPSHOT | IG_PROGRAMS_ACCOUNT,
	.observe = ig_refs_observe,
	.audit = &ig_refs_audit,
};
