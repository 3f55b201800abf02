// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "probe/complaint.h"

static char text[320];

static int keep_first(enum libbpf_print_level level, const char *fmt,
		      va_list args)
{
	if (level != LIBBPF_WARN)
		return 0;
	if (getenv("IOMMU_GROUP_DEBUG"))
		return vfprintf(stderr, fmt, args);
	if (text[0])
		return 0;
	return vsnprintf(text, sizeof(text), fmt, args);
}

void ig_complaint_clear(void)
{
	libbpf_set_print(keep_first);
	text[0] = 0;
}

void ig_complaint_set(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
}

const char *ig_complaint(void)
{
	text[strcspn(text, "\n")] = 0;
	return text[0] ? text : strerror(errno);
}
