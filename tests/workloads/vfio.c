// SPDX-License-Identifier: GPL-2.0
/*
 * vfio - attach an IOMMU group, or a device, and detach it again
 *
 * For guests: static, needs the device bound to vfio-pci (see vfio.sh).
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vfio_attach.h"

struct command {
	const char *name;
	int (*run)(const char *bdf, unsigned int seconds);
	int hold; /* the number is seconds, not rounds */
};

static const struct command commands[] = {
	{ "attach", vfio_attach, 0 },
	{ "hold", vfio_attach, 1 },
	{ "cdev", vfio_cdev, 0 },
	{ "hold-cdev", vfio_cdev, 1 },
};

static int usage(void)
{
	fprintf(stderr,
		"usage: vfio attach BDF [ROUNDS]    attach the group to a container\n"
		"       vfio hold BDF SECONDS       the same once, and stay attached\n"
		"       vfio cdev BDF [ROUNDS]      attach the device to an iommufd\n"
		"       vfio hold-cdev BDF SECONDS  the same once, and stay attached\n");
	return EXIT_FAILURE;
}

static int parse_number(const char *text, unsigned int *number)
{
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno || end == text || *end || !value || value > UINT_MAX)
		return -1;
	*number = value;
	return 0;
}

int main(int argc, char **argv)
{
	const struct command *command = NULL;
	unsigned int number = 1;
	unsigned int round;
	int ret = 0;
	size_t i;

	if (argc < 3 || argc > 4)
		return usage();
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (!strcmp(argv[1], commands[i].name))
			command = &commands[i];
	}
	if (!command || (command->hold && argc != 4))
		return usage();
	if (argc == 4 && parse_number(argv[3], &number))
		return usage();

	if (command->hold)
		return command->run(argv[2], number);
	for (round = 0; round < number && !ret; round++)
		ret = command->run(argv[2], 0);
	return ret;
}
