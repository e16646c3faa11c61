#include "report/rules-operations.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "docker/route.h"
#include "policy/op.h"

enum { MEMORY_MOST = 1 << 20 };

static const char *effect(enum op op)
{
	return op_changes(op) ? "changes" : "reads";
}

/* For people a variable is its name: "/exec/{id:.*}/json" is "/exec/{id}/json". */
static struct slice plain_path(struct arena *a, const char *pattern)
{
	struct buf b = BUF(a);
	struct slice path = SLICE("");
	bool in_regexp = false;

	for (; *pattern; pattern++) {
		if (*pattern == ':')
			in_regexp = true;
		else if (*pattern == '}')
			in_regexp = false;
		if (!in_regexp)
			buf_char(&b, *pattern);
	}
	return buf_done(&b, &path) == 0 ? path : SLICE("");
}

static const char *no_route(enum op op)
{
	if (op == OP_UNREADABLE)
		return "a call that cannot be read";
	return op_changes(op) ? "any other call" : "any other GET or HEAD";
}

/* The next route from *at on that leads to `op`, or NULL; *at moves behind it. */
static const struct route *next_call(enum op op, size_t *at)
{
	while (*at < route_count()) {
		const struct route *route = route_at((*at)++);

		if (route->op == op)
			return route;
	}
	return NULL;
}

static int print_operation(enum op op, struct arena *a)
{
	size_t lines = 0;
	const struct route *route;

	for (size_t i = 0; (route = next_call(op, &i));) {
		struct slice path = plain_path(a, route->pattern);

		if (path.len == 0)
			return -ENOMEM;
		printf("%-24s %-8s %-7s %.*s\n", lines > 0 ? "" : op_name(op),
		       lines > 0 ? "" : effect(op), route->method, SLICE_ARG(path));
		lines++;
	}
	if (lines == 0)
		printf("%-24s %-8s %s\n", op_name(op), effect(op), no_route(op));
	return 0;
}

int operations_text(void)
{
	OWN(arena) a = arena_new(MEMORY_MOST);
	int err = a ? 0 : -ENOMEM;

	printf("%-24s %-8s %-7s %s\n", "operation", "group", "method", "path");
	for (enum op op = 0; op < OP_COUNT && err == 0; op++)
		err = print_operation(op, a);
	return err;
}

static json_t *calls_json(enum op op, struct arena *a)
{
	json_t *calls = json_array();
	const struct route *route;

	for (size_t i = 0; (route = next_call(op, &i));) {
		struct slice path = plain_path(a, route->pattern);

		if (path.len == 0 ||
		    json_array_append_new(calls, json_pack("{s:s, s:s%}", "method", route->method,
							   "path", path.ptr, path.len))) {
			json_decref(calls);
			return NULL;
		}
	}
	return calls;
}

int operations_json(void)
{
	OWN(arena) a = arena_new(MEMORY_MOST);
	json_t *list = json_array();
	int err = a && list ? 0 : -ENOMEM;

	for (enum op op = 0; op < OP_COUNT && err == 0; op++) {
		json_t *one = json_pack("{s:s, s:s, s:o}", "operation", op_name(op), "group",
					effect(op), "calls", calls_json(op, a));

		if (json_array_append_new(list, one) != 0)
			err = -ENOMEM;
	}
	if (err == 0 && (json_dumpf(list, stdout, JSON_INDENT(2)) != 0 || putchar('\n') == EOF))
		err = -EIO;
	json_decref(list);
	return err;
}
