// SPDX-License-Identifier: GPL-2.0
/* Calls that a driver makes while the driver core binds it to a device. */
#include <string.h>

#include "refs/refs.h"

/*
 * Where the kernel calls a driver's probe.  A PCI driver is probed on a CPU near
 * its device, by a worker whose stack has no more of it than local_pci_probe().
 */
static const char *const callers[] = {
	"call_driver_probe",
	"really_probe",
	"local_pci_probe",
};

/* The name ends where its offset begins, or that of a part of it. */
static bool is_function(const char *frame, const char *name)
{
	size_t n = strlen(name);

	return !strncmp(frame, name, n) && strchr("+.", frame[n]);
}

static bool calls_probe(const char *frame)
{
	size_t i;

	for (i = 0; i < sizeof(callers) / sizeof(callers[0]); i++)
		if (is_function(frame, callers[i]))
			return true;
	return false;
}

bool ig_is_in_probe(const struct ig_trace *trace, const char *module)
{
	bool by_driver = !module;
	size_t i;

	for (i = 0; trace && i < trace->nframes; i++) {
		const char *frame = trace->frames[i];

		if (calls_probe(frame))
			return by_driver;
		if (module && ig_is_in_module(frame, module))
			by_driver = true;
		/* A driver that is built in is not called by a module. */
		else if (!module && strchr(frame, '['))
			by_driver = false;
	}
	return false;
}
