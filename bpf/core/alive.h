/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Heartbeats that the collector causes, and the switches that turn hooks off.
 * The function behind kernel.ftrace_enabled cannot be hooked, nothing of
 * kernel/trace/ can; that of all sysctls can.
 */
#ifndef IG_BPF_ALIVE_H
#define IG_BPF_ALIVE_H

#include "core/vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

/* The collector; it writes this once the programs are attached. */
__u32 collector_tgid = 0;

/* Counters that only grow. */
__u64 event_beats = 0;
__u64 function_beats = 0;
__u32 ftrace_switched = 0;
__u32 kprobes_switched = 0;

static __always_inline bool is_collector(void)
{
	return bpf_get_current_pid_tgid() >> 32 == collector_tgid;
}

/** event_beat() - the program of a tracepoint ran */
static __always_inline void event_beat(void)
{
	if (is_collector())
		__sync_fetch_and_add(&event_beats, 1);
}

/** function_beat() - the program of a function ran */
static __always_inline void function_beat(void)
{
	if (is_collector())
		__sync_fetch_and_add(&function_beats, 1);
}

/** sysctl_of() - the sysctl that a file in /proc/sys is */
static __always_inline struct ctl_table *sysctl_of(struct kiocb *iocb)
{
	struct inode *inode = BPF_CORE_READ(iocb, ki_filp, f_inode);
	struct proc_inode *proc =
		(void *)inode -
		bpf_core_field_offset(struct proc_inode, vfs_inode);

	return BPF_CORE_READ(proc, sysctl_entry);
}

static __always_inline bool is_ftrace_switch(struct ctl_table *table)
{
	const char want[] = "ftrace_enabled";
	char name[sizeof(want)] = {};
	int i;

	bpf_probe_read_kernel_str(name, sizeof(name),
				  BPF_CORE_READ(table, procname));
	for (i = 0; i < (int)sizeof(want); i++)
		if (name[i] != want[i])
			return false;
	return true;
}

/*
 * Newer kernels refuse to switch ftrace off, and then the value is 1 again.
 *
 * Return: whether it is off.
 */
static __always_inline bool check_ftrace(void *data)
{
	int value = 1;

	bpf_probe_read_kernel(&value, sizeof(value), data);
	if (value)
		return false;
	__sync_fetch_and_add(&ftrace_switched, 1);
	return true;
}

/**
 * sysctl_written() - a sysctl was set
 * @iocb: the file
 *
 * Return: whether it has switched ftrace off.
 */
static __always_inline bool sysctl_written(struct kiocb *iocb)
{
	struct ctl_table *table = sysctl_of(iocb);

	return is_ftrace_switch(table) &&
	       check_ftrace(BPF_CORE_READ(table, data));
}

/* Where the value of the switch is, once it was written; for kretprobes. */
__u64 ftrace_switch = 0;

/**
 * sysctl_is_written() - a sysctl is about to be set
 * @iocb: the file
 */
static __always_inline void sysctl_is_written(struct kiocb *iocb)
{
	struct ctl_table *table = sysctl_of(iocb);

	if (is_ftrace_switch(table))
		ftrace_switch = (__u64)BPF_CORE_READ(table, data);
}

/** some_sysctl_written() - one was set, it is not known which */
static __always_inline void some_sysctl_written(void)
{
	if (ftrace_switch)
		check_ftrace((void *)ftrace_switch);
}

#endif /* IG_BPF_ALIVE_H */
