// SPDX-License-Identifier: GPL-2.0
/* One table for each struct, in the order of its definition. */
#include "audit/record/shape.h"
#include "model/run.h"

/* The offset, where the field has that size: others do not compile. */
#define AT(type, field, bytes)                                                 \
	(offsetof(type, field) +                                               \
	 0 * sizeof(char[sizeof(((type *)0)->field) == (bytes) ? 1 : -1]))

/* More is what only some kinds have: .length, .limit, .of */
#define NAMED(type, field, called, of_kind, bytes, ...)                        \
	{                                                                      \
		.name = called, .kind = of_kind, .at = AT(type, field, bytes), \
		__VA_ARGS__                                                    \
	}
#define FIELD(type, field, of_kind, bytes, ...)                                \
	NAMED(type, field, #field, of_kind, bytes, __VA_ARGS__)
#define SIZE(type, field) sizeof(((type *)0)->field)
#define LENGTH(type, n) .length = AT(type, n, sizeof(size_t))

/* Not in records of format 1. */
#define SINCE2(type, field, of_kind, bytes)                                    \
	FIELD(type, field, of_kind, bytes, .since = 2)

#define BOOL(type, field) FIELD(type, field, IG_FIELD_BOOL, sizeof(bool))
#define BIT(type, field, called, bit)                                          \
	NAMED(type, field, called, IG_FIELD_BIT, 4, .limit = bit)
#define NO_BIT(type, field, called, bit)                                       \
	NAMED(type, field, called, IG_FIELD_NO_BIT, 4, .limit = bit)
#define S32(type, field) FIELD(type, field, IG_FIELD_S32, 4)
#define U32(type, field) FIELD(type, field, IG_FIELD_U32, 4)
#define U64(type, field) FIELD(type, field, IG_FIELD_U64, 8)
#define TEXT(type, field) FIELD(type, field, IG_FIELD_TEXT, sizeof(char *))
#define TEXT_OR_NULL(type, field)                                              \
	FIELD(type, field, IG_FIELD_TEXT_OR_NULL, sizeof(char *))
/* What older records lack is NULL. */
#define TEXT_SINCE(type, field, format)                                        \
	FIELD(type, field, IG_FIELD_TEXT_OR_NULL, sizeof(char *),              \
	      .since = format)
#define BELOW(type, field, most)                                               \
	FIELD(type, field, IG_FIELD_U32, 4, .limit = most)
#define CHARS(type, field)                                                     \
	FIELD(type, field, IG_FIELD_CHARS, SIZE(type, field),                  \
	      .limit = SIZE(type, field))
#define TEXTS(type, field, n)                                                  \
	FIELD(type, field, IG_FIELD_TEXTS, sizeof(char **), LENGTH(type, n))
#define STRUCT(type, field, shape)                                             \
	FIELD(type, field, IG_FIELD_STRUCT, SIZE(type, field), .of = &shape)
#define POINTER(type, field, shape)                                            \
	FIELD(type, field, IG_FIELD_POINTER, sizeof(void *), .of = &shape)
#define TRACE(type, field)                                                     \
	FIELD(type, field, IG_FIELD_POINTER_OR_NULL, sizeof(void *),           \
	      .of = &trace)
#define ARRAY_AS(type, field, n, called, shape)                                \
	NAMED(type, field, called, IG_FIELD_ARRAY, sizeof(void *),             \
	      LENGTH(type, n), .of = &shape)
#define ARRAY(type, field, n, shape)                                           \
	FIELD(type, field, IG_FIELD_ARRAY, sizeof(void *), LENGTH(type, n),    \
	      .of = &shape)

#define ARRAY_SINCE(type, field, n, shape, format)                             \
	FIELD(type, field, IG_FIELD_ARRAY, sizeof(void *), LENGTH(type, n),    \
	      .of = &shape, .since = format)

#define SHAPE(name, type)                                                      \
	const struct ig_shape name = {                                         \
		.size = sizeof(type),                                          \
		.nfields = sizeof(name##_fields) / sizeof(struct ig_field),    \
		.fields = name##_fields,                                       \
	}

#define T struct ig_trace
static const struct ig_field trace_fields[] = {
	TEXTS(T, frames, nframes),
	U32(T, pid),
	CHARS(T, comm),
};
static SHAPE(trace, T);
#undef T

#define T struct ig_device
static const struct ig_field device_fields[] = {
	TEXT(T, name),
	TEXT_OR_NULL(T, driver),
	FIELD(T, driver_module, IG_FIELD_TEXT_OR_NULL, sizeof(char *),
	      .since = 2),
	SINCE2(T, binding, IG_FIELD_U64, 8),
};
static SHAPE(device, T);
#undef T

#define T struct ig_group_state
static const struct ig_field group_fields[] = {
	U32(T, id),
	U32(T, gen),
	U64(T, addr),
	S32(T, kref),
	S32(T, ndev),
	BOOL(T, stable),
	NAMED(T, removed_listed, "ghosts", IG_FIELD_U32, 4),
	NAMED(T, count_error, "off", IG_FIELD_S32, 4),
	SINCE2(T, least, IG_FIELD_S32, 4),
	SINCE2(T, least_seen, IG_FIELD_U32, 4),
	U32(T, owner_cnt),
	BOOL(T, owned),
	BOOL(T, foreign_domain),
	SINCE2(T, vfio_group, IG_FIELD_BOOL, sizeof(bool)),
	SINCE2(T, iommufd_owner, IG_FIELD_BOOL, sizeof(bool)),
	SINCE2(T, singleton, IG_FIELD_BOOL, sizeof(bool)),
	SINCE2(T, looks, IG_FIELD_U32, 4),
	TEXT_OR_NULL(T, name),
	TEXT_OR_NULL(T, type),
	ARRAY(T, devices, ndevices, device),
};
static SHAPE(group, T);
#undef T

#define T struct ig_unread
static const struct ig_field unread_fields[] = {
	U32(T, group),
	TEXT(T, why),
};
static SHAPE(unread, T);
#undef T

#define T struct ig_snapshot
static const struct ig_field snapshot_fields[] = {
	ARRAY(T, groups, ngroups, group),
	U32(T, unreadable),
	SINCE2(T, holders_read, IG_FIELD_BOOL, sizeof(bool)),
	ARRAY_SINCE(T, unread, nunread, unread, 2),
};
static SHAPE(snapshot, T);
#undef T

#define T struct ig_known_group
static const struct ig_field known_fields[] = {
	U32(T, id),
	U32(T, gen),
	BOOL(T, released),
};
static SHAPE(known, T);
#undef T

#define T struct ig_total
static const struct ig_field counts_fields[] = {
	U64(T, gets),
	U64(T, puts),
	U64(T, answered),
	U64(T, matched),
};
static SHAPE(counts, T);
#undef T

#define T struct ig_site_count
static const struct ig_field site_fields[] = {
	U32(T, group),
	U32(T, gen),
	U64(T, ip),
	TEXT(T, symbol),
	STRUCT(T, counts, counts),
	TRACE(T, first),
	TRACE(T, high),
	BOOL(T, module_alive),
	SINCE2(T, path, IG_FIELD_U64, 8),
	SINCE2(T, paths, IG_FIELD_BOOL, sizeof(bool)),
	SINCE2(T, first_event, IG_FIELD_U32, 4),
	SINCE2(T, last_event, IG_FIELD_U32, 4),
	SINCE2(T, late_gets, IG_FIELD_U64, 8),
	SINCE2(T, late_puts, IG_FIELD_U64, 8),
};
static SHAPE(site, T);
#undef T

#define T struct ig_site_total
static const struct ig_field total_fields[] = {
	U64(T, ip),
	TEXT(T, symbol),
	STRUCT(T, counts, counts),
};
static SHAPE(total, T);
#undef T

/* Its stack is a number in a map that is gone; @trace is that stack. */
#define T struct ig_violation
static const struct ig_field raw_fields[] = {
	BELOW(T, kind, IG_VIOL_MAX),
	U32(T, group),
	U32(T, gen),
	U64(T, addr),
	U64(T, ip),
	U64(T, ns),
	S32(T, kref),
	S32(T, ndev),
	U32(T, pid),
	CHARS(T, comm),
	CHARS(T, device),
};
static SHAPE(raw, T);
#undef T

#define T struct ig_seen_violation
static const struct ig_field violation_fields[] = {
	STRUCT(T, raw, raw),
	TRACE(T, trace),
};
static SHAPE(violation, T);
#undef T

#define T struct ig_attach_count
static const struct ig_field attach_fields[] = {
	U32(T, group),	  U32(T, gen),	    TEXT(T, symbol),
	U64(T, attaches), U64(T, detaches), BOOL(T, module_alive),
	TRACE(T, trace),
};
static SHAPE(attach, T);
#undef T

#define T struct ig_notifier_left
static const struct ig_field notifier_fields[] = {
	U32(T, group),	   U32(T, gen),	    TEXT(T, symbol),
	TEXT(T, callback), TRACE(T, trace),
};
static SHAPE(notifier, T);
#undef T

#define T struct ig_binding
static const struct ig_field binding_fields[] = {
	TEXT(T, path),
	TEXT(T, driver),
	TEXT_OR_NULL(T, module),
};
static SHAPE(binding, T);
#undef T

#define T struct ig_loss_count
static const struct ig_field loss_fields[] = {
	NAMED(T, loss, "key", IG_FIELD_LOSS, 4),
	NAMED(T, detail, "reason", IG_FIELD_REASON, sizeof(char *)),
	U64(T, count),
};
static SHAPE(loss, T);
#undef T

#define T struct ig_lock
static const struct ig_field lock_fields[] = {
	BELOW(T, kind, IG_CLASS_CALL_SITE + 1),
	U64(T, key),
	U64(T, addr),
	S32(T, group),
	BOOL(T, read),
	TEXT_OR_NULL(T, name),
	TEXT(T, site),
	NAMED(T, init_site, "made", IG_FIELD_TEXT_OR_NULL, sizeof(char *)),
	SINCE2(T, init_nr, IG_FIELD_U32, 4),
	SINCE2(T, forgotten, IG_FIELD_BOOL, sizeof(bool)),
};
static SHAPE(lock, T);
#undef T

#define T struct ig_lock_edge
static const struct ig_field edge_fields[] = {
	STRUCT(T, from, lock),
	STRUCT(T, to, lock),
	U64(T, count),
	TRACE(T, trace),
};
static SHAPE(edge, T);
#undef T

#define T struct ig_lock_site_pair
static const struct ig_field site_pair_fields[] = {
	U64(T, a),
	U64(T, b),
	BOOL(T, by),
	NAMED(T, init_site, "made", IG_FIELD_TEXT_OR_NULL, sizeof(char *)),
	TEXT_OR_NULL(T, name),
};
static SHAPE(site_pair, T);
#undef T

#define T struct ig_lock_sides
static const struct ig_field side_fields[] = {
	U64(T, addr),	     U64(T, key),    BOOL(T, outer),
	BOOL(T, outer_read), BOOL(T, inner), BOOL(T, inner_read),
	SINCE2(T, initialised, IG_FIELD_BOOL, sizeof(bool)),
	SINCE2(T, init_nr, IG_FIELD_U32, 4),
};
static SHAPE(side, T);
#undef T

#define T struct ig_lock_use
static const struct ig_field use_fields[] = {
	BELOW(T, kind, IG_CLASS_CALL_SITE + 1),
	U64(T, key),
	BOOL(T, written),
	BOOL(T, handed_over),
};
static SHAPE(use, T);
#undef T

#define T struct ig_seen_misuse
static const struct ig_field misuse_fields[] = {
	NAMED(T, kind, "what", IG_FIELD_U32, 4, .base = IG_MISUSE_RECURSION,
	      .limit = IG_MISUSE_OLDER - IG_MISUSE_RECURSION + 1),
	SINCE2(T, unsure, IG_FIELD_BOOL, sizeof(bool)),
	STRUCT(T, lock, lock),
	U64(T, ns),
	TRACE(T, trace),
};
static SHAPE(misuse, T);
#undef T

#define T struct ig_lock_run
static const struct ig_field locks_fields[] = {
	ARRAY(T, edges, nedges, edge),
	ARRAY_AS(T, site_pairs, nsite_pairs, "aliases", site_pair),
	ARRAY_AS(T, sides, nsides, "roles", side),
	ARRAY_SINCE(T, uses, nuses, use, 2),
	ARRAY_AS(T, misuses, nmisuses, "events", misuse),
	U64(T, skipped),
};
static SHAPE(locks, T);
#undef T

#define T struct ig_wait_task
static const struct ig_field wait_task_fields[] = {
	U64(T, task),
	U32(T, tgid),
	CHARS(T, state),
	U64(T, switches),
	U64(T, asleep_ns),
	BOOL(T, own),
	BELOW(T, kind, IG_WAIT_KINDS),
	U64(T, on),
	BOOL(T, read),
	BOOL(T, lasts),
	TRACE(T, trace),
};
static SHAPE(wait_task, T);
#undef T

#define T struct ig_wait_lock
static const struct ig_field wait_lock_fields[] = {
	U64(T, addr),
	S32(T, group),
	U32(T, readers),
	TEXT(T, name),
};
static SHAPE(wait_lock, T);
#undef T

#define T struct ig_wait_hold
static const struct ig_field wait_hold_fields[] = {
	U64(T, lock),
	U64(T, task),
	BELOW(T, proof, IG_HOLD_PROOFS),
};
static SHAPE(wait_hold, T);
#undef T

#define T struct ig_wait_run
static const struct ig_field waits_fields[] = {
	ARRAY(T, tasks, ntasks, wait_task),
	ARRAY(T, locks, nlocks, wait_lock),
	ARRAY(T, holds, nholds, wait_hold),
	U64(T, apart_ns),
};
static SHAPE(waits, T);
#undef T

/* What was observed, and around it what the run was: both are struct ig_run. */
#define T struct ig_run
static const struct ig_field observed_fields[] = {
	STRUCT(T, before, snapshot),
	STRUCT(T, after, snapshot),
	ARRAY_SINCE(T, known, nknown, known, 2),
	ARRAY(T, sites, nsites, site),
	ARRAY(T, totals, ntotals, total),
	ARRAY(T, violations, nviolations, violation),
	ARRAY(T, attaches, nattaches, attach),
	ARRAY(T, notifiers, nnotifiers, notifier),
	ARRAY(T, losses, nlosses, loss),
	STRUCT(T, locks, locks),
	FIELD(T, waits, IG_FIELD_STRUCT, SIZE(T, waits), .of = &waits,
	      .since = 3),
	NO_BIT(T, audited, "locks_only", IG_AUDIT_REFS),
	NAMED(T, every_ref_traced, "exact", IG_FIELD_BOOL, sizeof(bool)),
	TEXT_SINCE(T, left_running, 2),
	ARRAY_SINCE(T, bindings, nbindings, binding, 3),
};
static SHAPE(observed, T);

static const struct ig_field ig_run_shape_fields[] = {
	TEXT(T, command),
	TEXT(T, kernel),
	TEXT(T, backend),
	TEXT(T, iommu),
	BOOL(T, has_workload),
	S32(T, workload_status),
	BIT(T, audited, "locks", IG_AUDIT_LOCKS),
	BIT(T, audited, "long_holds", IG_AUDIT_LONG_HOLDS),
	NAMED(T, audited, "stuck", IG_FIELD_BIT, 4, .limit = IG_AUDIT_STUCK,
	      .since = 3),
	U64(T, duration_ns),
	{ .name = "run", .kind = IG_FIELD_STRUCT, .at = 0, .of = &observed },
};
SHAPE(ig_run_shape, T);
#undef T
