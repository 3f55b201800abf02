/* SPDX-License-Identifier: GPL-2.0 */
/* What the parts of the analysis share; nobody else includes this. */
#ifndef IOMMU_GROUP_JUDGE_H
#define IOMMU_GROUP_JUDGE_H

#include "model/analysis.h"

/** IG_HOLDERS - kinds of long-lived holders, see the table in holders.c */
#define IG_HOLDERS 4

/**
 * struct ig_pairing - what is left open once gets and puts are paired
 * @gets: of each site of the run, gets that no put answered
 * @puts: of each site of the run, puts that answered no get
 * @partner: of each site of the run, symbol of the site that it moves with
 * @order: indexes of the sites, group by group
 */
struct ig_pairing {
	uint64_t *gets;
	uint64_t *puts;
	const char **partner;
	size_t *order;
};

/**
 * struct ig_holding - what one kind of holder has of a group
 * @wants: references it should have, as far as can be told
 * @alive: of these, those that are there
 * @site: index + 1 of the call site with its outstanding get, 0 for none
 * @device: the device that is bound to its driver, NULL for none
 */
struct ig_holding {
	long wants;
	long alive;
	size_t site;
	const struct ig_device *device;
};

/**
 * struct ig_view - one group, before and after
 * @before: NULL for a group that was made in between
 * @after: never NULL
 * @was, @is: living holders before and after, in the order of the table
 * @grown: external references without a living holder that are new
 */
struct ig_view {
	const struct ig_group_state *before;
	const struct ig_group_state *after;
	struct ig_holding was[IG_HOLDERS];
	struct ig_holding is[IG_HOLDERS];
	long grown;
};

/**
 * struct ig_judge - an analysis under way
 * @run: what was observed
 * @pairing: open gets and puts; gets of living holders are taken off
 * @result: grows
 * @failed: out of memory; the result will be dropped
 */
struct ig_judge {
	const struct ig_run *run;
	struct ig_pairing pairing;
	struct ig_result *result;
	bool failed;
};

/* pairing.c */

/**
 * ig_pair() - pair what the kernel side left open, over the whole run
 * @run: what was observed
 * @pairing: filled in; release with ig_pairing_free()
 *
 * Return: 0 or -ENOMEM.
 */
int ig_pair(const struct ig_run *run, struct ig_pairing *pairing);

/** ig_pairing_free() - release what ig_pair() filled in */
void ig_pairing_free(struct ig_pairing *pairing);

/**
 * ig_sites_of() - the call sites of one group
 * @run: what was observed
 * @pairing: of that run, NULL for no sites
 * @group: which group
 * @n: set to their number
 *
 * Return: indexes into the sites of the run.
 */
const size_t *ig_sites_of(const struct ig_run *run,
			  const struct ig_pairing *pairing,
			  const struct ig_group_state *group, size_t *n);

/* holders.c */

/** ig_holder_name() - name of the holder at an index of the table */
const char *ig_holder_name(unsigned int holder);

/**
 * ig_holders() - references that are right because their holder is alive
 * @run: the run, for the call sites
 * @pairing: what is outstanding at them; NULL for the time before the run,
 *	about which the call sites say nothing
 * @before: the holdings before the run, NULL when the group was not there or
 *	@group itself is from before
 * @group: the group as a snapshot has it
 * @held: filled in, IG_HOLDERS entries
 *
 * Return: how many references the living holders explain.
 */
long ig_holders(const struct ig_run *run, const struct ig_pairing *pairing,
		const struct ig_holding *before,
		const struct ig_group_state *group, struct ig_holding *held);

/** ig_same_group() - whether two snapshots mean the same group object */
bool ig_same_group(const struct ig_group_state *a,
		   const struct ig_group_state *b);

/** ig_find_group() - the same group in another snapshot, NULL for none */
const struct ig_group_state *ig_find_group(const struct ig_snapshot *snapshot,
					   const struct ig_group_state *group);

/** ig_is_of() - whether something recorded is about this very group */
static inline bool ig_is_of(const struct ig_group_state *group, unsigned int id,
			    unsigned int gen)
{
	return group->gen && group->id == id && group->gen == gen;
}

/* findings.c: from the counts and the call sites */

void ig_find_leak(struct ig_judge *judge, const struct ig_view *view);
void ig_find_zombie(struct ig_judge *judge, const struct ig_view *view);
void ig_find_underflow(struct ig_judge *judge, const struct ig_view *view);
void ig_find_attached(struct ig_judge *judge, const struct ig_view *view);

/** ig_find_ghosts() - device-unbalanced: still listed after removal */
void ig_find_ghosts(struct ig_judge *judge, const struct ig_view *view);

/* violations.c: from what the probes caught in the act */

void ig_find_violations(struct ig_judge *judge);

/** ig_has_underflow() - a put below the devices was caught on this group */
bool ig_has_underflow(const struct ig_run *run,
		      const struct ig_group_state *group);

/* notifiers.c */

/** ig_find_notifiers() - notifier-unbalanced: registered and left so */
void ig_find_notifiers(struct ig_judge *judge);

/* lock_findings.c */

/** ig_find_locks() - all rules about the locks that were seen */
void ig_find_locks(struct ig_judge *judge);

/**
 * ig_add_circle() - a finding about locks that are taken in a circle
 * @judge: the analysis
 * @rule: the finding's rule
 * @edges: each begins where the one before it ends, the first where the last
 *	ends; they are copied
 * @names: what each begins with, copied as well
 * @n: how many
 *
 * Its stack is that of the rarest edge: the odd one out is likelier wrong.
 *
 * Return: the finding without a message, NULL without memory.
 */
struct ig_finding *ig_add_circle(struct ig_judge *judge, const char *rule,
				 const struct ig_lock_edge *const *edges,
				 const char *const *names, size_t n);

/** ig_lock_group_words() - ig_group_words() of a group in either snapshot */
const char *ig_lock_group_words(const struct ig_judge *judge, char *buf,
				unsigned int group);

/** IG_TIMES - room for ig_times() */
#define IG_TIMES 32

/** ig_times() - "once" or "3 times" */
const char *ig_times(char *buf, uint64_t n);

/* lock_nesting.c */

struct ig_lock_classes;

/** ig_find_nesting() - group-lock-nesting, or a note where there is an order */
void ig_find_nesting(struct ig_judge *judge,
		     const struct ig_lock_classes *classes);

/* result.c: the lists of a result; without memory judge->failed is set */

struct ig_finding *ig_add_finding(struct ig_judge *judge, const char *rule,
				  unsigned int group);
struct ig_held *ig_add_held(struct ig_judge *judge, unsigned int group,
			    const char *holder, long count);
void ig_add_note(struct ig_judge *judge, unsigned int group, const char *fmt,
		 ...) __attribute__((format(printf, 3, 4)));
void ig_add_loss(struct ig_judge *judge, const char *key, const char *reason,
		 uint64_t count);
void ig_add_suspect(struct ig_judge *judge, struct ig_finding *finding,
		    const struct ig_suspect *suspect);
void ig_add_device(struct ig_judge *judge, struct ig_finding *finding,
		   const char *name);
void ig_add_devices(struct ig_judge *judge, struct ig_finding *finding,
		    const struct ig_group_state *group);
void ig_say(struct ig_judge *judge, char **message, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/** IG_WORDS - room for ig_group_words() */
#define IG_WORDS 192

/** ig_group_words() - "group 7 (0000:00:02.0 and 2 more)" */
const char *ig_group_words(char *buf, unsigned int id,
			   const struct ig_group_state *group);

/** ig_refs() - the noun for a number of references */
static inline const char *ig_refs(long n)
{
	return n == 1 ? "reference" : "references";
}

#endif /* IOMMU_GROUP_JUDGE_H */
