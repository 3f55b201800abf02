// SPDX-License-Identifier: GPL-2.0
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/turn.h"

/** TURN_FILE - what all runs have open anyway; nobody else locks it */
#define TURN_FILE "/sys/kernel/btf/vmlinux"
/** LEAVERS - the same for those that detach; nothing is mounted there */
#define LEAVERS "/sys/kernel/btf"
/** STEP_MS - how often it is looked at */
#define STEP_MS 20

static int share(const char *file)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);

	if (fd >= 0)
		flock(fd, LOCK_SH | LOCK_NB);
	return fd;
}

int ig_turn_take(void)
{
	return share(TURN_FILE);
}

void ig_turn_end(int turn)
{
	if (turn >= 0)
		close(turn);
}

/* Until nobody shares a file any more. */
static void wait_for(const char *file, unsigned int *left_ms)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);

	while (fd >= 0 && *left_ms >= STEP_MS && flock(fd, LOCK_EX | LOCK_NB)) {
		usleep(STEP_MS * 1000);
		*left_ms -= STEP_MS;
	}
	if (fd >= 0)
		close(fd);
}

void ig_turn_give_way(unsigned int *left_ms)
{
	wait_for(TURN_FILE, left_ms);
}

void ig_turn_leave(void)
{
	/* closed when the process ends */
	share(LEAVERS);
}

void ig_turn_wait(unsigned int most_ms)
{
	wait_for(LEAVERS, &most_ms);
}
