/* SPDX-License-Identifier: GPL-2.0 */
/* All that a run is checked for: a row each in rules.c. */
#ifndef IOMMU_GROUP_MODEL_RULES_H
#define IOMMU_GROUP_MODEL_RULES_H

#include <stdbool.h>

struct ig_run;

/** enum ig_rule - in the order of reports */
enum ig_rule {
	IG_RULE_REF_LEAK,
	IG_RULE_ZOMBIE_GROUP,
	IG_RULE_REF_UNDERFLOW,
	IG_RULE_USE_AFTER_RELEASE,
	IG_RULE_DEVICE_UNBALANCED,
	IG_RULE_ATTACH_UNBALANCED,
	IG_RULE_NOTIFIER_UNBALANCED,
	IG_RULE_HELD_ACROSS_NOTIFIER,
	IG_RULE_LOCK_CYCLE,
	IG_RULE_LOCK_RECURSION,
	IG_RULE_GROUP_LOCK_NESTING,
	IG_RULE_HELD_ON_EXIT,
	IG_RULE_HELD_TOO_LONG,
	IG_RULE_GROUP_LOCK_STUCK,
	IG_RULES,
};

/** ig_rule_name() - such as ref-leak; in reports, never changes */
const char *ig_rule_name(enum ig_rule rule);

/** ig_rule_means() - one line for people: what a finding of it says */
const char *ig_rule_means(enum ig_rule rule);

/** ig_rule_advice() - one line for people: what to do about a finding of it */
const char *ig_rule_advice(enum ig_rule rule);

/**
 * ig_rule_checked() - whether a rule was checked
 * @rule: the rule
 * @run: says what was audited, and how
 *
 * What was not checked must not show as passed.
 */
bool ig_rule_checked(enum ig_rule rule, const struct ig_run *run);

#endif /* IOMMU_GROUP_MODEL_RULES_H */
