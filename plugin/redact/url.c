#include "redact/url.h"

#include <string.h>

#include "base/buf.h"
#include "redact/redact.h"

/* Most texts have no colon, and memchr is quick to say so. */
const char *url_find(struct slice text)
{
	const char *colon;

	while ((colon = slice_find(text, ':'))) {
		text = slice_from(text, (size_t) (colon - text.ptr));
		if (slice_starts(text, SLICE("://")))
			return colon;
		text = slice_from(text, 1);
	}
	return NULL;
}

static struct slice before(struct slice text, const char *end)
{
	return (struct slice){ text.ptr, (size_t) (end - text.ptr) };
}

static bool ends_url(char c)
{
	return (unsigned char) c <= ' ' || c == '"' || c == '\'' || c == '`' || c == '<' ||
	       c == '>';
}

/* Writes the rest of a URL, as far as it is one, without its query; returns what follows it. */
static struct slice write_path(const struct redaction *r, struct slice rest, struct buf *b)
{
	size_t end = 0, query;

	while (end < rest.len && !ends_url(rest.ptr[end]) && rest.ptr[end] != '?')
		end++;
	query = end;
	while (end < rest.len && !ends_url(rest.ptr[end]))
		end++;
	buf_add(b, before(rest, rest.ptr + query));
	if (query < end) {
		buf_char(b, '?');
		buf_add(b, r->mark);
	}
	return slice_from(rest, end);
}

/* A password may hold anything, quotes and slashes too, so it reaches to the last '@' there is. */
void url_redact(const struct redaction *r, struct slice text, bool was_cut, struct buf *b)
{
	const char *at = text.len > 0 ? memrchr(text.ptr, '@', text.len) : NULL, *scheme;

	while ((scheme = url_find(text))) {
		buf_add(b, before(text, scheme + 3));
		text = slice_from(text, (size_t) (scheme + 3 - text.ptr));
		if (was_cut) {
			buf_add(b, r->mark);
			return;
		}
		if (at && at > scheme) {
			buf_add(b, r->mark);
			text = slice_from(text, (size_t) (at - text.ptr));
			at = NULL;
		}
		text = write_path(r, text, b);
	}
	buf_add(b, text);
}

void redact_urls(const struct redaction *r, struct slice text, struct buf *b)
{
	url_redact(r, text, false, b);
}
