// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/helper.h"
#include "probe/reader.h"

/** STUCK_MS - how long a reading may take; far above any healthy one */
#define STUCK_MS 3000

/* The answer to one question: what read() returned, and the text. */
struct answer {
	int n;
	char text[60];
};

static void answer_one(unsigned int id, struct answer *a)
{
	char path[64];
	int fd;

	memset(a, 0, sizeof(*a));
	snprintf(path, sizeof(path), "/sys/kernel/iommu_groups/%u/type", id);
	fd = open(path, O_RDONLY);
	if (fd < 0) {
		a->n = -errno;
		return;
	}
	a->n = read(fd, a->text, sizeof(a->text) - 1);
	if (a->n < 0)
		a->n = -errno;
	close(fd);
}

/*
 * Must keep none of the collector's files open: a helper that hangs for ever
 * would keep the probes attached, and a pipe that somebody reads to its end.
 */
static void __attribute__((noreturn)) serve(int ask, int answer)
{
	struct answer a;
	unsigned int id;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	dup2(ask, 0);
	dup2(answer, 1);
	if (dup2(open("/dev/null", O_WRONLY), 2) < 0)
		close(2);
	close_range(3, ~0U, 0);
	while (read(0, &id, sizeof(id)) == sizeof(id)) {
		answer_one(id, &a);
		if (write(1, &a, sizeof(a)) != sizeof(a))
			break;
	}
	_exit(0);
}

int ig_reader_start(struct ig_reader *reader)
{
	int ask[2], answer[2];

	if (pipe2(ask, O_CLOEXEC))
		return ig_error("cannot make a pipe: %m");
	if (pipe2(answer, O_CLOEXEC)) {
		close(ask[0]);
		close(ask[1]);
		return ig_error("cannot make a pipe: %m");
	}
	reader->pid = ig_helper_fork();
	if (!reader->pid)
		serve(ask[0], answer[1]);
	close(ask[0]);
	close(answer[1]);
	reader->ask = ask[1];
	reader->answer = answer[0];
	if (reader->pid < 0) {
		close(ask[1]);
		close(answer[0]);
		return ig_error("cannot start a process: %m");
	}
	return 0;
}

void ig_reader_stop(struct ig_reader *reader)
{
	if (reader->pid <= 0)
		return;
	close(reader->ask);
	close(reader->answer);
	kill(reader->pid, SIGKILL);
	waitpid(reader->pid, NULL, WNOHANG | __WALL);
	reader->pid = 0;
}

enum ig_read ig_reader_read(struct ig_reader *reader, unsigned int id,
			    char *type, size_t size)
{
	struct pollfd pfd = { .fd = reader->answer, .events = POLLIN };
	struct answer a;
	int n;

	if (write(reader->ask, &id, sizeof(id)) != sizeof(id))
		return IG_READ_FAILED;
	do {
		n = poll(&pfd, 1, STUCK_MS);
	} while (n < 0 && errno == EINTR);
	if (n <= 0)
		return IG_READ_STUCK;
	if (read(reader->answer, &a, sizeof(a)) != sizeof(a))
		return IG_READ_FAILED;
	if (a.n < 0)
		return IG_READ_GONE;
	a.text[strcspn(a.text, "\n")] = 0;
	snprintf(type, size, "%s", a.text);
	return IG_READ_OK;
}
