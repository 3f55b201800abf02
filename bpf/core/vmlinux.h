/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The few kernel types that the programs read, by hand: CO-RE relocates every
 * access against the running kernel's BTF, so order and offsets here mean
 * nothing, and a field that is not read is not listed.
 */
#ifndef __VMLINUX_H__
#define __VMLINUX_H__

typedef unsigned char __u8;
typedef short __s16;
typedef unsigned short __u16;
typedef int __s32;
typedef unsigned int __u32;
typedef long long __s64;
typedef unsigned long long __u64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u32 __wsum;

typedef _Bool bool;
enum {
	false = 0,
	true = 1,
};

#define NULL ((void *)0)

/* include/uapi/linux/bpf.h */
enum bpf_map_type {
	BPF_MAP_TYPE_HASH = 1,
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_PERCPU_ARRAY = 6,
	BPF_MAP_TYPE_LRU_HASH = 9,
	BPF_MAP_TYPE_RINGBUF = 27,
	BPF_MAP_TYPE_TASK_STORAGE = 29,
};

enum {
	BPF_ANY = 0,
	BPF_NOEXIST = 1,
	BPF_F_NO_PREALLOC = 1,
	BPF_LOCAL_STORAGE_GET_F_CREATE = 1,
};

/*
 * System V calling convention, arch/x86/include/asm/ptrace.h.  Here the order
 * does count: the kprobe context is accessed without relocation.
 */
struct pt_regs {
	unsigned long r15;
	unsigned long r14;
	unsigned long r13;
	unsigned long r12;
	unsigned long bp;
	unsigned long bx;
	unsigned long r11;
	unsigned long r10;
	unsigned long r9;
	unsigned long r8;
	unsigned long ax;
	unsigned long cx;
	unsigned long dx;
	unsigned long si;
	unsigned long di;
	unsigned long orig_ax;
	unsigned long ip;
	unsigned long cs;
	unsigned long flags;
	unsigned long sp;
	unsigned long ss;
};

#pragma clang attribute push(__attribute__((preserve_access_index)),           \
			     apply_to = record)

struct list_head {
	struct list_head *next;
	struct list_head *prev;
};

typedef struct {
	int counter;
} atomic_t;

typedef struct refcount_struct {
	atomic_t refs;
} refcount_t;

struct kref {
	refcount_t refcount;
};

struct kobject {
	const char *name;
	struct kref kref;
};

typedef struct {
	__s64 counter;
} atomic64_t;

typedef atomic64_t atomic_long_t;

struct task_struct {
	int pid;
	__u64 start_time;
};

struct mutex {
	atomic_long_t owner;
};

/* With PREEMPT_RT: what is behind three underscores is the same type to CO-RE. */
struct rt_mutex_base {
	struct task_struct *owner;
};

struct mutex___rt {
	struct rt_mutex_base rtmutex;
};

struct notifier_block {
	void *notifier_call;
	struct notifier_block *next;
};

struct raw_notifier_head {
	struct notifier_block *head;
};

struct iommu_group_notifiers {
	struct raw_notifier_head chain;
};

struct iommu_domain {
	unsigned int type;
};

struct iommu_group {
	struct kobject kobj;
	struct kobject *devices_kobj;
	struct list_head devices;
	struct mutex mutex;
	struct iommu_group_notifiers notifiers; /* patched kernels */
	char *name;
	int id;
	struct iommu_domain *default_domain;
	struct iommu_domain *blocking_domain;
	struct iommu_domain *domain;
	unsigned int owner_cnt;
	void *owner;
};

struct timespec64 {
	__s64 tv_sec;
	long tv_nsec;
};

struct rw_semaphore {
	atomic_long_t count;
	atomic_long_t owner;
};

struct percpu_rw_semaphore {
	atomic_t block;
};

struct rwbase_rt {
	atomic_t readers;
	struct rt_mutex_base rtmutex;
};

struct rw_semaphore___rt {
	struct rwbase_rt rwbase;
};

struct iommu_device {
	struct iommu_group *singleton_group; /* since 6.7 */
};

struct dev_iommu {
	struct iommu_device *iommu_dev;
};

struct device {
	struct kobject kobj;
	const char *init_name;
	struct mutex mutex;
	struct iommu_group *iommu_group;
	struct dev_iommu *iommu;
};

struct inode;

struct file {
	void *private_data;
	struct inode *f_inode;
};

struct group_device {
	struct list_head list;
	struct device *dev;
};

struct inode {
	unsigned long i_ino;
};

struct kiocb {
	struct file *ki_filp;
};

struct ctl_table {
	const char *procname;
	void *data;
};

struct proc_inode {
	struct ctl_table *sysctl_entry;
	struct inode vfs_inode;
};

#pragma clang attribute pop

#endif /* __VMLINUX_H__ */
