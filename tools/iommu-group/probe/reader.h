/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reads a group's type attribute in a helper process.  The kernel takes the
 * group lock for it: on a machine whose group lock is stuck the reader hangs
 * for ever, and the collector must not.
 */
#ifndef IOMMU_GROUP_READER_H
#define IOMMU_GROUP_READER_H

#include <stddef.h>
#include <sys/types.h>

/**
 * struct ig_reader - the helper process and the pipes to it
 * @pid: the process, 0 when there is none
 * @ask: the end of a pipe that takes questions
 * @asked: its other end, kept so that a helper that has died is no SIGPIPE
 * @answer: the end of a pipe that gives answers
 * @error: errno of the latest reading that failed
 */
struct ig_reader {
	pid_t pid;
	int ask;
	int asked;
	int answer;
	int error;
};

/** enum ig_read - how a reading ended */
enum ig_read {
	IG_READ_OK,
	IG_READ_ERROR, /* see @error of the reader */
	IG_READ_STUCK, /* no answer: the group lock is held for seconds */
	IG_READ_DIED, /* the helper is not there any more, or talks nonsense */
};

/** ig_reader_start() - fork the helper; 0 or -errno */
int ig_reader_start(struct ig_reader *reader);

/** ig_reader_stop() - end the helper; one that is stuck is left behind */
void ig_reader_stop(struct ig_reader *reader);

/**
 * ig_reader_read() - have the type attribute of a group read
 * @reader: started
 * @id: the group
 * @type: set to the attribute's text without newline
 * @size: bytes at @type
 *
 * After IG_READ_STUCK and IG_READ_DIED it has to be stopped and started anew.
 */
enum ig_read ig_reader_read(struct ig_reader *reader, unsigned int id,
			    char *type, size_t size);

#endif /* IOMMU_GROUP_READER_H */
