/* SPDX-License-Identifier: GPL-2.0 */
/* The processes below one, as /proc shows them. */
#ifndef IOMMU_GROUP_BASE_DESCENDANTS_H
#define IOMMU_GROUP_BASE_DESCENDANTS_H

#include <stddef.h>
#include <sys/types.h>

/**
 * struct ig_process - a process that /proc lists
 * @pid, @parent: its number and its parent's; 0 for one that is not known
 * @state: R, S, D, Z and so on
 * @exit_signal: what its parent gets when it ends; 0 for ig_helper_fork()
 * @name: the command, with control characters replaced
 */
struct ig_process {
	pid_t pid;
	pid_t parent;
	char state;
	int exit_signal;
	char name[64];
};

/** struct ig_processes - some processes, in rising order of number */
struct ig_processes {
	struct ig_process *list;
	size_t n;
};

/**
 * ig_descendants() - the children of a process, theirs, and so on
 * @proc: /proc
 * @of: the process
 * @except: children that do not count, nor what is below them; NULL for none
 * @found: filled in, without helpers of the collector, and without zombies that
 *	are not @of's own
 *
 * Return: 0, or -ENOMEM, or why @proc cannot be read.
 */
int ig_descendants(const char *proc, pid_t of,
		   const struct ig_processes *except,
		   struct ig_processes *found);

/** ig_processes_add() - one more; 0 or -ENOMEM */
int ig_processes_add(struct ig_processes *processes,
		     const struct ig_process *process);

/**
 * ig_processes_text() - name some processes
 * @processes: at least one; the first few are named
 *
 * Return: "sleep (pid 103), sh (pid 104) and 2 more", to be freed; NULL without
 * memory.
 */
char *ig_processes_text(const struct ig_processes *processes);

/** ig_processes_free() - release a list; it is empty then */
void ig_processes_free(struct ig_processes *processes);

#endif /* IOMMU_GROUP_BASE_DESCENDANTS_H */
