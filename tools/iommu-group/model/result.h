/* SPDX-License-Identifier: GPL-2.0 */
/* What the analysis makes of a run: the verdict and what led to it. */
#ifndef IOMMU_GROUP_MODEL_RESULT_H
#define IOMMU_GROUP_MODEL_RESULT_H

#include "model/rules.h"
#include "model/run.h"

/** enum ig_verdict - in rising order of rank; the values are not exit codes */
enum ig_verdict {
	IG_CLEAN,
	IG_INCONCLUSIVE,
	IG_FINDINGS,
};

/**
 * struct ig_suspect - a call site that may hold references
 * @site: the site, owned by the run
 * @gets, @puts: of it and of others that are the same to a reader
 * @outstanding: gets of it that no put answered, after pairing; of a
 *	ref-underflow, puts of it that answered no get
 * @partner: symbol of the site it was paired with, NULL for none
 * @trace: the best stack for it (the one at the new high first), may be NULL
 */
struct ig_suspect {
	const struct ig_site_count *site;
	uint64_t gets;
	uint64_t puts;
	uint64_t outstanding;
	const char *partner;
	const struct ig_trace *trace;
};

/**
 * struct ig_wait_link - a task in a chain of tasks that wait for each other
 * @task: the task
 * @has: the lock because of which the one before it waits, or the lock that the
 *	chain begins with; NULL where it is no lock
 * @proof: how it is known that it has that
 * @wants: the lock that it waits for, NULL where it waits for no lock
 */
struct ig_wait_link {
	const struct ig_wait_task *task;
	const struct ig_wait_lock *has;
	enum ig_hold_proof proof;
	const struct ig_wait_lock *wants;
};

/**
 * struct ig_wait_chain - from who has a lock to who is in the way in the end
 * @links, @n: each waits for the next
 * @circle: the one that the last waits for; @n when it waits for none
 * @others, @nothers: further tasks that wait for a lock of these
 */
struct ig_wait_chain {
	struct ig_wait_link *links;
	size_t n;
	size_t circle;
	struct ig_wait_link *others;
	size_t nothers;
};

/** struct ig_finding - one thing that is wrong */
struct ig_finding {
	enum ig_rule rule;
	unsigned int group; /* IG_NO_GROUP when it is not known */
	char *message; /* one line */
	long count; /* references concerned, 0 where it makes no sense */
	long unattributed; /* of @count, those that no traced call explains */
	struct ig_suspect *suspects; /* the likeliest first */
	size_t nsuspects;
	const struct ig_trace *trace; /* of a violation; NULL: see suspects */
	char **devices; /* names of the group's devices */
	size_t ndevices;
	const struct ig_lock_edge **edges; /* of a circle of locks, in order */
	char **locks; /* where each edge begins; the last ends at the first */
	size_t nedges;
	struct ig_wait_chain chain; /* of a lock that is stuck */
};

/** struct ig_held - references whose holder is plainly alive */
struct ig_held {
	unsigned int group;
	long count;
	const char *holder; /* vfio, iommufd, singleton_group, driver */
	char *message;
	const struct ig_trace *trace; /* where it was taken, when traced */
};

/** struct ig_wait - a group lock that tasks wait for, and that may be released */
struct ig_wait {
	unsigned int group;
	char *message;
	struct ig_wait_chain chain;
};

/** struct ig_note - true and worth saying, but no verdict hangs on it */
struct ig_note {
	unsigned int group;
	char *message;
};

/**
 * struct ig_pairing - what is left open once gets and puts are paired
 * @gets: of each site of the run, gets that no put answered
 * @puts: of each site of the run, puts that answered no get
 * @across: of each site of the run, gets of it that puts answered which no
 *probe saw to answer them: of other tasks
 * @partner: of each site of the run, symbol of the site that it moves with
 * @order: indexes of the sites, group by group
 */
struct ig_pairing {
	uint64_t *gets;
	uint64_t *puts;
	uint64_t *across;
	const char **partner;
	size_t *order;
};

/**
 * struct ig_lock_class - a node of the order, once sites are merged
 * @written: tasks waited to write, so its readers wait as well
 * @forgotten: some of its locks may be of another class, which was known once
 */
struct ig_lock_class {
	enum ig_lock_class_kind kind;
	bool written;
	bool forgotten;
	char *name; /* "group->mutex", "iommu_probe_device_lock", "lock of
		     * 0000:00:10.0", "&group->group_lock (vfio_create_group)",
		     * "lock initialised in vfio_create_group", "lock taken in
		     * vfio_group_ioctl and at 2 more call sites" */
};

/** IG_LOCK_MODES - reading or writing at both ends */
#define IG_LOCK_MODES 4

/** ig_lock_mode() - index into the modes of a step */
static inline unsigned int ig_lock_mode(bool from_read, bool to_read)
{
	return from_read | to_read << 1;
}

/**
 * struct ig_lock_step - the edges from one class of the order to another
 * @from, @to: indexes of the classes
 * @edge: the one to show for it, the most frequent
 * @modes: the same for each ig_lock_mode(), NULL where there is none; where
 *	a class is written, its readers count as writers
 * @count: of all edges between the two
 * @in_cycle: part of an inversion, set by ig_lock_cycles()
 */
struct ig_lock_step {
	size_t from;
	size_t to;
	const struct ig_lock_edge *edge;
	const struct ig_lock_edge *modes[IG_LOCK_MODES];
	uint64_t count;
	bool in_cycle;
};

/**
 * struct ig_lock_order - which class of locks nests in which
 * @classes, @nclasses: the group lock first, if it was seen; then by name
 * @steps, @nsteps: one from any class to any other, none from a class to
 *	itself; in the order of classes
 */
struct ig_lock_order {
	struct ig_lock_class *classes;
	size_t nclasses;
	struct ig_lock_step *steps;
	size_t nsteps;
};

/**
 * struct ig_lock_cycle - classes that are taken in a circle
 * @steps: indexes into the steps of the order; each begins where the one before
 *	it ends, the first where the last ends
 * @edges: of each step, the edge that can deadlock with its neighbours
 */
struct ig_lock_cycle {
	size_t *steps;
	const struct ig_lock_edge **edges;
	size_t nsteps;
};

/**
 * struct ig_result - the verdict and what led to it; owns its strings
 * @verdict: the verdict
 * @waits: group locks that tasks wait for, and perhaps not for ever
 * @unproven: what may be a finding, and may be right: the losses say why
 * @losses: only those that are not 0
 * @pairing: which gets no put answered
 * @order: which class of locks nests in which
 * @cycles: the circles in @order
 */
struct ig_result {
	enum ig_verdict verdict;
	struct ig_finding *findings;
	size_t nfindings;
	struct ig_finding *unproven;
	size_t nunproven;
	struct ig_held *held;
	size_t nheld;
	struct ig_wait *waits;
	size_t nwaits;
	struct ig_note *notes;
	size_t nnotes;
	struct ig_loss_count *losses;
	size_t nlosses;
	struct ig_pairing pairing;
	struct ig_lock_order order;
	struct ig_lock_cycle *cycles;
	size_t ncycles;
};

/** ig_result_free() - release all that a result owns; it is empty then */
void ig_result_free(struct ig_result *result);

/** ig_wait_chain_free() - release a chain; it is empty then */
void ig_wait_chain_free(struct ig_wait_chain *chain);

/** ig_pairing_free() - release a pairing; it is empty then */
void ig_pairing_free(struct ig_pairing *pairing);

/** ig_lock_order_free() - release an order; it is empty then */
void ig_lock_order_free(struct ig_lock_order *order);

/** ig_lock_cycles_free() - release an array of cycles */
void ig_lock_cycles_free(struct ig_lock_cycle *cycles, size_t ncycles);

/** ig_verdict_name() - clean, inconclusive or findings */
const char *ig_verdict_name(enum ig_verdict verdict);

/** ig_rule_findings() - how many findings a rule has */
size_t ig_rule_findings(const struct ig_result *result, enum ig_rule rule);

#endif /* IOMMU_GROUP_MODEL_RESULT_H */
