#include "report/rules-operations.h"

#include <errno.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json-writer.h"
#include "docker/route.h"
#include "policy/op.h"
#include "report/wrap.h"

enum { MEMORY_MOST = 8 << 20 };

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

/* The indent of a list of operations; a lead of words is as wide. */
enum { LIST_AT = 16 };

static int print_names(const char *lead, const struct bit_set *ops, struct arena *a)
{
	struct buf b = BUF(a);
	const char *between = "";
	struct slice names;
	int err;

	for (enum op op = 0; op < OP_COUNT; op++) {
		if (!bit_set_has(ops, op))
			continue;
		buf_printf(&b, "%s%s", between, op_name(op));
		between = ", ";
	}
	err = buf_done(&b, &names);
	if (err || names.len == 0)
		return err;
	printf("  %-*s", LIST_AT - 2, lead);
	wrap(stdout, LIST_AT, LIST_AT, names);
	return 0;
}

/* What policies may write for several operations at once, by the command that calls them. */
static int print_verbs(struct arena *a)
{
	int err = 0;

	for (size_t i = 0; err == 0 && op_verb(i); i++) {
		struct slice word = slice_str(op_verb(i));
		struct bit_set is_for = { 0 }, calls = { 0 }, beside;

		(void) op_match(word, OPS_MEANT, &is_for);
		(void) op_match(word, OPS_ALLOWED, &calls);
		beside = bit_set_without(&calls, &is_for);
		printf("\n%s: %s\n", op_verb(i), op_verb_command(i));
		err = print_names("is for", &is_for, a);
		if (err == 0)
			err = print_names("calls beside", &beside, a);
	}
	return err;
}

int operations_text(void)
{
	OWN(arena) a = arena_new(MEMORY_MOST);
	int err = a ? 0 : -ENOMEM;

	printf("%-24s %-8s %-7s %s\n", "operation", "group", "method", "path");
	for (enum op op = 0; op < OP_COUNT && err == 0; op++)
		err = print_operation(op, a);
	return err ? err : print_verbs(a);
}

static int write_calls(struct buf *b, enum op op, struct arena *a)
{
	const struct route *route;

	json_write_array(b);
	for (size_t i = 0; (route = next_call(op, &i));) {
		struct slice path = plain_path(a, route->pattern);

		if (path.len == 0)
			return -ENOMEM;
		json_write_object(b);
		json_write_text(b, JSON_NAME("method"), route->method);
		json_write_key(b, JSON_NAME("path"));
		json_write_string(b, path);
		json_write_object_end(b);
	}
	json_write_array_end(b);
	return 0;
}

/* The commands that call it. */
static void write_verbs(struct buf *b, enum op op)
{
	json_write_array(b);
	for (size_t i = 0; op_verb(i); i++) {
		struct bit_set calls = { 0 };

		(void) op_match(slice_str(op_verb(i)), OPS_ALLOWED, &calls);
		if (bit_set_has(&calls, op))
			json_write_string(b, slice_str(op_verb(i)));
	}
	json_write_array_end(b);
}

int operations_json(void)
{
	OWN(arena) a = arena_new(MEMORY_MOST);
	struct buf b = BUF(a);
	int err = a ? 0 : -ENOMEM;

	json_write_array(&b);
	for (enum op op = 0; op < OP_COUNT && err == 0; op++) {
		json_write_object(&b);
		json_write_text(&b, JSON_NAME("operation"), op_name(op));
		json_write_text(&b, JSON_NAME("group"), effect(op));
		json_write_key(&b, JSON_NAME("verbs"));
		write_verbs(&b, op);
		json_write_key(&b, JSON_NAME("calls"));
		err = write_calls(&b, op, a);
		json_write_object_end(&b);
	}
	json_write_array_end(&b);
	return err ? err : json_print(&b, stdout);
}
