#include "base/url.h"

static struct slice before(struct slice s, const char *end)
{
	return (struct slice){ s.ptr, (size_t) (end - s.ptr) };
}

static struct slice after(struct slice s, const char *at)
{
	return slice_from(s, (size_t) (at - s.ptr) + 1);
}

static bool is_scheme(struct slice s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      c == '+' || c == '-' || c == '.'))
			return false;
	}
	return s.len > 0;
}

/* At the first colon alone, and not where a path or a query came before it. */
static struct slice cut_scheme(struct slice text, struct slice *ret)
{
	const char *colon = slice_find(text, ':');

	*ret = SLICE("");
	if (!colon || !slice_starts(after(text, colon), SLICE("//")) ||
	    !is_scheme(before(text, colon)))
		return text;
	*ret = before(text, colon);
	return slice_from(text, ret->len + 3);
}

static struct slice cut_authority(struct slice text, struct slice *ret)
{
	size_t end = 0;

	while (end < text.len && !slice_find(SLICE("/?#"), text.ptr[end]))
		end++;
	*ret = (struct slice){ text.ptr, end };
	return slice_from(text, end);
}

static struct slice without_user(struct slice authority)
{
	for (size_t i = authority.len; i > 0; i--) {
		if (authority.ptr[i - 1] == '@')
			return slice_from(authority, i);
	}
	return authority;
}

void url_read(struct slice text, struct url *ret)
{
	struct url url = { .port = SLICE("") };
	struct slice authority, host;
	const char *end;

	text = cut_scheme(text, &url.scheme);
	url.rest = cut_authority(text, &authority);
	host = without_user(authority);
	if (slice_starts(host, SLICE("[")) && (end = slice_find(host, ']'))) {
		url.bracketed = true;
		url.host = before(slice_from(host, 1), end);
		host = after(host, end);
		if (slice_starts(host, SLICE(":")))
			url.port = slice_from(host, 1);
		else if (host.len > 0)
			url.host = SLICE("");
	} else {
		slice_cut(host, ':', &url.host, &url.port);
	}
	*ret = url;
}
