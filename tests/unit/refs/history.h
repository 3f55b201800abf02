/* SPDX-License-Identifier: GPL-2.0 */
/* Hand-written runs for the unit tests: nothing to allocate or to free. */
#ifndef TESTS_UNIT_HISTORY_H
#define TESTS_UNIT_HISTORY_H

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "audit/verdict.h"
#include "model/run.h"

#define MAX 32
#define MAX_DEVICES 40

/** struct history - a run and all that it points to */
struct history {
	struct ig_run run;
	struct ig_result result;
	struct ig_group_state before[MAX], after[MAX];
	struct ig_site_count sites[MAX];
	struct ig_site_total totals[MAX];
	struct ig_seen_violation violations[MAX];
	struct ig_attach_count attaches[MAX];
	struct ig_notifier_left notifiers[MAX];
	struct ig_loss_count losses[MAX];
	struct ig_device devices[2 * MAX][4];
	struct ig_device many[MAX_DEVICES];
	size_t nsets;
};

static inline void start(struct history *h)
{
	memset(h, 0, sizeof(*h));
	h->run.before.groups = h->before;
	h->run.after.groups = h->after;
	h->run.sites = h->sites;
	h->run.totals = h->totals;
	h->run.violations = h->violations;
	h->run.attaches = h->attaches;
	h->run.notifiers = h->notifiers;
	h->run.losses = h->losses;
	h->run.before.holders_read = true;
	h->run.after.holders_read = true;
	h->run.audited = IG_AUDIT_REFS | IG_AUDIT_LOCKS;
}

/* At most four devices here; their names are made of the group's number. */
static inline struct ig_group_state *add_group(struct history *h,
					       struct ig_snapshot *s,
					       unsigned int id, int kref,
					       int ndev)
{
	static char names[4][16] = { "0000:00:02.0", "0000:00:02.1",
				     "0000:00:02.2", "0000:00:02.3" };
	struct ig_group_state *g = &s->groups[s->ngroups++];
	struct ig_device *devices = h->devices[h->nsets++];
	int i;

	memset(g, 0, sizeof(*g));
	g->id = id;
	g->gen = 100 + id;
	g->addr = 0xffff888000000000ull + id * 0x1000;
	g->kref = kref;
	g->ndev = ndev;
	g->ndevices = ndev;
	g->stable = true;
	g->devices = devices;
	for (i = 0; i < ndev && i < 4; i++)
		devices[i].name = names[i];
	return g;
}

static inline struct ig_group_state *before(struct history *h, unsigned int id,
					    int kref, int ndev)
{
	return add_group(h, &h->run.before, id, kref, ndev);
}

static inline struct ig_group_state *after(struct history *h, unsigned int id,
					   int kref, int ndev)
{
	return add_group(h, &h->run.after, id, kref, ndev);
}

/* The call site's address is made of its name. */
static inline uint64_t ip_of(const char *symbol)
{
	uint64_t ip = 5381;

	while (*symbol)
		ip = ip * 33 + (unsigned char)*symbol++;
	return ip;
}

static inline struct ig_site_count *site(struct history *h, unsigned int id,
					 const char *symbol, uint64_t gets,
					 uint64_t puts, uint64_t paired)
{
	struct ig_site_count *s = &h->sites[h->run.nsites++];

	s->group = id;
	s->gen = 100 + id;
	s->symbol = (char *)symbol;
	s->ip = ip_of(symbol);
	s->counts.gets = gets;
	s->counts.puts = puts;
	s->counts.answered = gets ? paired : 0;
	s->counts.matched = gets ? 0 : paired;
	s->module_alive = true;
	return s;
}

static inline struct ig_site_count *gets(struct history *h, unsigned int id,
					 const char *symbol, uint64_t n,
					 uint64_t answered)
{
	return site(h, id, symbol, n, 0, answered);
}

static inline struct ig_site_count *puts_(struct history *h, unsigned int id,
					  const char *symbol, uint64_t n,
					  uint64_t matched)
{
	return site(h, id, symbol, 0, n, matched);
}

static inline void total(struct history *h, const char *symbol, uint64_t gets,
			 uint64_t puts, uint64_t paired)
{
	struct ig_site_total *t = &h->totals[h->run.ntotals++];

	t->ip = ip_of(symbol);
	t->symbol = (char *)symbol;
	t->counts.gets = gets;
	t->counts.puts = puts;
	t->counts.answered = gets ? paired : 0;
	t->counts.matched = gets ? 0 : paired;
}

static inline struct ig_seen_violation *violation(struct history *h,
						  unsigned int id,
						  enum ig_violation_kind kind,
						  uint64_t ip)
{
	static char *frames[] = { (char *)"double_put+0x2b/0x50 [ig_double]",
				  (char *)"do_one_initcall+0x56/0x230" };
	static struct ig_trace trace = { frames, 2, 412, "insmod" };
	struct ig_seen_violation *v = &h->violations[h->run.nviolations++];

	v->raw.kind = kind;
	v->raw.group = id;
	v->raw.gen = 100 + id;
	v->raw.ip = ip;
	v->raw.kref = 1;
	v->raw.ndev = 1;
	v->raw.pid = 412;
	strcpy(v->raw.comm, "insmod");
	v->trace = &trace;
	return v;
}

static inline void loss(struct history *h, const char *key, uint64_t count)
{
	unsigned int number = ig_loss_find(key);

	assert_int_not_equal(number, IG_LOSS_ALL);
	h->losses[h->run.nlosses++] =
		(struct ig_loss_count){ number, count,
					(char *)"made up for a test" };
}

static inline struct ig_trace *a_trace(void)
{
	static char *frames[] = { (char *)"leak_get+0x1a/0x40 [ig_leak]",
				  (char *)"probe+0x5/0x10 [ig_leak]" };
	static struct ig_trace trace = { frames, 2, 77, "modprobe" };

	return &trace;
}

static inline enum ig_verdict judge(struct history *h)
{
	ig_result_free(&h->result);
	assert_int_equal(ig_analyse(&h->run, &h->result), 0);
	return h->result.verdict;
}

static inline void finish(struct history *h)
{
	ig_result_free(&h->result);
}

static inline const struct ig_loss_count *find_loss(const struct history *h,
						    const char *key)
{
	size_t i;

	for (i = 0; i < h->result.nlosses; i++)
		if (h->result.losses[i].loss == ig_loss_find(key))
			return &h->result.losses[i];
	return NULL;
}

/* The only finding there is, which must be of this rule. */
static inline const struct ig_finding *only(const struct history *h,
					    const char *rule)
{
	assert_int_equal(h->result.nfindings, 1);
	assert_string_equal(ig_rule_name(h->result.findings[0].rule), rule);
	return &h->result.findings[0];
}

static inline void assert_suspect(const struct ig_finding *f, size_t i,
				  const char *symbol, uint64_t outstanding)
{
	assert_true(i < f->nsuspects);
	assert_string_equal(f->suspects[i].site->symbol, symbol);
	assert_int_equal(f->suspects[i].outstanding, outstanding);
}

#endif /* TESTS_UNIT_HISTORY_H */
