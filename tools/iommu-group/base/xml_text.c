// SPDX-License-Identifier: GPL-2.0
/* Text that an XML parser takes. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/xml_text.h"

/* XML 1.0 has no way to write most control characters, nor these two. */
static bool is_forbidden(const char *s)
{
	unsigned char c = *s;

	if (c < ' ')
		return c != '\t' && c != '\n';
	return !strncmp(s, "\xef\xbf\xbe", 3) || !strncmp(s, "\xef\xbf\xbf", 3);
}

void ig_xml_text(FILE *out, const char *text)
{
	char *clean = ig_valid_utf8(text), *c;

	for (c = clean; c && *c; c++) {
		if (is_forbidden(c)) {
			fputc('?', out);
			c += (unsigned char)*c < ' ' ? 0 : 2;
		} else if (*c == '<') {
			fputs("&lt;", out);
		} else if (*c == '>') {
			fputs("&gt;", out);
		} else if (*c == '&') {
			fputs("&amp;", out);
		} else if (*c == '"') {
			fputs("&quot;", out);
		} else if (*c == '\n') {
			/* As is, an attribute would turn it into a space. */
			fputs("&#10;", out);
		} else if (*c == '\t') {
			fputs("&#9;", out);
		} else {
			fputc(*c, out);
		}
	}
	free(clean);
}
