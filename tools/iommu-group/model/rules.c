// SPDX-License-Identifier: GPL-2.0
#include "model/rules.h"
#include "model/run.h"

/** NOTIFIERS - only the tracepoints of a patched kernel tell of notifiers */
#define NOTIFIERS true

/**
 * struct rule - one row
 * @name: in reports; never changes
 * @audited: bits of enum ig_audit_bit: it is checked when all of them are set
 * @every_ref_traced: it is checked only where every reference is traced
 * @means: what a finding says
 * @advice: what to do about it
 *
 * tests/map reads the names, and fails when no test in a guest shows one.
 */
static const struct rule {
	const char *name;
	unsigned int audited;
	bool every_ref_traced;
	const char *means;
	const char *advice;
} rules[IG_RULES] = {
	[IG_RULE_REF_LEAK] = { "ref-leak", IG_AUDIT_REFS, false,
			       "a reference that was taken in the run is held by nobody who is known",
			       "drop it on every path that follows the call site, error paths included" },
	[IG_RULE_ZOMBIE_GROUP] = { "zombie-group", IG_AUDIT_REFS, false,
				   "a reference keeps a group alive that has no device left",
				   "drop it when the last device goes, at the latest" },
	[IG_RULE_REF_UNDERFLOW] = { "ref-underflow", IG_AUDIT_REFS, false,
				    "somebody dropped a reference that belongs to a device or was never taken",
				    "look for a second put of the same get on the path shown" },
	[IG_RULE_USE_AFTER_RELEASE] = { "use-after-release", IG_AUDIT_REFS,
					false,
					"a group was used after its memory had been given back",
					"hold a reference for as long as the pointer is used" },
	[IG_RULE_DEVICE_UNBALANCED] = { "device-unbalanced", IG_AUDIT_REFS,
					false,
					"a device was added twice, removed without having been added, or is listed after its removal",
					"add and remove each device once" },
	[IG_RULE_ATTACH_UNBALANCED] = { "attach-unbalanced", IG_AUDIT_REFS,
					false,
					"a group is attached to the domain of a module that is gone",
					"detach before the domain's owner goes" },
	[IG_RULE_NOTIFIER_UNBALANCED] = { "notifier-unbalanced", IG_AUDIT_REFS,
					  NOTIFIERS,
					  "a notifier was left registered, or unregistered without being registered",
					  "unregister each notifier once, before its code goes" },
	[IG_RULE_HELD_ACROSS_NOTIFIER] = { "held-across-notifier", 0, NOTIFIERS,
					   "notifiers were called with the group lock held, which a callback may take",
					   "release the group lock before calling them" },
	[IG_RULE_LOCK_CYCLE] = { "lock-cycle", IG_AUDIT_LOCKS, false,
				 "locks around the group lock are taken in a circle, which can hang",
				 "take them in one order everywhere" },
	[IG_RULE_LOCK_RECURSION] = { "lock-recursion", IG_AUDIT_LOCKS, false,
				     "a task takes a lock that it holds, which hangs",
				     "do not call what takes the lock while holding it" },
	[IG_RULE_GROUP_LOCK_NESTING] = { "group-lock-nesting", IG_AUDIT_LOCKS,
					 false,
					 "the locks of several groups are taken without a fixed order",
					 "take them by rising group number, or one after the other" },
	[IG_RULE_HELD_ON_EXIT] = { "held-on-exit", IG_AUDIT_LOCKS, false,
				   "a task ended, or returned to user space, with a group lock held",
				   "release it on every path out of the function shown" },
	[IG_RULE_HELD_TOO_LONG] = { "held-too-long",
				    IG_AUDIT_LOCKS | IG_AUDIT_LONG_HOLDS, false,
				    "a group lock was held for longer than --held-too-long allows",
				    "move slow work out from under the lock" },
	[IG_RULE_GROUP_LOCK_STUCK] = { "group-lock-stuck", IG_AUDIT_STUCK,
				       false,
				       "tasks wait for a group lock that can never be released",
				       "break the circle that is shown; only a reboot frees what hangs in it" },
};

const char *ig_rule_name(enum ig_rule rule)
{
	return rules[rule].name;
}

const char *ig_rule_means(enum ig_rule rule)
{
	return rules[rule].means;
}

const char *ig_rule_advice(enum ig_rule rule)
{
	return rules[rule].advice;
}

bool ig_rule_checked(enum ig_rule rule, const struct ig_run *run)
{
	const struct rule *r = &rules[rule];

	return (run->audited & r->audited) == r->audited &&
	       (!r->every_ref_traced || run->every_ref_traced);
}
