// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/aio_abi.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/helper.h"
#include "base/rcu.h"

/** RCU_SECONDS - how long a barrier may take; the kernel calls 21 s a stall */
#define RCU_SECONDS 30.0
/** WORK_SECONDS - how long the start of queued work may take */
#define WORK_SECONDS 2.0
/** MOST_CPUS - CPUs that are told apart, as many as the kernel knows on x86 */
#define MOST_CPUS 8192

#define CPU_LIST "/sys/devices/system/cpu/online"
/* 6.1 has none.  Writers a 16th of a second apart or less are made to wait. */
#define BARRIER_SWITCH "/sys/module/rcutree/parameters/do_rcu_barrier"
#define REFRESH "/proc/sys/vm/stat_refresh"

/* Writes a file of the kernel that does something when it is written. */
static int trigger(const char *path)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), err = 0;

	if (fd < 0)
		return errno;
	if (write(fd, "1", 1) != 1)
		err = errno;
	close(fd);
	return err;
}

static int go_to_cpu(unsigned int cpu)
{
	cpu_set_t set[MOST_CPUS / CPU_SETSIZE] = {};

	if (cpu >= MOST_CPUS)
		return EINVAL;
	CPU_SET_S(cpu, sizeof(set), set);
	return sched_setaffinity(0, sizeof(set), set) ? errno : 0;
}

/*
 * io_destroy() waits for a percpu_ref to be killed, and that goes through
 * call_rcu() on the CPU that it runs on.  Callbacks of a CPU run in turn, so
 * all that were queued there before have returned when it does.
 */
static void *flush_cpu(void *cpu)
{
	aio_context_t context = 0;
	int err = go_to_cpu((uintptr_t)cpu);

	if (!err && syscall(SYS_io_setup, 1, &context))
		err = errno;
	if (!err && syscall(SYS_io_destroy, context))
		err = errno;
	return (void *)(uintptr_t)err;
}

static int flush_cpus(const unsigned int *cpus, size_t n)
{
	pthread_t *threads = calloc(n, sizeof(*threads));
	pthread_attr_t small;
	int err = threads ? 0 : ENOMEM;
	size_t begun = 0, i;
	void *failed;

	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, PTHREAD_STACK_MIN + 65536);
	/* All at once, or each CPU costs two grace periods. */
	for (; !err && begun < n; begun += !err)
		err = pthread_create(&threads[begun], &small, flush_cpu,
				     (void *)(uintptr_t)cpus[begun]);
	for (i = 0; i < begun; i++) {
		pthread_join(threads[i], &failed);
		err = err ?: (int)(uintptr_t)failed;
	}
	pthread_attr_destroy(&small);
	free(threads);
	return err;
}

/* A list such as 0-3,8; how many were read, 0 for a file that is none. */
static size_t read_cpus(const char *path, unsigned int *cpus, size_t most)
{
	FILE *in = fopen(path, "re");
	unsigned int first, last;
	char after = ',';
	size_t n = 0;

	while (in && after == ',' && fscanf(in, "%u", &first) == 1) {
		last = first;
		if (fscanf(in, "%c", &after) == 1 && after == '-' &&
		    fscanf(in, "%u%c", &last, &after) < 1)
			break;
		for (; first <= last && n < most; first++)
			cpus[n++] = first;
	}
	if (in)
		fclose(in);
	return n;
}

int ig_rcu_barrier_by_aio(const char *online)
{
	static unsigned int cpus[MOST_CPUS];
	size_t n = read_cpus(online, cpus, MOST_CPUS);

	return n ? flush_cpus(cpus, n) : ENOENT;
}

static int barrier(void)
{
	return trigger(BARRIER_SWITCH) ? ig_rcu_barrier_by_aio(CPU_LIST) : 0;
}

int ig_rcu_barrier(void)
{
	return ig_helper_run(barrier, RCU_SECONDS);
}

static int refresh(void)
{
	return trigger(REFRESH);
}

void ig_work_begun(void)
{
	ig_helper_run(refresh, WORK_SECONDS);
}
