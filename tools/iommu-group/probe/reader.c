// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/helper.h"
#include "probe/reader.h"

/** STUCK_MS - how long a reading may take; far above any healthy one */
#define STUCK_MS 3000

/** TRIES - times that an interrupted call is made again */
#define TRIES 16

/* The answer to one question: what read() returned, and the text. */
struct answer {
	int n;
	char text[60];
};

static int read_type(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY), n;

	if (fd < 0)
		return -errno;
	n = read(fd, text, size);
	if (n < 0)
		n = -errno;
	close(fd);
	/* The attribute is never empty. */
	return n ?: -EIO;
}

static void answer_one(unsigned int id, struct answer *a)
{
	char path[64];
	int tries = 0;

	memset(a, 0, sizeof(*a));
	snprintf(path, sizeof(path), "/sys/kernel/iommu_groups/%u/type", id);
	do {
		a->n = read_type(path, a->text, sizeof(a->text) - 1);
	} while (a->n == -EINTR && ++tries < TRIES);
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

static void close_pipes(struct ig_reader *reader)
{
	close(reader->ask);
	close(reader->asked);
	close(reader->answer);
}

int ig_reader_start(struct ig_reader *reader)
{
	int ask[2], answer[2], err;

	if (pipe2(ask, O_CLOEXEC))
		return -errno;
	if (pipe2(answer, O_CLOEXEC)) {
		err = -errno;
		close(ask[0]);
		close(ask[1]);
		return err;
	}
	fflush(NULL);
	reader->pid = ig_helper_fork();
	err = -errno;
	if (!reader->pid)
		serve(ask[0], answer[1]);
	close(answer[1]);
	reader->ask = ask[1];
	reader->asked = ask[0];
	reader->answer = answer[0];
	if (reader->pid < 0) {
		close_pipes(reader);
		return err;
	}
	return 0;
}

void ig_reader_stop(struct ig_reader *reader)
{
	if (reader->pid <= 0)
		return;
	close_pipes(reader);
	kill(reader->pid, SIGKILL);
	waitpid(reader->pid, NULL, WNOHANG | __WALL);
	reader->pid = 0;
}

static bool is_interrupted(ssize_t n, int *tries)
{
	return n < 0 && errno == EINTR && ++*tries < TRIES;
}

static bool ask(struct ig_reader *reader, unsigned int id)
{
	int tries = 0;
	ssize_t n;

	do {
		n = write(reader->ask, &id, sizeof(id));
	} while (is_interrupted(n, &tries));
	return n == sizeof(id);
}

/* A poll() that fails is as good as no answer. */
static bool wait_for_answer(struct ig_reader *reader)
{
	struct pollfd pfd = { .fd = reader->answer, .events = POLLIN };
	int tries = 0, n;

	do {
		n = poll(&pfd, 1, STUCK_MS);
	} while (is_interrupted(n, &tries));
	return n > 0;
}

static bool take_answer(struct ig_reader *reader, struct answer *a)
{
	int tries = 0;
	ssize_t n;

	do {
		n = read(reader->answer, a, sizeof(*a));
	} while (is_interrupted(n, &tries));
	return n == sizeof(*a);
}

enum ig_read ig_reader_read(struct ig_reader *reader, unsigned int id,
			    char *type, size_t size)
{
	struct answer a;

	if (reader->pid <= 0 || !ask(reader, id))
		return IG_READ_DIED;
	if (!wait_for_answer(reader))
		return IG_READ_STUCK;
	if (!take_answer(reader, &a))
		return IG_READ_DIED;
	if (a.n < 0) {
		reader->error = -a.n;
		return IG_READ_ERROR;
	}
	a.text[strcspn(a.text, "\n")] = 0;
	snprintf(type, size, "%s", a.text);
	return IG_READ_OK;
}
