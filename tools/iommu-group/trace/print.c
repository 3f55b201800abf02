// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>

#include "base/json_parts.h"
#include "trace/print.h"

static const char *const op_names[IG_OP_MAX] = {
	[IG_OP_ALLOC] = "alloc",
	[IG_OP_RELEASE] = "release",
	[IG_OP_ADD_DEVICE] = "add_device",
	[IG_OP_REMOVE_DEVICE] = "remove_device",
	[IG_OP_GET] = "get",
	[IG_OP_PUT] = "put",
	[IG_OP_ATTACH] = "attach",
	[IG_OP_DETACH] = "detach",
	[IG_OP_ATTACH_BEGIN] = "attach_begin",
	[IG_OP_DETACH_BEGIN] = "detach_begin",
	[IG_OP_REGISTER_NOTIFIER] = "register_notifier",
	[IG_OP_UNREGISTER_NOTIFIER] = "unregister_notifier",
	[IG_OP_NOTIFY_BEGIN] = "notify_begin",
	[IG_OP_NOTIFY_END] = "notify_end",
	[IG_OP_LOCK_ACQUIRE] = "lock_acquire",
	[IG_OP_LOCK_ACQUIRED] = "lock_acquired",
	[IG_OP_LOCK_RELEASE] = "lock_release",
};

/* IOMMU_GROUP_NOTIFY_* of include/linux/iommu.h, with the series */
static const char *const actions[] = {
	NULL,		"ADD_DEVICE",	 "DEL_DEVICE",	  "BIND_DRIVER",
	"BOUND_DRIVER", "UNBIND_DRIVER", "UNBOUND_DRIVER"
};

static const char *action_name(uint32_t action)
{
	if (action < sizeof(actions) / sizeof(actions[0]) && actions[action])
		return actions[action];
	return "unknown";
}

/* IOMMU_DOMAIN_* of include/linux/iommu.h */
static const char *domain_name(uint32_t type)
{
	switch (type) {
	case 0x0:
		return "BLOCKED";
	case 0x1:
		return "UNMANAGED";
	case 0x3:
		return "DMA";
	case 0x4:
		return "IDENTITY";
	case 0xb:
		return "DMA_FQ";
	case 0x10:
		return "SVA";
	case 0x20:
		return "PLATFORM";
	case 0x40:
		return "NESTED";
	default:
		return "unknown";
	}
}

static bool is_reference(const struct ig_event *e)
{
	return e->op == IG_OP_GET || e->op == IG_OP_PUT;
}

static bool is_dispatch(const struct ig_event *e)
{
	return e->op == IG_OP_NOTIFY_BEGIN || e->op == IG_OP_NOTIFY_END;
}

static bool is_domain(const struct ig_event *e)
{
	return e->op == IG_OP_ATTACH || e->op == IG_OP_DETACH ||
	       e->op == IG_OP_ATTACH_BEGIN || e->op == IG_OP_DETACH_BEGIN;
}

static bool has_result(const struct ig_event *e)
{
	return e->op == IG_OP_ATTACH || e->op == IG_OP_DETACH ||
	       e->op == IG_OP_NOTIFY_END || e->op == IG_OP_REGISTER_NOTIFIER ||
	       e->op == IG_OP_UNREGISTER_NOTIFIER;
}

/* The count behind the operation; the probe gives the one before it. */
static int count_after(const struct ig_event *e)
{
	return e->op == IG_OP_GET ? e->kref + 1 : e->kref - 1;
}

/* Only the events of a patched kernel tell domain and devices. */
static void add_domain(struct json_object *o, const struct ig_event *e)
{
	if (!e->number)
		return;
	ig_json_put(o, "type", ig_json_text(domain_name(e->what)));
	ig_json_put_number(o, "devices", e->number);
}

void ig_print_json(FILE *out, const struct ig_line *line)
{
	const struct ig_event *e = line->event;
	struct json_object *o = json_object_new_object();

	ig_json_put_number(o, "time_ns", e->ns);
	ig_json_put(o, "event", ig_json_text(op_names[e->op]));
	ig_json_put_number(o, "group", e->group);
	ig_json_put_number(o, "depth", line->depth);
	if (is_reference(e))
		ig_json_put_number(o, "references", count_after(e));
	if (is_dispatch(e))
		ig_json_put(o, "action", ig_json_text(action_name(e->what)));
	if (e->op == IG_OP_NOTIFY_END)
		ig_json_put_number(o, "called", e->number);
	if (is_domain(e))
		add_domain(o, e);
	if (line->callback)
		ig_json_put(o, "callback", ig_json_text(line->callback));
	if (has_result(e))
		ig_json_put_number(o, "ret", e->ret);
	if (line->ends)
		ig_json_put_number(o, "duration_ns", line->duration);
	if (e->device[0])
		ig_json_put(o, "device", ig_json_text(e->device));
	if (line->caller)
		ig_json_put(o, "caller", ig_json_text(line->caller));
	ig_json_put_number(o, "pid", e->pid);
	ig_json_put(o, "comm", ig_json_text(e->comm));
	fprintf(out, "%s\n",
		json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN));
	json_object_put(o);
}

void ig_print_text(FILE *out, const struct ig_line *line)
{
	const struct ig_event *e = line->event;

	fprintf(out, "%12.6f %16s-%-6u group=%-4u %*s%-*s", line->since / 1e9,
		e->comm, e->pid, e->group, 2 * (int)line->depth, "",
		13 - 2 * (int)line->depth > 0 ? 13 - 2 * (int)line->depth : 0,
		op_names[e->op]);
	if (is_reference(e))
		fprintf(out, " refs=%d", count_after(e));
	if (is_dispatch(e))
		fprintf(out, " action=%s", action_name(e->what));
	if (e->op == IG_OP_NOTIFY_END)
		fprintf(out, " called=%u", e->number);
	if (is_domain(e) && e->number)
		fprintf(out, " type=%s devices=%u", domain_name(e->what),
			e->number);
	if (line->callback)
		fprintf(out, " callback=%s", line->callback);
	if (has_result(e))
		fprintf(out, " ret=%d", e->ret);
	if (line->ends)
		fprintf(out, " took=%" PRIu64 "ns", line->duration);
	if (e->device[0])
		fprintf(out, " device=%s", e->device);
	if (line->caller)
		fprintf(out, " caller=%s", line->caller);
	fputc('\n', out);
}
