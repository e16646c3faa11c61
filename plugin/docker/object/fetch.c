#include "docker/object/fetch.h"

#include "base/arena.h"
#include "base/url.h"

static int write_host(struct arena *a, const struct url *url, struct slice *ret)
{
	const char *open = url->bracketed ? "[" : "", *close = url->bracketed ? "]" : "";
	int error = arena_printf(a, ret, "%s%.*s%s%s%.*s", open, SLICE_ARG(url->host), close,
				 url->port.len > 0 ? ":" : "", SLICE_ARG(url->port));
	char *bytes = error ? NULL : (char *) ret->ptr;

	for (size_t i = 0; !error && i < ret->len; i++) {
		if (bytes[i] >= 'A' && bytes[i] <= 'Z')
			bytes[i] = (char) (bytes[i] + ('a' - 'A'));
	}
	return error;
}

int fetch_add(struct intent *in, enum fetch_kind kind, struct slice given, const struct place *at)
{
	struct fetch fetch = { .kind = kind, .at = at };
	struct url url;
	int error;

	if (given.len == 0)
		return 0;
	url_read(given, &url);
	error = write_host(in->arena, &url, &fetch.at_port);
	if (error)
		return error;
	fetch.host = (struct slice){ fetch.at_port.ptr + url.bracketed, url.host.len };
	in->subjects |= SUBJECT_FETCH;
	return ARENA_APPEND(in->arena, in->fetches.items, in->fetches.count, fetch);
}
