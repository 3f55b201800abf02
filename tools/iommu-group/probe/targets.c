// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "probe/targets.h"

#define ON(backend) (1u << IG_BACKEND_##backend)
#define STOCK (ON(FENTRY) | ON(KPROBE))
#define ALL (STOCK | ON(TRACEPOINT))

static const struct ig_target targets[] = {
	{ "iommu_group_attr_show", IG_TARGET_FUNCTION, ALL,
	  IG_PROGRAMS_SNAPSHOT, true },
	{ "iommu_group_get", IG_TARGET_FUNCTION, STOCK, IG_PROGRAMS_ACCOUNT,
	  true },
	{ "iommu_group_ref_get", IG_TARGET_FUNCTION, STOCK, IG_PROGRAMS_ACCOUNT,
	  true },
	{ "iommu_group_put", IG_TARGET_FUNCTION, STOCK, IG_PROGRAMS_ACCOUNT,
	  true },
	{ "iommu_group_alloc", IG_TARGET_FUNCTION, STOCK, IG_PROGRAMS_ACCOUNT,
	  true },
	{ "iommu_group_release", IG_TARGET_FUNCTION, STOCK, IG_PROGRAMS_ACCOUNT,
	  true },
	{ "add_device_to_group", IG_TARGET_STOCK_EVENT, STOCK,
	  IG_PROGRAMS_ACCOUNT, true },
	{ "remove_device_from_group", IG_TARGET_STOCK_EVENT, STOCK,
	  IG_PROGRAMS_ACCOUNT, true },
	/* not where nothing can be a module */
	{ "module_load", IG_TARGET_STOCK_EVENT, ALL, IG_PROGRAMS_ACCOUNT,
	  false },
	/* heartbeats, and the switches that turn hooks off */
	{ "task_rename", IG_TARGET_STOCK_EVENT, ALL, IG_PROGRAMS_ACCOUNT,
	  true },
	{ "proc_sys_read", IG_TARGET_FUNCTION, ALL, IG_PROGRAMS_ACCOUNT, true },
	{ "proc_sys_write", IG_TARGET_FUNCTION, ALL, IG_PROGRAMS_ACCOUNT,
	  true },
	/* not where debugfs is not configured: there is no switch, then */
	{ "write_enabled_file_bool", IG_TARGET_FUNCTION, ON(KPROBE),
	  IG_PROGRAMS_ACCOUNT, false },
	/* their events do not tell who attaches */
	{ "iommu_attach_group", IG_TARGET_FUNCTION, ALL, IG_PROGRAMS_ACCOUNT,
	  true },
	{ "iommu_detach_group", IG_TARGET_FUNCTION, ALL, IG_PROGRAMS_ACCOUNT,
	  true },
	/* gone when powerpc stopped using it */
	{ "iommu_group_get_by_id", IG_TARGET_FUNCTION, STOCK,
	  IG_PROGRAMS_ACCOUNT, false },
	/* since the iommufd fault work */
	{ "iommu_attach_group_handle", IG_TARGET_FUNCTION, ALL,
	  IG_PROGRAMS_ACCOUNT, false },
	{ "iommu_detach_group_handle", IG_TARGET_FUNCTION, ALL,
	  IG_PROGRAMS_ACCOUNT, false },

#define ROW(name, programs)                                                    \
	{                                                                      \
		name, IG_TARGET_EVENT, ON(TRACEPOINT), programs, true          \
	}
	ROW("iommu_group_get", IG_PROGRAMS_ACCOUNT),
	ROW("iommu_group_put", IG_PROGRAMS_ACCOUNT),
	/* there the function is not what the IOMMU core itself calls */
	{ "iommu_group_alloc", IG_TARGET_EVENT, ALL, IG_PROGRAMS_ACCOUNT,
	  false },
	ROW("iommu_group_release", IG_PROGRAMS_ACCOUNT),
	ROW("iommu_group_add_device", IG_PROGRAMS_ACCOUNT),
	ROW("iommu_group_remove_device", IG_PROGRAMS_ACCOUNT),
	ROW("iommu_group_register_notifier", IG_PROGRAMS_ACCOUNT),
	ROW("iommu_group_unregister_notifier", IG_PROGRAMS_ACCOUNT),
	ROW("iommu_group_notify_begin", IG_PROGRAMS_ACCOUNT),
	ROW("iommu_group_notify_end", IG_PROGRAMS_STREAM),
	ROW("iommu_group_attach_begin", IG_PROGRAMS_STREAM),
	ROW("iommu_group_attach_end", IG_PROGRAMS_STREAM),
	ROW("iommu_group_detach_begin", IG_PROGRAMS_STREAM),
	ROW("iommu_group_detach_end", IG_PROGRAMS_STREAM),
	ROW("iommu_group_lock_acquire", IG_PROGRAMS_GROUP_LOCK),
	ROW("iommu_group_lock_acquired", IG_PROGRAMS_GROUP_LOCK),
	ROW("iommu_group_lock_release", IG_PROGRAMS_GROUP_LOCK),
#undef ROW

/* only audited where fentry works */
#define ROW(name, required)                                                    \
	{                                                                      \
		name, IG_TARGET_LOCK, ON(FENTRY) | ON(TRACEPOINT),             \
			IG_PROGRAMS_LOCKS, required                            \
	}
	ROW("mutex_unlock", true),
	ROW("up_read", true),
	ROW("up_write", true),
	ROW("down_read", true),
	ROW("down_write", true),
	ROW("downgrade_write", true),
	ROW("mutex_trylock", false),
	ROW("down_read_trylock", true),
	ROW("down_write_trylock", true),
	ROW("mutex_lock", false),
	ROW("mutex_lock_io", false),
	ROW("mutex_lock_interruptible", false),
	ROW("mutex_lock_killable", false),
	ROW("down_read_interruptible", false),
	ROW("down_read_killable", false),
	ROW("down_write_killable", false),
	/* with CONFIG_DEBUG_LOCK_ALLOC */
	ROW("mutex_lock_nested", false),
	ROW("mutex_lock_io_nested", false),
	ROW("mutex_lock_interruptible_nested", false),
	ROW("mutex_lock_killable_nested", false),
	ROW("down_read_nested", false),
	ROW("down_read_killable_nested", false),
	ROW("down_write_nested", false),
	ROW("down_write_killable_nested", false),
	ROW("down_read_non_owner", false),
	ROW("up_read_non_owner", false),
	ROW("_mutex_lock_killable", false),
	ROW("_mutex_trylock_nest_lock", false),
	ROW("_mutex_lock_nest_lock", false),
	ROW("_down_write_nest_lock", false),
	/* what takes a mutex by itself, not by one of these functions */
	ROW("ww_mutex_unlock", false),
	ROW("ww_mutex_lock", false),
	ROW("ww_mutex_lock_interruptible", false),
	ROW("ww_mutex_trylock", false),
	ROW("atomic_dec_and_mutex_lock", false),
	ROW("percpu_up_write", true),
	ROW("percpu_down_write", true),
	ROW("__percpu_down_read", true),
	/* not where there is one CPU */
	ROW("cpus_read_unlock", false),
	ROW("cpus_read_lock", false),
	/* where a task is known to hold nothing */
	ROW("do_task_dead", true),
	ROW("irq_thread_fn", false),
	ROW("irq_forced_thread_fn", false),
	/* one of them */
	ROW("__mutex_init", false),
	ROW("mutex_init_generic", false),
	ROW("mutex_init_lockdep", false),
	ROW("__mutex_rt_init", false),
	ROW("mutex_rt_init_generic", false),
	ROW("mutex_rt_init_lockdep", false),
	ROW("__init_rwsem", true),
	ROW("__percpu_init_rwsem", true),
#undef ROW
	{ "sys_exit", IG_TARGET_LOCK_EVENT, ON(FENTRY) | ON(TRACEPOINT),
	  IG_PROGRAMS_LOCKS, true },
	{ "task_newtask", IG_TARGET_LOCK_EVENT, ON(FENTRY) | ON(TRACEPOINT),
	  IG_PROGRAMS_LOCKS, true },
	{ "workqueue_execute_start", IG_TARGET_LOCK_EVENT,
	  ON(FENTRY) | ON(TRACEPOINT), IG_PROGRAMS_LOCKS, true },
	{ "workqueue_execute_end", IG_TARGET_LOCK_EVENT,
	  ON(FENTRY) | ON(TRACEPOINT), IG_PROGRAMS_LOCKS, true },
	{ "sched_kthread_work_execute_start", IG_TARGET_LOCK_EVENT,
	  ON(FENTRY) | ON(TRACEPOINT), IG_PROGRAMS_LOCKS, false },
	{ "sched_kthread_work_execute_end", IG_TARGET_LOCK_EVENT,
	  ON(FENTRY) | ON(TRACEPOINT), IG_PROGRAMS_LOCKS, false },
};

/* What stands before a program's name, and the rows that it may be of. */
#define KIND(kind) (1u << IG_TARGET_##kind)

static const struct {
	const char *hook;
	unsigned int kinds;
} hooks[] = {
	{ "tp__", KIND(EVENT) },
	{ "",
	  KIND(FUNCTION) | KIND(STOCK_EVENT) | KIND(LOCK) | KIND(LOCK_EVENT) },
};

static unsigned int kinds_of(const char *program)
{
	size_t i = 0;

	while (strncmp(program, hooks[i].hook, strlen(hooks[i].hook)))
		i++;
	return hooks[i].kinds;
}

const struct ig_target *ig_target_find(const char *program)
{
	const char *name = strstr(program, "__");
	unsigned int kinds = kinds_of(program);
	size_t i;

	for (i = 0; name && i < sizeof(targets) / sizeof(targets[0]); i++)
		if (kinds & 1u << targets[i].kind &&
		    !strcmp(targets[i].name, name + 2))
			return &targets[i];
	return NULL;
}

bool ig_target_is_event(const struct ig_target *target)
{
	return target->kind == IG_TARGET_EVENT ||
	       target->kind == IG_TARGET_STOCK_EVENT ||
	       target->kind == IG_TARGET_LOCK_EVENT;
}

bool ig_target_is_lock(const struct ig_target *target)
{
	return target->kind == IG_TARGET_LOCK ||
	       target->kind == IG_TARGET_LOCK_EVENT;
}
