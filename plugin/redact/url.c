#include "redact/url.h"

#include <string.h>

#include "base/array.h"
#include "base/buf.h"
#include "base/url.h"
#include "redact/redact.h"

/*
 * The two slashes of a URL that was taken for a path are one, once the path is clean; then only a
 * well-known scheme tells it from /srv:/data.
 */
static bool is_cleaned(struct slice text, const char *colon)
{
	static const struct slice schemes[] = { SLICE_INIT("http"), SLICE_INIT("https"),
						SLICE_INIT("ftp"),  SLICE_INIT("ssh"),
						SLICE_INIT("git"),  SLICE_INIT("tcp") };
	struct slice head = { text.ptr, (size_t) (colon - text.ptr) };

	for (size_t i = 0; i < COUNT_OF(schemes); i++) {
		size_t len = schemes[i].len;

		if (head.len >= len &&
		    slice_eq_nocase(slice_from(head, head.len - len), schemes[i]))
			return true;
	}
	return false;
}

/* Most texts have no colon, and memchr is quick to say so. */
const char *url_find(struct slice text)
{
	struct slice rest = text;
	const char *colon;

	while ((colon = slice_find(rest, ':'))) {
		rest = slice_from(rest, (size_t) (colon - rest.ptr));
		if (slice_starts(rest, SLICE("://")) ||
		    (slice_starts(rest, SLICE(":/")) && is_cleaned(text, colon)))
			return colon;
		rest = slice_from(rest, 1);
	}
	return NULL;
}

size_t url_origin(struct slice text, const char *colon)
{
	struct slice rest = slice_from(text, (size_t) (colon - text.ptr));

	return text.len - rest.len + (slice_starts(rest, SLICE("://")) ? 3 : 2);
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

/*
 * An '@' behind the host, as in http://127.0.0.1/@x, makes no user of it, and rules find the host.
 * What stands there could still be a user and a password with a slash, unless it has no colon or a
 * port's digits behind that.
 */
static bool ends_before_at(struct slice text, const char *at, size_t *ret)
{
	struct url url;

	url_read(text, &url);
	*ret = text.len - url.rest.len;
	if (!at || url.scheme.len == 0 || url.host.len == 0 || at < text.ptr + *ret)
		return false;
	for (size_t i = 0; i < url.port.len; i++) {
		if (url.port.ptr[i] < '0' || url.port.ptr[i] > '9')
			return false;
	}
	return !slice_find((struct slice){ text.ptr, *ret }, '@');
}

/* A password may hold anything, quotes and slashes too, so it reaches to the last '@' there is. */
void url_redact(const struct redaction *r, struct slice text, bool was_cut, struct buf *b)
{
	const char *at = text.len > 0 ? memrchr(text.ptr, '@', text.len) : NULL, *scheme;
	size_t end;

	if (r->replays && url_find(text) && ends_before_at(text, at, &end)) {
		buf_add(b, (struct slice){ text.ptr, end });
		buf_char(b, '/');
		buf_add(b, r->mark);
		return;
	}
	while ((scheme = url_find(text))) {
		size_t begin = url_origin(text, scheme);

		buf_add(b, (struct slice){ text.ptr, begin });
		text = slice_from(text, begin);
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

static void write_host(const struct redaction *r, struct slice text, struct buf *b)
{
	const char *at = text.len > 0 ? memrchr(text.ptr, '@', text.len) : NULL;
	struct slice rest;
	bool query;

	if (at) {
		buf_add(b, r->mark);
		text = slice_from(text, (size_t) (at - text.ptr));
	}
	query = slice_cut(text, '?', &text, &rest);
	buf_add(b, text);
	if (query) {
		buf_char(b, '?');
		buf_add(b, r->mark);
	}
}

/* The engine's host ends at the first slash, a password may hold one: then neither is told. */
void redact_host(const struct redaction *r, struct slice text, struct buf *b)
{
	struct slice head, rest;

	if (url_find(text)) {
		redact_urls(r, text, b);
	} else if (!r->replays || !slice_cut(text, '/', &head, &rest)) {
		write_host(r, text, b);
	} else if (slice_find(rest, '@')) {
		buf_add(b, r->mark);
	} else {
		write_host(r, head, b);
		buf_char(b, '/');
		buf_add(b, slice_find(rest, '?') ? r->mark : rest);
	}
}
