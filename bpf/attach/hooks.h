/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where operations of the attach family begin and end.  All are functions that
 * stay functions: others call them, or an attribute of sysfs points at them.
 *
 * Those that a kernel lacks are not loaded; attach/load.c has the list of what
 * every kernel must have.
 */
#ifndef IG_BPF_ATTACH_HOOKS_H
#define IG_BPF_ATTACH_HOOKS_H

#include "attach/times.h"
#include "attach/sample.h"

#define ARGS(...) __VA_ARGS__

/* OP: @group says how to get at it from the arguments; RETURNS: with a result */
#define BEGINS(func, op, group, proto)                                         \
	SEC("fentry/" #func)                                                   \
	int BPF_PROG(op__##func, proto)                                        \
	{                                                                      \
		op_begins(ctx, op, group);                                     \
		return 0;                                                      \
	}

#define RETURNS(func, op, group, proto)                                        \
	SEC("fexit/" #func)                                                    \
	int BPF_PROG(opexit__##func, proto, long ret)                          \
	{                                                                      \
		op_ends(ctx, op, group, ret);                                  \
		return 0;                                                      \
	}

#define RETURNS_VOID(func, op, group, proto)                                   \
	SEC("fexit/" #func)                                                    \
	int BPF_PROG(opexit__##func, proto)                                    \
	{                                                                      \
		op_ends(ctx, op, group, 0);                                    \
		return 0;                                                      \
	}

#define OP(func, op, group, proto)                                             \
	BEGINS(func, op, group, ARGS(proto))                                   \
	RETURNS(func, op, group, ARGS(proto))
#define OP_VOID(func, op, group, proto)                                        \
	BEGINS(func, op, group, ARGS(proto))                                   \
	RETURNS_VOID(func, op, group, ARGS(proto))

#define DOMAIN struct iommu_domain *domain
#define GROUP struct iommu_group *group
#define DEVICE struct device *dev

OP(iommu_attach_group, IG_ATTACH_GROUP, group, ARGS(DOMAIN, GROUP))
/* since the iommufd fault work, as the other two with a handle */
OP(iommu_attach_group_handle, IG_ATTACH_GROUP_HANDLE, group,
   ARGS(DOMAIN, GROUP, void *handle))
OP(iommu_replace_group_handle, IG_REPLACE_GROUP_HANDLE, group,
   ARGS(GROUP, DOMAIN, void *handle))
/* until all used the one with a handle */
OP(iommu_group_replace_domain, IG_REPLACE_DOMAIN, group, ARGS(GROUP, DOMAIN))
OP_VOID(iommu_detach_group, IG_DETACH_GROUP, group, ARGS(DOMAIN, GROUP))
OP_VOID(iommu_detach_group_handle, IG_DETACH_GROUP_HANDLE, group,
	ARGS(DOMAIN, GROUP))
OP(iommu_attach_device, IG_ATTACH_DEVICE, dev->iommu_group,
   ARGS(DOMAIN, DEVICE))
OP_VOID(iommu_detach_device, IG_DETACH_DEVICE, dev->iommu_group,
	ARGS(DOMAIN, DEVICE))
OP(iommu_group_claim_dma_owner, IG_CLAIM_GROUP, group, ARGS(GROUP, void *owner))
OP_VOID(iommu_group_release_dma_owner, IG_RELEASE_GROUP, group, ARGS(GROUP))
/* since 6.2, commit 89395ccedbc1 */
OP(iommu_device_claim_dma_owner, IG_CLAIM_DEVICE, dev->iommu_group,
   ARGS(DEVICE, void *owner))
OP_VOID(iommu_device_release_dma_owner, IG_RELEASE_DEVICE, dev->iommu_group,
	ARGS(DEVICE))
OP(iommu_group_store_type, IG_STORE_TYPE, group,
   ARGS(GROUP, const char *buf, unsigned long count))

/*
 * The core's only caller of the driver's attach_dev(), for one device; a
 * function of its own in all known kernels, as it has several callers.  To time
 * each call is exact and dear: the callback itself may take no more than a few
 * thousand instructions.
 */
SEC("fentry/__iommu_attach_device")
int BPF_PROG(op____iommu_attach_device, DOMAIN, DEVICE)
{
	call_begins();
	return 0;
}

SEC("fexit/__iommu_attach_device")
int BPF_PROG(opexit____iommu_attach_device, DOMAIN, DEVICE)
{
	call_ends((__u64)dev);
	return 0;
}

/* The loop over the group's devices around it, and not much else. */
#define LOOP(func)                                                             \
	SEC("fentry/" #func)                                                   \
	int BPF_PROG(op__##func)                                               \
	{                                                                      \
		loop_begins();                                                 \
		return 0;                                                      \
	}                                                                      \
	SEC("fexit/" #func)                                                    \
	int BPF_PROG(opexit__##func)                                           \
	{                                                                      \
		loop_ends();                                                   \
		return 0;                                                      \
	}

LOOP(__iommu_group_set_domain_internal)
/* before 6.5, commit 2f74198ae006 */
LOOP(__iommu_group_set_domain)
LOOP(__iommu_attach_group)

/*
 * Since 5.19, commit 16edd9b511a1; they only happen where a task has to wait.
 */
SEC("tp_btf/contention_begin")
int BPF_PROG(op__contention_begin, void *lock)
{
	lock_wait_begins((__u64)lock);
	return 0;
}

SEC("tp_btf/contention_end")
int BPF_PROG(op__contention_end, void *lock)
{
	lock_wait_ends((__u64)lock);
	return 0;
}

SEC("tp_btf/add_device_to_group")
int BPF_PROG(op__add_device_to_group)
{
	__sync_fetch_and_add(&devices_moved, 1);
	return 0;
}

SEC("tp_btf/remove_device_from_group")
int BPF_PROG(op__remove_device_from_group)
{
	__sync_fetch_and_add(&devices_moved, 1);
	return 0;
}

/* For the names in stacks; see keep_symbol(). */
SEC("tp_btf/module_load")
int BPF_PROG(op__module_load)
{
	module_loaded();
	return 0;
}

/*
 * What two such programs cost: the collector calls a system call with and
 * without them.  They do what they do in an operation.
 */
const volatile bool time_calls = false;
__u32 cost_step = IG_COST_OFF;
__u32 cost_tgid = 0;

static __always_inline void cost_steps(void *ctx)
{
	struct open_op *o;

	if (bpf_get_current_pid_tgid() >> 32 != cost_tgid)
		return;
	if (cost_step == IG_COST_OPEN) {
		begin_op(ctx, IG_TIMING_OPS, 0, 0);
	} else {
		o = find_op(bpf_get_current_task());
		if (o)
			o->task = 0;
	}
}

SEC("fentry/__x64_sys_getpgid")
int BPF_PROG(cost____x64_sys_getpgid)
{
	if (cost_step != IG_COST_CALLS)
		cost_steps(ctx);
	if (time_calls)
		call_begins();
	else
		loop_begins();
	return 0;
}

SEC("fexit/__x64_sys_getpgid")
int BPF_PROG(costexit____x64_sys_getpgid)
{
	if (time_calls)
		call_ends(0);
	else
		loop_ends();
	return 0;
}

#endif /* IG_BPF_ATTACH_HOOKS_H */
