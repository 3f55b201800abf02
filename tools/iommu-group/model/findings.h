/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A result that is being made: what all audits add to it, and the words that
 * they share.  Without memory @failed is set, and the result will be dropped.
 */
#ifndef IOMMU_GROUP_MODEL_FINDINGS_H
#define IOMMU_GROUP_MODEL_FINDINGS_H

#include "model/result.h"

/**
 * struct ig_findings - an analysis under way
 * @run: what was observed
 * @result: grows
 * @failed: out of memory; the result will be dropped
 */
struct ig_findings {
	const struct ig_run *run;
	struct ig_result *result;
	bool failed;
};

/** ig_add_finding() - a finding without a message, NULL without memory */
struct ig_finding *ig_add_finding(struct ig_findings *found, enum ig_rule rule,
				  unsigned int group);

/** ig_add_unproven() - likewise, what may be right as well */
struct ig_finding *ig_add_unproven(struct ig_findings *found, enum ig_rule rule,
				   unsigned int group);

/** ig_add_held() - references whose holder is alive; NULL without memory */
struct ig_held *ig_add_held(struct ig_findings *found, unsigned int group,
			    const char *holder, long count);

/** ig_add_note() - a note on a group, or on IG_NO_GROUP */
void ig_add_note(struct ig_findings *found, unsigned int group, const char *fmt,
		 ...) __attribute__((format(printf, 3, 4)));

/** ig_add_loss() - count a loss; nothing when @count is 0 */
void ig_add_loss(struct ig_findings *found, unsigned int loss, uint64_t count);

/** ig_add_loss_count() - likewise, one that was counted while observing */
void ig_add_loss_count(struct ig_findings *found,
		       const struct ig_loss_count *count);

/** ig_add_suspect() - a call site that may be at fault, copied */
void ig_add_suspect(struct ig_findings *found, struct ig_finding *finding,
		    const struct ig_suspect *suspect);

/** ig_add_device() - name a device of a finding, once */
void ig_add_device(struct ig_findings *found, struct ig_finding *finding,
		   const char *name);

/** ig_add_devices() - name all devices of a group; NULL has none */
void ig_add_devices(struct ig_findings *found, struct ig_finding *finding,
		    const struct ig_group_state *group);

/**
 * ig_set_circle() - let a finding be about locks that are taken in a circle
 * @found: the analysis
 * @f: the finding
 * @edges: each begins where the one before it ends, the first where the last
 *	ends; they are copied
 * @names: what each begins with, copied as well
 * @n: how many
 *
 * Its stack is that of the rarest edge: the odd one out is likelier wrong.
 *
 * Return: false without memory.
 */
bool ig_set_circle(struct ig_findings *found, struct ig_finding *f,
		   const struct ig_lock_edge *const *edges,
		   const char *const *names, size_t n);

/** ig_message() - set the message of a finding or of something held */
void ig_message(struct ig_findings *found, char **message, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/** IG_GROUP_NAME_LEN - room for ig_group_name() */
#define IG_GROUP_NAME_LEN 192

/** ig_group_name() - "group 7 (0000:00:02.0 and 2 more)" */
const char *ig_group_name(char *buf, unsigned int id,
			  const struct ig_group_state *group);

/** IG_TIMES_LEN - room for ig_times() */
#define IG_TIMES_LEN 32

/** ig_times() - "once" or "3 times" */
const char *ig_times(char *buf, uint64_t n);

/** ig_refs() - the noun for a number of references */
static inline const char *ig_refs(long n)
{
	return n == 1 ? "reference" : "references";
}

#endif /* IOMMU_GROUP_MODEL_FINDINGS_H */
