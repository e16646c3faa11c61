/*
 * route.c - which operation a method and a path stand for.
 *
 * The daemon tries its routes in order and takes the first that matches; /containers/create/start
 * is the start of a container named "create". The rows are the daemon's own, so their order decides
 * here too.
 */
#include "docker/route.h"

#include "docker/bodies.h"

/* Rules most rows out at once: first bytes of the method and behind the slash, last of the path. */
struct glance {
	char method, first, last;
};

struct row {
	struct route route;
	struct slice method, pattern;
	struct glance glance;
};

#define ROUTE(verb, text, symbol, kind, reader)                          \
	{                                                                \
		.route = { #verb, text, OP_##symbol, kind, reader },     \
		.method = { #verb, sizeof(#verb) - 1 },                  \
		.pattern = { text, sizeof(text) - 1 },                   \
		.glance = { #verb[0], text[1], text[sizeof(text) - 2] }, \
	},

static const struct row rows[] = {
#include "base/array.h"
#include "docker/routes.def"
};

#undef ROUTE

enum { ROWS = COUNT_OF(rows) };

static const struct route unknown = { "", "", OP_UNKNOWN, BODY_QUERY, NULL };
static const struct route unknown_read = { "", "", OP_UNKNOWN_READ, BODY_NONE, NULL };

static bool may_match(struct glance row, struct glance call)
{
	return row.method == call.method && (row.first == call.first || row.first == '{') &&
	       (row.last == call.last || row.last == '}');
}

static bool matches(struct slice pattern, struct slice path, struct slice *object)
{
	struct slice head, variable, tail, text, inner;

	if (!slice_cut(pattern, '{', &head, &variable))
		return slice_eq(pattern, path);
	slice_cut(variable, '}', &variable, &tail);
	if (!slice_starts(path, head))
		return false;
	text = slice_from(path, head.len);

	if (slice_find(variable, ':')) {
		/* No other variable follows one that takes all it can. */
		if (!slice_ends(text, tail))
			return false;
		text.len -= tail.len;
	} else {
		path = text;
		slice_cut(path, '/', &text, &inner);
		if (text.len == 0 || !matches(tail, slice_from(path, text.len), &inner))
			return false;
	}
	*object = text;
	return true;
}

const struct route *route_find(struct slice method, struct slice path, struct slice *object)
{
	struct glance call = {
		.method = method.len > 0 ? method.ptr[0] : '\0',
		.first = path.len > 1 ? path.ptr[1] : '\0',
		.last = path.len > 0 ? path.ptr[path.len - 1] : '\0',
	};

	*object = SLICE("");
	for (size_t i = 0; i < ROWS; i++) {
		const struct row *row = &rows[i];

		if (may_match(row->glance, call) && slice_eq(row->method, method) &&
		    matches(row->pattern, path, object))
			return &row->route;
	}
	if (slice_eq(method, SLICE("GET")) || slice_eq(method, SLICE("HEAD")))
		return &unknown_read;
	return &unknown;
}

size_t route_count(void)
{
	return ROWS;
}

const struct route *route_at(size_t i)
{
	return &rows[i].route;
}
