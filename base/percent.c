#include "base/percent.h"

#include <errno.h>

#include "base/arena.h"
#include "base/diag.h"

int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* `s` begins with '%'. */
static bool read_escape(struct slice s, char *ret)
{
	int high = s.len > 2 ? hex_digit(s.ptr[1]) : -1;
	int low = s.len > 2 ? hex_digit(s.ptr[2]) : -1;

	if (high < 0 || low < 0)
		return false;
	*ret = (char) (high << 4 | low);
	return true;
}

int percent_decode(struct slice text, bool blanks, struct arena *a, struct slice *ret)
{
	size_t len = 0;
	char *out;

	if (!slice_find(text, '%') && (!blanks || !slice_find(text, '+'))) {
		*ret = text;
		return 0;
	}
	out = arena_bytes(a, text.len);
	if (!out)
		return -ENOMEM;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (c == '+' && blanks) {
			c = ' ';
		} else if (c == '%') {
			if (!read_escape(slice_from(text, i), &c))
				return BAD_INPUT;
			i += 2;
		}
		out[len++] = c;
	}
	arena_trim(a, out, text.len, len);
	*ret = (struct slice){ out, len };
	return 0;
}
