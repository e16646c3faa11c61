#include "base/wrap.h"

#include <string.h>

/* Where the first word ends. */
static size_t word_end(struct slice s)
{
	const char *blank = slice_find(s, ' ');

	return blank ? (size_t) (blank - s.ptr) : s.len;
}

static size_t line_end(struct slice s, size_t room)
{
	const char *blank;

	if (s.len <= room)
		return s.len;
	blank = memrchr(s.ptr, ' ', room + 1);
	return blank ? (size_t) (blank - s.ptr) : word_end(s);
}

struct slice wrap_line(struct slice *rest, size_t room)
{
	struct slice line = { rest->ptr, line_end(*rest, room) };

	*rest = slice_from(*rest, line.len < rest->len ? line.len + 1 : line.len);
	return line;
}

bool wrap_fits(struct slice text, size_t room)
{
	return word_end(text) <= room;
}
