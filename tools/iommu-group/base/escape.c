// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"

/* Bytes of the UTF-8 character at @s, 0 when it is none. */
static size_t utf8_length(const unsigned char *s)
{
	static const unsigned int least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n = *s < 0x80 ? 1 : *s < 0xe0 ? 2 : *s < 0xf0 ? 3 : 4;
	unsigned int code = n == 1 ? *s : *s & (0x7f >> n);
	size_t i;

	if ((*s >= 0x80 && *s < 0xc2) || *s > 0xf4)
		return 0;
	for (i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (s[i] & 0x3f);
	}
	/* Not the shortest form, half a surrogate pair, beyond Unicode. */
	if (code < least[n] || (code >= 0xd800 && code < 0xe000) ||
	    code > 0x10ffff)
		return 0;
	return n;
}

char *ig_valid_utf8(const char *text)
{
	static const char replacement[] = "\xef\xbf\xbd";
	size_t n, used = 0;
	char *clean;

	if (!text)
		text = "";
	clean = malloc(3 * strlen(text) + 1);
	if (!clean)
		return NULL;
	while (*text) {
		n = utf8_length((const unsigned char *)text);
		memcpy(clean + used, n ? text : replacement, n ?: 3);
		used += n ?: 3;
		text += n ?: 1;
	}
	clean[used] = 0;
	return clean;
}

void ig_print_escaped(FILE *out, const char *text)
{
	char *clean = ig_valid_utf8(text ?: "?");
	char *c;

	for (c = clean; c && *c; c++)
		fputc((unsigned char)*c < ' ' || *c == 0x7f ? '?' : *c, out);
	free(clean);
}
