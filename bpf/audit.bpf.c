// SPDX-License-Identifier: GPL-2.0
/*
 * Thin wrappers around the bodies in the headers, one for each way to hook.
 * A program's name is <hook>__<function>; the table in probe/targets.c says
 * which are loaded on which kernel.
 */
#include "core/caller.h"
#include <bpf/bpf_tracing.h>

#include "core/alive.h"
#include "refs/lifecycle.h"
#include "locks/multi.h"
#include "locks/held_now.h"
#include "core/snapshot.h"
#include "refs/tracepoints.h"

char LICENSE[] SEC("license") = "GPL";

/* fentry and fexit: typed arguments, loads without a helper call */

/* For lock_caller(), beside those of include/iommu_group_lock_hooks.h. */
#define IG_SITE_GET 40
#define IG_SITE_REF_GET 41
#define IG_SITE_PUT 42

SEC("fentry/iommu_group_get")
int BPF_PROG(fentry__iommu_group_get, struct device *dev)
{
	struct iommu_group *group = dev->iommu_group;

	if (group)
		account_get(ctx, group, group->id,
			    group->devices_kobj->kref.refcount.refs.counter,
			    lock_caller(ctx, IG_SITE_GET));
	return 0;
}

SEC("fentry/iommu_group_ref_get")
int BPF_PROG(fentry__iommu_group_ref_get, struct iommu_group *group)
{
	account_get(ctx, group, group->id,
		    group->devices_kobj->kref.refcount.refs.counter,
		    lock_caller(ctx, IG_SITE_REF_GET));
	return 0;
}

SEC("fexit/iommu_group_get_by_id")
int BPF_PROG(fexit__iommu_group_get_by_id, int id, struct iommu_group *group)
{
	if (group)
		account_get(ctx, group, BPF_CORE_READ(group, id),
			    read_kref(group), caller_of_trampoline(ctx));
	return 0;
}

SEC("fentry/iommu_group_put")
int BPF_PROG(fentry__iommu_group_put, struct iommu_group *group)
{
	if (group)
		account_put(ctx, group, group->id,
			    group->devices_kobj->kref.refcount.refs.counter,
			    lock_caller(ctx, IG_SITE_PUT));
	return 0;
}

SEC("fexit/iommu_group_alloc")
int BPF_PROG(fexit__iommu_group_alloc, struct iommu_group *group)
{
	group_allocated(ctx, group, caller_of_trampoline(ctx));
	return 0;
}

SEC("fentry/iommu_group_release")
int BPF_PROG(fentry__iommu_group_release, struct kobject *kobj)
{
	group_released(ctx, (void *)kobj - bpf_core_field_offset(
						   struct iommu_group, kobj));
	return 0;
}

SEC("tp_btf/add_device_to_group")
int BPF_PROG(fentry__add_device_to_group, int id, struct device *dev)
{
	device_moved(ctx, IG_OP_ADD_DEVICE, id, dev);
	return 0;
}

SEC("tp_btf/remove_device_from_group")
int BPF_PROG(fentry__remove_device_from_group, int id, struct device *dev)
{
	device_moved(ctx, IG_OP_REMOVE_DEVICE, id, dev);
	return 0;
}

SEC("fexit/iommu_attach_group")
int BPF_PROG(fexit__iommu_attach_group, struct iommu_domain *domain,
	     struct iommu_group *group, int ret)
{
	domain_changed(ctx, IG_OP_ATTACH, group, ret,
		       caller_of_trampoline(ctx));
	return 0;
}

SEC("fexit/iommu_detach_group")
int BPF_PROG(fexit__iommu_detach_group, struct iommu_domain *domain,
	     struct iommu_group *group)
{
	domain_changed(ctx, IG_OP_DETACH, group, 0, caller_of_trampoline(ctx));
	return 0;
}

SEC("fexit/iommu_attach_group_handle")
int BPF_PROG(fexit__iommu_attach_group_handle, struct iommu_domain *domain,
	     struct iommu_group *group, void *handle, int ret)
{
	domain_changed(ctx, IG_OP_ATTACH, group, ret,
		       caller_of_trampoline(ctx));
	return 0;
}

SEC("fexit/iommu_detach_group_handle")
int BPF_PROG(fexit__iommu_detach_group_handle, struct iommu_domain *domain,
	     struct iommu_group *group)
{
	domain_changed(ctx, IG_OP_DETACH, group, 0, caller_of_trampoline(ctx));
	return 0;
}

SEC("tp_btf/module_load")
int BPF_PROG(fentry__module_load)
{
	module_loaded();
	return 0;
}

SEC("fentry/iommu_group_attr_show")
int BPF_PROG(fentry__iommu_group_attr_show, struct kobject *kobj)
{
	take_snapshot((void *)kobj -
		      bpf_core_field_offset(struct iommu_group, kobj));
	return 0;
}

SEC("tp_btf/task_rename")
int BPF_PROG(fentry__task_rename)
{
	event_beat();
	return 0;
}

SEC("fexit/proc_sys_read")
int BPF_PROG(fexit__proc_sys_read)
{
	function_beat();
	return 0;
}

SEC("fexit/proc_sys_write")
int BPF_PROG(fexit__proc_sys_write, struct kiocb *iocb)
{
	if (sysctl_written(iocb))
		forget_all_locks();
	return 0;
}

/* kprobe and kretprobe: for kernels without BPF trampolines */

SEC("kprobe/iommu_group_get")
int BPF_KPROBE(kprobe__iommu_group_get, struct device *dev)
{
	struct iommu_group *group = BPF_CORE_READ(dev, iommu_group);

	if (group)
		account_get(ctx, group, BPF_CORE_READ(group, id),
			    read_kref(group), caller_of_kprobe(ctx));
	return 0;
}

SEC("kprobe/iommu_group_ref_get")
int BPF_KPROBE(kprobe__iommu_group_ref_get, struct iommu_group *group)
{
	account_get(ctx, group, BPF_CORE_READ(group, id), read_kref(group),
		    caller_of_kprobe(ctx));
	return 0;
}

SEC("kretprobe/iommu_group_get_by_id")
int BPF_KRETPROBE(kretprobe__iommu_group_get_by_id, struct iommu_group *group)
{
	if (group)
		account_get(ctx, group, BPF_CORE_READ(group, id),
			    read_kref(group), PT_REGS_IP(ctx));
	return 0;
}

SEC("kprobe/iommu_group_put")
int BPF_KPROBE(kprobe__iommu_group_put, struct iommu_group *group)
{
	if (group)
		account_put(ctx, group, BPF_CORE_READ(group, id),
			    read_kref(group), caller_of_kprobe(ctx));
	return 0;
}

SEC("kretprobe/iommu_group_alloc")
int BPF_KRETPROBE(kretprobe__iommu_group_alloc, struct iommu_group *group)
{
	group_allocated(ctx, group, PT_REGS_IP(ctx));
	return 0;
}

SEC("kprobe/iommu_group_release")
int BPF_KPROBE(kprobe__iommu_group_release, struct kobject *kobj)
{
	group_released(ctx, (void *)kobj - bpf_core_field_offset(
						   struct iommu_group, kobj));
	return 0;
}

SEC("raw_tp/add_device_to_group")
int kprobe__add_device_to_group(__u64 *ctx)
{
	device_moved(ctx, IG_OP_ADD_DEVICE, ctx[0], (void *)ctx[1]);
	return 0;
}

SEC("raw_tp/remove_device_from_group")
int kprobe__remove_device_from_group(__u64 *ctx)
{
	device_moved(ctx, IG_OP_REMOVE_DEVICE, ctx[0], (void *)ctx[1]);
	return 0;
}

/*
 * A kretprobe has no arguments: the group is kept by task between entry and
 * return.  The two functions do not nest.
 */
struct entered_group {
	__u64 group;
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct entered_group);
} entered_groups SEC(".maps");

static __always_inline int attach_begins(struct iommu_group *group)
{
	struct entered_group *a;

	a = bpf_task_storage_get(&entered_groups, bpf_get_current_task_btf(), 0,
				 BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (a)
		a->group = (__u64)group;
	else
		count_loss(IG_LOSS_READ);
	return 0;
}

static __always_inline int attach_ends(struct pt_regs *ctx, __u32 op, int ret)
{
	struct entered_group *a;

	a = bpf_task_storage_get(&entered_groups, bpf_get_current_task_btf(), 0,
				 0);
	if (a && a->group)
		domain_changed(ctx, op, (void *)a->group, ret, PT_REGS_IP(ctx));
	return 0;
}

SEC("kprobe/iommu_attach_group")
int BPF_KPROBE(kprobe__iommu_attach_group, void *domain,
	       struct iommu_group *group)
{
	return attach_begins(group);
}

SEC("kretprobe/iommu_attach_group")
int BPF_KRETPROBE(kretprobe__iommu_attach_group, int ret)
{
	return attach_ends(ctx, IG_OP_ATTACH, ret);
}

SEC("kprobe/iommu_detach_group")
int BPF_KPROBE(kprobe__iommu_detach_group, void *domain,
	       struct iommu_group *group)
{
	return attach_begins(group);
}

SEC("kretprobe/iommu_detach_group")
int BPF_KRETPROBE(kretprobe__iommu_detach_group)
{
	return attach_ends(ctx, IG_OP_DETACH, 0);
}

SEC("kprobe/iommu_attach_group_handle")
int BPF_KPROBE(kprobe__iommu_attach_group_handle, void *domain,
	       struct iommu_group *group)
{
	return attach_begins(group);
}

SEC("kretprobe/iommu_attach_group_handle")
int BPF_KRETPROBE(kretprobe__iommu_attach_group_handle, int ret)
{
	return attach_ends(ctx, IG_OP_ATTACH, ret);
}

SEC("kprobe/iommu_detach_group_handle")
int BPF_KPROBE(kprobe__iommu_detach_group_handle, void *domain,
	       struct iommu_group *group)
{
	return attach_begins(group);
}

SEC("kretprobe/iommu_detach_group_handle")
int BPF_KRETPROBE(kretprobe__iommu_detach_group_handle)
{
	return attach_ends(ctx, IG_OP_DETACH, 0);
}

SEC("raw_tp/module_load")
int kprobe__module_load(void *ctx)
{
	module_loaded();
	return 0;
}

SEC("kprobe/iommu_group_attr_show")
int BPF_KPROBE(kprobe__iommu_group_attr_show, struct kobject *kobj)
{
	take_snapshot((void *)kobj -
		      bpf_core_field_offset(struct iommu_group, kobj));
	return 0;
}

SEC("raw_tp/task_rename")
int kprobe__task_rename(void *ctx)
{
	event_beat();
	return 0;
}

SEC("kprobe/proc_sys_read")
int BPF_KPROBE(kprobe__proc_sys_read)
{
	function_beat();
	return 0;
}

SEC("kprobe/proc_sys_write")
int BPF_KPROBE(kprobe__proc_sys_write, struct kiocb *iocb)
{
	sysctl_is_written(iocb);
	return 0;
}

SEC("kretprobe/proc_sys_write")
int BPF_KRETPROBE(kretprobe__proc_sys_write)
{
	some_sysctl_written();
	return 0;
}

/* Of /sys/kernel/debug/kprobes/enabled; fentry does not depend on it. */
SEC("kprobe/write_enabled_file_bool")
int BPF_KPROBE(kprobe__write_enabled_file_bool)
{
	__sync_fetch_and_add(&kprobes_switched, 1);
	return 0;
}
