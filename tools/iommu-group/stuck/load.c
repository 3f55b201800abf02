// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "iommu_group_stuck.h"
#include "base/kernel.h"
#include "probe/complaint.h"
#include "probe/maps.h"
#include "stuck.skel.h"
#include "stuck/load.h"

/** MANY_GROUPS - where the user has not said how many there may be */
#define MANY_GROUPS 16384

/** AT_A_TIME - tasks read at a time */
#define AT_A_TIME 64

static int fail(struct ig_looker *looker, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static int fail(struct ig_looker *looker, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(looker->why, sizeof(looker->why), fmt, args);
	va_end(args);
	return -1;
}

static bool is_one_of(const char *name, const char *const *names)
{
	size_t i;

	for (i = 0; names[i]; i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

static bool begins(const char *name, const char *with)
{
	return !strncmp(name, with, strlen(with));
}

/* What a function waits for, by the names that kernels have for them. */
static unsigned int sort_of(const char *name)
{
	static const char *const semaphores[] = {
		"down",		 "down_common",	 "down_interruptible",
		"down_killable", "down_timeout", NULL
	};

	while (*name == '_')
		name++;
	if (begins(name, "mutex_lock") || begins(name, "ww_mutex_lock"))
		return IG_SORT_MUTEX;
	if (begins(name, "rwsem_down_") || begins(name, "down_read") ||
	    begins(name, "down_write"))
		return IG_SORT_RWSEM;
	if (is_one_of(name, semaphores))
		return IG_SORT_SEMAPHORE;
	if (begins(name, "wait_for_common") ||
	    begins(name, "wait_for_completion"))
		return IG_SORT_COMPLETION;
	return IG_SORT_NONE;
}

static void add_range(const char *name, uint64_t start, uint64_t end,
		      void *data)
{
	struct stuck_bpf *skel = data;
	unsigned int sort = sort_of(name), n = skel->rodata->nwait_ranges;

	if (!strcmp(name, "kernfs_drain"))
		skel->rodata->kernfs_drain =
			(struct ig_wait_range){ start, end, IG_SORT_KERNFS };
	if (sort == IG_SORT_NONE || n >= IG_WAIT_RANGES)
		return;
	if (!n)
		skel->rodata->wait_start = start;
	if (end > skel->rodata->wait_end)
		skel->rodata->wait_end = end;
	skel->rodata->wait_ranges[n] =
		(struct ig_wait_range){ start, end, sort };
	skel->rodata->nwait_ranges = n + 1;
}

/* Data comes after the text, where ig_symbols_load() has stopped. */
static uint64_t find_data(const char *wanted)
{
	FILE *in = fopen("/proc/kallsyms", "re");
	char *line = NULL, *end;
	size_t size = 0;
	uint64_t addr = 0;

	while (in && !addr && getline(&line, &size, in) > 0) {
		addr = strtoull(line, &end, 16);
		if (strlen(end) < 4 ||
		    strcspn(end + 3, "\t\n") != strlen(wanted) ||
		    strncmp(end + 3, wanted, strlen(wanted)))
			addr = 0;
	}
	free(line);
	if (in)
		fclose(in);
	return addr;
}

static int load(struct ig_looker *looker, const struct ig_symbols *symbols,
		const struct ig_options *options)
{
	struct stuck_bpf *skel;

	ig_complaint_clear();
	looker->skel = skel = stuck_bpf__open();
	if (!skel)
		return fail(looker, "%s", ig_complaint());
	skel->rodata->text_start = symbols->start;
	skel->rodata->text_end = symbols->end;
	ig_symbols_each(symbols, add_range, skel);
	if (bpf_map__set_max_entries(skel->maps.group_looks,
				     options->max_groups ?: MANY_GROUPS) ||
	    bpf_map__set_max_entries(skel->maps.device_looks,
				     options->max_devices) ||
	    bpf_map__set_max_entries(skel->maps.stacks, 1) ||
	    stuck_bpf__load(skel))
		return fail(looker, "%s", ig_complaint());
	looker->tasks = bpf_program__attach_iter(skel->progs.tasks__now, NULL);
	if (!looker->tasks)
		return fail(looker, "%s", ig_complaint());
	looker->session.symbols = *symbols;
	looker->session.probes.object =
		(struct ig_object){ .obj = skel->obj,
				    .stacks = skel->maps.stacks,
				    .symbols = skel->maps.symbols,
				    .losses = skel->maps.losses };
	return 0;
}

int ig_looker_start(struct ig_looker *looker, const struct ig_symbols *symbols,
		    const struct ig_options *options)
{
	memset(looker, 0, sizeof(*looker));
	if (!ig_kernel_sees_all_tasks())
		return fail(looker, "run it in the initial PID namespace");
	looker->kset = find_data("iommu_group_kset");
	if (!looker->kset)
		return fail(
			looker,
			"/proc/kallsyms has no iommu_group_kset; the kernel needs CONFIG_KALLSYMS_ALL");
	return load(looker, symbols, options);
}

void ig_looker_stop(struct ig_looker *looker)
{
	bpf_link__destroy(looker->tasks);
	stuck_bpf__destroy(looker->skel);
	memset(looker, 0, sizeof(*looker));
}

static int read_groups(struct ig_looker *looker, struct ig_look *look)
{
	struct stuck_bpf *skel = looker->skel;
	struct bpf_test_run_opts opts = {
		.sz = sizeof(opts),
		.ctx_in = &looker->kset,
		.ctx_size_in = sizeof(looker->kset),
	};
	__u32 i;

	if (bpf_prog_test_run_opts(bpf_program__fd(skel->progs.groups__now),
				   &opts))
		return fail(looker, "cannot look at the groups: %s",
			    strerror(errno));
	look->groups =
		calloc(skel->bss->ngroup_looks + 1, sizeof(*look->groups));
	look->devices =
		calloc(skel->bss->ndevice_looks + 1, sizeof(*look->devices));
	if (!look->groups || !look->devices)
		return fail(looker, "out of memory");
	ig_for_each_element(skel->maps.group_looks, skel->bss->ngroup_looks, i,
			    look->groups[i])
		;
	look->ngroups = i;
	look->full = skel->bss->ngroup_looks - i;
	ig_for_each_element(skel->maps.device_looks, skel->bss->ndevice_looks,
			    i, look->devices[i])
		;
	look->ndevices = i;
	return 0;
}

static int read_from(struct ig_looker *looker, int fd, struct ig_look *look)
{
	size_t room = 0, used = 0;
	ssize_t n = 1;

	while (n > 0) {
		if (room - used < AT_A_TIME * sizeof(*look->tasks)) {
			char *more;

			room = room * 2 + AT_A_TIME * sizeof(*look->tasks);
			more = realloc(look->tasks, room);
			if (!more)
				return fail(looker, "out of memory");
			look->tasks = (void *)more;
		}
		n = read(fd, (char *)look->tasks + used, room - used);
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			n = 1;
		else if (n > 0)
			used += n;
	}
	look->ntasks = used / sizeof(*look->tasks);
	if (n < 0 || !look->ntasks)
		return fail(looker, "cannot look at the tasks: %s",
			    n < 0 ? strerror(errno) : "there are none");
	return 0;
}

static int read_tasks(struct ig_looker *looker, struct ig_look *look)
{
	int fd = bpf_iter_create(bpf_link__fd(looker->tasks)), err;

	if (fd < 0)
		return fail(looker, "cannot look at the tasks: %s",
			    strerror(errno));
	err = read_from(looker, fd, look);
	close(fd);
	return err;
}

int ig_look_take(struct ig_looker *looker, struct ig_look *look)
{
	memset(look, 0, sizeof(*look));
	if (read_groups(looker, look) || read_tasks(looker, look)) {
		ig_look_free(look);
		return -1;
	}
	look->kthread_size = looker->skel->bss->kthread_size;
	return 0;
}

void ig_look_free(struct ig_look *look)
{
	free(look->tasks);
	free(look->groups);
	free(look->devices);
	memset(look, 0, sizeof(*look));
}
