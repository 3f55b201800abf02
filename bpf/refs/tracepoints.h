/* SPDX-License-Identifier: GPL-2.0 */
/* tp_btf: the events of kernels with the series of kernel-patches/ */
#ifndef IG_BPF_TRACEPOINTS_H
#define IG_BPF_TRACEPOINTS_H

#include "refs/refs_tracepoint.h"
#include "refs/notify.h"

SEC("tp_btf/iommu_group_get")
int BPF_PROG(tp__iommu_group_get, struct iommu_group *group, int id, int count,
	     unsigned long caller)
{
	event_get(ctx, group, id, count, caller);
	return 0;
}

SEC("tp_btf/iommu_group_put")
int BPF_PROG(tp__iommu_group_put, struct iommu_group *group, int id, int count,
	     unsigned long caller)
{
	event_put(ctx, group, id, count, caller);
	return 0;
}

SEC("tp_btf/iommu_group_alloc")
int BPF_PROG(tp__iommu_group_alloc, struct iommu_group *group, int id,
	     unsigned long caller)
{
	group_allocated(ctx, group, caller);
	if (tracepoint_backend)
		event_count(ctx, group, id, 1, caller);
	return 0;
}

SEC("tp_btf/iommu_group_release")
int BPF_PROG(tp__iommu_group_release, struct iommu_group *group, int id)
{
	check_forgotten(ctx, group, id);
	group_released(ctx, group);
	return 0;
}

SEC("tp_btf/iommu_group_add_device")
int BPF_PROG(tp__iommu_group_add_device, struct iommu_group *group, int id,
	     struct device *dev)
{
	if (live_group(ctx, group, id, read_kref(group), 0)) {
		device_moved(ctx, IG_OP_ADD_DEVICE, id, dev);
		device_takes_over(id);
	}
	return 0;
}

SEC("tp_btf/iommu_group_remove_device")
int BPF_PROG(tp__iommu_group_remove_device, struct iommu_group *group, int id,
	     struct device *dev)
{
	if (live_group(ctx, group, id, read_kref(group), 0)) {
		device_moved(ctx, IG_OP_REMOVE_DEVICE, id, dev);
		device_gives_back(id);
	}
	return 0;
}

SEC("tp_btf/iommu_group_register_notifier")
int BPF_PROG(tp__iommu_group_register_notifier, struct iommu_group *group,
	     int id, struct notifier_block *nb, int ret, unsigned long caller)
{
	notifier_registered(ctx, group, id, nb, ret, caller);
	stream_at(IG_OP_REGISTER_NOTIFIER, group, id, ret, callback_of(nb),
		  caller);
	return 0;
}

SEC("tp_btf/iommu_group_unregister_notifier")
int BPF_PROG(tp__iommu_group_unregister_notifier, struct iommu_group *group,
	     int id, struct notifier_block *nb, int ret, unsigned long caller)
{
	notifier_unregistered(ctx, group, id, nb, ret, caller);
	stream_at(IG_OP_UNREGISTER_NOTIFIER, group, id, ret, callback_of(nb),
		  caller);
	return 0;
}

SEC("tp_btf/iommu_group_notify_begin")
int BPF_PROG(tp__iommu_group_notify_begin, struct iommu_group *group, int id,
	     unsigned long action, struct device *dev)
{
	check_unlocked(ctx, group, id);
	stream_notify(IG_OP_NOTIFY_BEGIN, group, id, action, dev, 0, 0);
	return 0;
}

/* What follows is for trace alone. */

SEC("tp_btf/iommu_group_notify_end")
int BPF_PROG(tp__iommu_group_notify_end, struct iommu_group *group, int id,
	     unsigned long action, struct device *dev, unsigned int called,
	     int ret)
{
	stream_notify(IG_OP_NOTIFY_END, group, id, action, dev, called, ret);
	return 0;
}

SEC("tp_btf/iommu_group_attach_begin")
int BPF_PROG(tp__iommu_group_attach_begin, struct iommu_group *group, int id,
	     struct iommu_domain *domain, unsigned int devices)
{
	stream_domain(IG_OP_ATTACH_BEGIN, group, id, domain, devices, 0);
	return 0;
}

SEC("tp_btf/iommu_group_attach_end")
int BPF_PROG(tp__iommu_group_attach_end, struct iommu_group *group, int id,
	     struct iommu_domain *domain, unsigned int devices, int ret)
{
	stream_domain(IG_OP_ATTACH, group, id, domain, devices, ret);
	return 0;
}

SEC("tp_btf/iommu_group_detach_begin")
int BPF_PROG(tp__iommu_group_detach_begin, struct iommu_group *group, int id,
	     struct iommu_domain *domain, unsigned int devices)
{
	stream_domain(IG_OP_DETACH_BEGIN, group, id, domain, devices, 0);
	return 0;
}

SEC("tp_btf/iommu_group_detach_end")
int BPF_PROG(tp__iommu_group_detach_end, struct iommu_group *group, int id,
	     struct iommu_domain *domain, unsigned int devices, int ret)
{
	stream_domain(IG_OP_DETACH, group, id, domain, devices, ret);
	return 0;
}

SEC("tp_btf/iommu_group_lock_acquire")
int BPF_PROG(tp__iommu_group_lock_acquire, struct iommu_group *group, int id,
	     unsigned long caller)
{
	stream_at(IG_OP_LOCK_ACQUIRE, group, id, 0, 0, caller);
	return 0;
}

SEC("tp_btf/iommu_group_lock_acquired")
int BPF_PROG(tp__iommu_group_lock_acquired, struct iommu_group *group, int id,
	     unsigned long caller)
{
	stream_at(IG_OP_LOCK_ACQUIRED, group, id, 0, 0, caller);
	return 0;
}

SEC("tp_btf/iommu_group_lock_release")
int BPF_PROG(tp__iommu_group_lock_release, struct iommu_group *group, int id,
	     unsigned long caller)
{
	stream_at(IG_OP_LOCK_RELEASE, group, id, 0, 0, caller);
	return 0;
}

#endif /* IG_BPF_TRACEPOINTS_H */
