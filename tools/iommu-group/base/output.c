// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/output.h"

FILE *ig_output_open(const struct ig_options *options, bool keep)
{
	FILE *out;

	if (!options->output)
		return stdout;
	out = fopen(options->output, keep ? "ae" : "we");
	if (!out)
		ig_error("cannot write %s: %m", options->output);
	return out;
}

int ig_output_close(FILE *out, const struct ig_options *options)
{
	int failed = fflush(out) || ferror(out);

	if (out != stdout && fclose(out))
		failed = 1;
	if (failed)
		return ig_error("cannot write %s: %m", options->output ?
							       options->output :
							       "to stdout");
	return 0;
}

int ig_output_file(const char *path, int (*write)(FILE *, const void *),
		   const void *what)
{
	FILE *out;
	int err;

	if (!path)
		return 0;
	out = fopen(path, "w");
	if (!out)
		return ig_error("cannot write %s: %m", path);
	err = write(out, what);
	if (fclose(out) && !err)
		err = -errno;
	if (err)
		return ig_error("cannot write %s: %s", path, strerror(-err));
	return 0;
}
