// SPDX-License-Identifier: GPL-2.0
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/turn.h"

/** TURN_FILE - what all runs have open anyway; nobody else locks it */
#define TURN_FILE "/sys/kernel/btf/vmlinux"
/** STEP_MS - how often it is looked at */
#define STEP_MS 20

int ig_turn_take(void)
{
	int fd = open(TURN_FILE, O_RDONLY | O_CLOEXEC);

	if (fd >= 0)
		flock(fd, LOCK_SH | LOCK_NB);
	return fd;
}

void ig_turn_end(int turn)
{
	if (turn >= 0)
		close(turn);
}

void ig_turn_give_way(unsigned int *left_ms)
{
	int fd = open(TURN_FILE, O_RDONLY | O_CLOEXEC);

	while (fd >= 0 && *left_ms >= STEP_MS && flock(fd, LOCK_EX | LOCK_NB)) {
		usleep(STEP_MS * 1000);
		*left_ms -= STEP_MS;
	}
	ig_turn_end(fd);
}
