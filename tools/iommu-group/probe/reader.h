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

/** struct ig_reader - the helper process and the pipes to it */
struct ig_reader {
	pid_t pid;
	int ask;
	int answer;
};

/** enum ig_read - how a reading ended */
enum ig_read {
	IG_READ_OK,
	IG_READ_GONE, /* the group is not there any more */
	IG_READ_STUCK, /* no answer: the group lock is held for seconds */
	IG_READ_FAILED, /* no helper process could be had */
};

/** ig_reader_start() - fork the helper; 0 or -1 after an error was printed */
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
 * After IG_READ_STUCK the reader has been given up and needs a new start.
 */
enum ig_read ig_reader_read(struct ig_reader *reader, unsigned int id,
			    char *type, size_t size);

#endif /* IOMMU_GROUP_READER_H */
