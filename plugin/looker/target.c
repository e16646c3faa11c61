/*
 * target.c - kind and name to the target of a GET.
 *
 * No version stands before the path: the daemon answers in its own. Engines take a name up to the
 * words behind it, so within a name a slash stands only where there may be one (an image), and no
 * component that a path loses when it is cleaned: the daemon would answer of something else.
 */
#include "looker/target.h"

#include <string.h>

#include "base/buf.h"
#include "base/slice.h"

static const struct pattern {
	struct slice before, behind;
	bool named, slashes;
} patterns[LOOK_KINDS] = {
	[LOOK_IMAGE] = { SLICE_INIT("/images/"), SLICE_INIT("/json"), true, true },
	[LOOK_VOLUME] = { SLICE_INIT("/volumes/"), SLICE_INIT(""), true, false },
	[LOOK_NETWORK] = { SLICE_INIT("/networks/"), SLICE_INIT(""), true, false },
	[LOOK_CONTAINER] = { SLICE_INIT("/containers/"), SLICE_INIT("/json"), true, false },
	[LOOK_SERVICE] = { SLICE_INIT("/services/"), SLICE_INIT(""), true, false },
	[LOOK_INFO] = { SLICE_INIT("/info"), SLICE_INIT(""), false, false },
};

static bool is_component(struct slice part)
{
	return part.len > 0 && !slice_eq(part, SLICE(".")) && !slice_eq(part, SLICE(".."));
}

static bool is_name(struct slice name, const struct pattern *pattern)
{
	struct slice part, rest = name;

	if (!pattern->named)
		return name.len == 0;
	if (slice_find(name, '\0') || (!pattern->slashes && slice_find(name, '/')))
		return false;
	for (bool more = true; more;) {
		more = slice_cut(rest, '/', &part, &rest);
		if (!is_component(part))
			return false;
	}
	return true;
}

bool target_write(const struct look_request *request, size_t len, char *ret)
{
	const size_t head = offsetof(struct look_request, name);
	struct buf out = BUF_OVER(ret, TARGET_MOST);
	const struct pattern *pattern;
	struct slice name;

	if (len < head || request->kind >= LOOK_KINDS || request->len != len - head ||
	    request->len > LOOK_NAME_MOST)
		return false;
	pattern = &patterns[request->kind];
	name = (struct slice){ request->name, request->len };
	if (!is_name(name, pattern))
		return false;
	buf_add(&out, pattern->before);
	buf_percent(&out, name, SLICE("-._/"));
	buf_add(&out, pattern->behind);
	buf_char(&out, '\0');
	return !out.failed;
}
