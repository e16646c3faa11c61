#include "base/slice.h"

#include <string.h>

static unsigned char lower(char c)
{
	unsigned char byte = (unsigned char) c;

	return byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte;
}

static bool blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct slice slice_str(const char *text)
{
	return text ? (struct slice){ text, strlen(text) } : SLICE("");
}

/* memcmp must not see NULL, not even with a length of 0; the empty slice may have one. */
static bool same(const char *a, const char *b, size_t len)
{
	return len == 0 || memcmp(a, b, len) == 0;
}

bool slice_eq(struct slice a, struct slice b)
{
	return a.len == b.len && same(a.ptr, b.ptr, a.len);
}

bool slice_eq_nocase(struct slice a, struct slice b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++) {
		if (lower(a.ptr[i]) != lower(b.ptr[i]))
			return false;
	}
	return true;
}

bool slice_starts(struct slice s, struct slice prefix)
{
	return s.len >= prefix.len && same(s.ptr, prefix.ptr, prefix.len);
}

bool slice_ends(struct slice s, struct slice suffix)
{
	return s.len >= suffix.len && slice_eq(slice_from(s, s.len - suffix.len), suffix);
}

int slice_cmp(struct slice a, struct slice b)
{
	size_t both = a.len < b.len ? a.len : b.len;
	int order = both > 0 ? memcmp(a.ptr, b.ptr, both) : 0;

	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

struct slice slice_from(struct slice s, size_t start)
{
	return start < s.len ? (struct slice){ s.ptr + start, s.len - start } : SLICE("");
}

struct slice slice_trim(struct slice s)
{
	while (s.len > 0 && blank(s.ptr[0]))
		s = slice_from(s, 1);
	while (s.len > 0 && blank(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

const char *slice_find(struct slice s, char c)
{
	return s.len > 0 ? memchr(s.ptr, c, s.len) : NULL;
}

bool slice_cut(struct slice s, char sep, struct slice *head, struct slice *tail)
{
	const char *at = slice_find(s, sep);
	size_t len = at ? (size_t) (at - s.ptr) : s.len;

	*head = (struct slice){ s.ptr, len };
	*tail = slice_from(s, at ? len + 1 : len);
	return at != NULL;
}
