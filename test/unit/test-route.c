/*
 * test-route.c - every row of routes.tsv through uri_read and route_find.
 *
 * A line is METHOD, target, operation (or "refused") and, where the path has a variable, what it
 * stands for, with tabs between. CIS_AUTHZ_TEST_DATA names the directory of routes.tsv.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/array.h"
#include "docker/route.h"
#include "docker/uri.h"
#include "policy/op.h"

struct line {
	struct slice method, target, expected, object;
};

static struct line split(struct slice text)
{
	struct line l = { 0 };

	slice_cut(text, '\t', &l.method, &text);
	slice_cut(text, '\t', &l.target, &text);
	slice_cut(text, '\t', &l.expected, &text);
	l.object = text;
	return l;
}

/* "refused", or the operation's name; `object` is set with the latter. */
static struct slice classify(const struct line *l, struct arena *a, struct slice *object)
{
	const struct route *route;
	struct reading reading;
	struct uri uri;

	*object = SLICE("");
	reading_start(&reading, a);
	if (uri_read(l->target, a, &uri, &reading) != 0)
		return reading.unread.count > 0 ? SLICE("refused")
						: SLICE("refused without a word");
	route = route_find(l->method, uri.path, object);
	return slice_str(op_name(route->op));
}

static FILE *open_table(void)
{
	const char *dir = getenv("CIS_AUTHZ_TEST_DATA");
	char path[4096];
	FILE *f;

	assert_non_null(dir);
	snprintf(path, sizeof(path), "%s/routes.tsv", dir);
	f = fopen(path, "r");
	assert_non_null(f);
	return f;
}

static void test_table(void **state)
{
	struct arena *a = arena_new(1 << 20);
	bool seen[OP_COUNT] = { false };
	unsigned lines = 0, wrong = 0;
	FILE *f = open_table();
	char *text = NULL;
	size_t room = 0;
	ssize_t len;

	(void) state;
	assert_non_null(a);
	while ((len = getline(&text, &room, f)) > 0) {
		struct slice object, got;
		struct line l;
		enum op op;

		len -= text[len - 1] == '\n';
		if (len == 0 || text[0] == '#')
			continue;
		l = split((struct slice){ text, (size_t) len });
		got = classify(&l, a, &object);
		if (!slice_eq(got, l.expected) || !slice_eq(object, l.object)) {
			print_error("%.*s: got %.*s of \"%.*s\"\n", (int) len, text, SLICE_ARG(got),
				    SLICE_ARG(object));
			wrong++;
		}
		if (op_find(l.expected, &op))
			seen[op] = true;
		lines++;
		arena_reset(a);
	}
	free(text);
	fclose(f);
	arena_free(a);

	for (size_t i = 0; i < OP_COUNT; i++) {
		/* These two are told by the body and the parameters, not by the route. */
		if (!seen[i] && i != OP_UNREADABLE && i != OP_IMAGE_IMPORT) {
			print_error("no line of routes.tsv leads to %s\n", op_name((enum op) i));
			wrong++;
		}
	}
	assert_true(lines >= 150);
	assert_int_equal(wrong, 0);
}

/* A row that an earlier one shadows could never be reached. */
static void test_each_row_finds_itself(void **state)
{
	(void) state;
	assert_true(route_count() > 100);
	for (size_t i = 0; i < route_count(); i++) {
		const struct route *row = route_at(i), *found;
		struct slice object;

		/* A pattern is a path of its own: "{id}" is one segment, and a name too. */
		found = route_find(slice_str(row->method), slice_str(row->pattern), &object);
		assert_ptr_equal(found, row);
	}
}

static void test_bodies_and_readers_agree(void **state)
{
	(void) state;
	for (size_t i = 0; i < route_count(); i++) {
		const struct route *row = route_at(i);

		if (row->body == BODY_START)
			assert_non_null(row->read);
		if (strcmp(row->method, "POST") != 0 && strcmp(row->method, "PUT") != 0)
			assert_int_equal(row->body, BODY_NONE);
		/* A copy reads, though by POST. */
		if (row->body != BODY_NONE && row->body != BODY_TRIFLES)
			assert_true(op_changes(row->op));
	}
}

static void test_odd_input(void **state)
{
	static const struct slice odd[] = {
		{ NULL, 0 }, SLICE_INIT("/"), SLICE_INIT("x"), SLICE_INIT("\0/"), SLICE_INIT("//")
	};
	struct slice object;

	(void) state;
	for (size_t i = 0; i < COUNT_OF(odd); i++) {
		assert_int_equal(route_find(SLICE("GET"), odd[i], &object)->op, OP_UNKNOWN_READ);
		assert_int_equal(route_find(SLICE("POST"), odd[i], &object)->op, OP_UNKNOWN);
		assert_int_equal(route_find(odd[i], odd[i], &object)->op, OP_UNKNOWN);
		assert_int_equal(object.len, 0);
	}
	/* A comparison that stops at NUL would take this for a listing. */
	assert_int_equal(route_find(SLICE("GET"), SLICE("/info\0"), &object)->op, OP_UNKNOWN_READ);
	assert_int_equal(route_find(SLICE("GET\0"), SLICE("/info"), &object)->op, OP_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_each_row_finds_itself),
		cmocka_unit_test(test_bodies_and_readers_agree),
		cmocka_unit_test(test_odd_input),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
