/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The audit of references: pure functions from what was observed to findings.
 * No libbpf, no I/O, no globals, so that it is tested on a desk and gives the
 * same verdict offline as live.
 */
#ifndef IOMMU_GROUP_REFS_H
#define IOMMU_GROUP_REFS_H

#include "model/audit.h"

/** IG_HOLDER_KINDS - kinds of long-lived holders, see the table in holders.c */
#define IG_HOLDER_KINDS 4
/** IG_HOLDER_SITES - call sites at which one of them has taken its references */
#define IG_HOLDER_SITES 8

/** struct ig_taken - open gets of one call site */
struct ig_taken {
	size_t site;
	long count;
};

/**
 * struct ig_bound - a device that a driver is bound to
 * @device: its name, or its path in sysfs when it is not one of the group
 * @driver, @module: NULL for a driver that is built in
 */
struct ig_bound {
	const char *device;
	const char *driver;
	const char *module;
};

/**
 * struct ig_holding - what one kind of holder has of a group
 * @wants: references it should have, as far as can be told
 * @alive: of these, those that are there
 * @from: the call sites that took them in the run, @nfrom of them
 * @anew: references from before that its code dropped in the run: as many of
 *	those that it took since are in place of them
 * @bound: a device that is bound to its driver, empty for none
 */
struct ig_holding {
	long wants;
	long alive;
	struct ig_taken from[IG_HOLDER_SITES];
	size_t nfrom;
	long anew;
	struct ig_bound bound;
};

/**
 * struct ig_view - one group, before and after
 * @before: NULL for a group that was made in between
 * @after: never NULL
 * @was, @is: living holders before and after, in the order of the table
 * @grown: external references without a living holder that are new, by number
 * @least: the fewest external references that it is known to have had
 * @newer: of the references that are there, those beyond @grown that were taken
 *	since there were so few
 */
struct ig_view {
	const struct ig_group_state *before;
	const struct ig_group_state *after;
	struct ig_holding was[IG_HOLDER_KINDS];
	struct ig_holding is[IG_HOLDER_KINDS];
	long grown;
	long least;
	long newer;
};

/**
 * struct ig_refs_judging - an audit of references under way
 * @found: where findings, losses and notes go
 * @run: what was observed
 * @pairing: open gets and puts
 * @open: of each site of the run, open gets that no living holder explains
 */
struct ig_refs_judging {
	struct ig_findings *found;
	const struct ig_run *run;
	const struct ig_pairing *pairing;
	uint64_t *open;
};

/** ig_refs_audit - all rules about references, devices and notifiers */
extern const struct ig_audit ig_refs_audit;

/* bound_below.c */

/**
 * ig_bound_below() - drivers bound in the run to devices below those of a group
 * @run: the run
 * @group: the group
 * @trace: a get of the group
 * @first: set to one of them, if there are any
 *
 * An auxiliary device, or another child that a driver makes of its device, is
 * in no group, and its driver can hold a reference of its parent's.
 *
 * Return: how many bindings the get can have been of, all to one driver.
 */
long ig_bound_below(const struct ig_run *run,
		    const struct ig_group_state *group,
		    const struct ig_trace *trace, struct ig_bound *first);

/* sites.c */

/** ig_module_of() - "[module]" at the end of a symbol, "" when there is none */
const char *ig_module_of(const char *symbol);

/** ig_is_in_module() - whether a symbol, or NULL, is one of this module */
bool ig_is_in_module(const char *symbol, const char *module);

/** ig_trace_of() - the stack to show of a call site: at its most references */
const struct ig_trace *ig_trace_of(const struct ig_site_count *site);

/* pairing.c */

/**
 * ig_pair() - pair what the kernel side left open, over the whole run
 * @run: what was observed
 * @pairing: filled in; release with ig_pairing_free()
 *
 * Return: 0 or -ENOMEM.
 */
int ig_pair(const struct ig_run *run, struct ig_pairing *pairing);

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

/** ig_holder_evidence() - what the kernel shows of it, NULL: its device does */
const char *ig_holder_evidence(unsigned int holder);

/**
 * ig_holders_before() - references that were right before the run
 * @run: the run
 * @pairing: what is open at the call sites; NULL at a time when they have not
 *	been read
 * @group: the group as the snapshot before the run has it
 * @held: filled in, IG_HOLDER_KINDS entries
 *
 * Return: how many references the living holders explain.
 */
long ig_holders_before(const struct ig_run *run,
		       const struct ig_pairing *pairing,
		       const struct ig_group_state *group,
		       struct ig_holding *held);

/**
 * ig_holders() - references that are right because their holder is alive
 * @run: the run
 * @pairing: what is open at the call sites, NULL as for ig_holders_before()
 * @before: the holdings before the run, NULL when the group was not there
 * @group: the group as a later snapshot has it
 * @held: filled in, IG_HOLDER_KINDS entries
 *
 * Return: how many references the living holders explain.
 */
long ig_holders(const struct ig_run *run, const struct ig_pairing *pairing,
		const struct ig_holding *before,
		const struct ig_group_state *group, struct ig_holding *held);

/* probe_stack.c */

/**
 * ig_is_in_probe() - whether a call was made by a driver's probe
 * @trace: its stack, NULL for none
 * @module: the module of the driver, NULL when it is built in
 */
bool ig_is_in_probe(const struct ig_trace *trace, const char *module);

/* findings.c: from the counts and the call sites */

void ig_find_leak(struct ig_refs_judging *audit, const struct ig_view *view);
void ig_find_zombie(struct ig_refs_judging *audit, const struct ig_view *view);
void ig_find_underflow(struct ig_refs_judging *audit,
		       const struct ig_view *view);

/* older.c: references from before the run */

/**
 * ig_count_newer() - find references that stand where older ones stood
 * @view: its @least and @newer are set
 */
void ig_count_newer(struct ig_view *view);

/**
 * ig_newer_leaks() - of @newer, those that are no replacement
 * @audit: the audit, with living holders accounted
 * @view: the group
 */
long ig_newer_leaks(const struct ig_refs_judging *audit,
		    const struct ig_view *view);

/** ig_check_older() - whose the older references were that were dropped */
void ig_check_older(struct ig_refs_judging *audit, const struct ig_view *view);

/* in_flight.c */

/**
 * ig_is_in_flight() - what looks like a leak is being taken and dropped all
 * along
 * @audit: the audit
 * @view: a group with new references
 *
 * It is listed as held, or counted as a loss where a leak could hide in it.
 */
bool ig_is_in_flight(struct ig_refs_judging *audit, const struct ig_view *view);

/* attaches.c */

/** ig_find_attached() - attach-unbalanced: a domain of a module that is gone */
void ig_find_attached(struct ig_refs_judging *audit,
		      const struct ig_view *view);

/* violations.c: from what the probes caught in the act */

void ig_find_violations(struct ig_findings *found);

/** ig_find_removed_listed() - device-unbalanced: still listed after removal */
void ig_find_removed_listed(struct ig_findings *found,
			    const struct ig_view *view);

/** ig_has_underflow() - a put below the devices was caught on this group */
bool ig_has_underflow(const struct ig_run *run,
		      const struct ig_group_state *group);

/* notifiers.c */

/** ig_find_notifiers() - notifier-unbalanced: registered and left so */
void ig_find_notifiers(struct ig_findings *found);

#endif /* IOMMU_GROUP_REFS_H */
