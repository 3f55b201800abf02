// SPDX-License-Identifier: GPL-2.0
/* Durations, errors and devices in words. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "attach/print_parts.h"

const char *ig_duration_name(char *buf, double ns)
{
	static const char *const units[] = { "ns", "us", "ms", "s" };
	size_t unit = 0;
	int digits;

	/* What would be rounded to 1000 is 1.00 of the next. */
	while (ns >= 999.5 && unit < 3) {
		ns /= 1000;
		unit++;
	}
	digits = ns < 9.995 ? 2 : ns < 99.95 ? 1 : 0;
	if (!unit && ns == floor(ns))
		digits = 0;
	snprintf(buf, IG_SHORT_LEN, "%.*f %s", digits, ns, units[unit]);
	return buf;
}

const char *ig_cost_name(char *buf, double ns)
{
	char words[IG_SHORT_LEN - 2];

	snprintf(words, sizeof(words), "%s", ig_duration_name(buf, fabs(ns)));
	snprintf(buf, IG_SHORT_LEN, "%c %s", ns < 0 ? '-' : '+', words);
	return buf;
}

const char *ig_errno_name(char *buf, int err)
{
	const char *name = strerrorname_np(err);

	/* Some stay inside the kernel and have no name here. */
	if (name)
		snprintf(buf, IG_SHORT_LEN, "%s", name);
	else
		snprintf(buf, IG_SHORT_LEN, "%d", err);
	return buf;
}

const char *ig_device_name(char *buf, const struct ig_slow *slow)
{
	snprintf(buf, IG_DEVICE_WORDS, "%.*s", (int)sizeof(slow->device),
		 slow->device[0] ? slow->device : "?");
	return buf;
}

size_t ig_kept_calls(const struct ig_slow *slow)
{
	return slow->calls < IG_SLOW_CALLS ? slow->calls : IG_SLOW_CALLS;
}

int ig_flushed(FILE *out)
{
	errno = 0;
	if (fflush(out) || ferror(out))
		return errno ? -errno : -EIO;
	return 0;
}
