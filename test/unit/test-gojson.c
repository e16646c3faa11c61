/* Go's field rules, and what only imitation could get right, on a table of each kind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/array.h"
#include "json/gojson.h"

struct inner {
	struct field_int number;
	const struct place *at;
};

struct entry {
	struct slice key;
	struct field_text text;
};

struct target {
	struct field_bool flag;
	struct field_int number;
	struct field_text text, task;
	struct field_texts strings, string_lists, words;
	struct field_pairs pairs;
	struct inner inner;
	struct gojson_items list, map, lists;
	struct field_bool embedded;
};

static const struct gojson_field inner_fields[] = {
	{ "Number", GO_INT, offsetof(struct inner, number) },
};
static const struct gojson_type inner_type = {
	GOJSON_TYPE(inner_fields, struct inner),
	.keeps_at = true,
	.at_offset = offsetof(struct inner, at),
};

static const struct gojson_field entry_fields[] = {
	{ "Text", GO_STRING, offsetof(struct entry, text) },
};
static const struct gojson_type entry_type = { GOJSON_TYPE(entry_fields, struct entry) };

static const struct gojson_field embedded_fields[] = {
	{ "Embedded", GO_BOOL, offsetof(struct target, embedded) },
	{ "Number", GO_BOOL, offsetof(struct target, embedded) },
};
static const struct gojson_type embedded_type = { GOJSON_TYPE(embedded_fields, struct target) };

static const struct gojson_field fields[] = {
	{ "Flag", GO_BOOL, offsetof(struct target, flag) },
	{ "Ignored", GO_IGNORED, 0, NULL, "a test" },
	{ "Inner", GO_STRUCT, offsetof(struct target, inner), &inner_type },
	{ "List", GO_STRUCTS, offsetof(struct target, list), &inner_type },
	{ "Lists", GO_STRUCTS_MAP, offsetof(struct target, lists), &inner_type },
	{ "Map", GO_STRUCT_MAP, offsetof(struct target, map), &entry_type },
	{ "Number", GO_INT, offsetof(struct target, number) },
	{ "Pairs", GO_STRING_MAP, offsetof(struct target, pairs) },
	{ "StringLists", GO_STRING_LISTS, offsetof(struct target, string_lists) },
	{ "Strings", GO_STRINGS, offsetof(struct target, strings) },
	{ "Task", GO_STRING, offsetof(struct target, task) },
	{ "Text", GO_STRING, offsetof(struct target, text) },
	{ "Words", GO_WORDS, offsetof(struct target, words) },
};
static const struct gojson_type type = {
	GOJSON_TYPE(fields, struct target),
	.embedded = &embedded_type,
	.embedded_objection = "is embedded",
};

struct fixture {
	struct arena *arena;
	struct reading reading;
	struct target target;
	int result;
};

static int setup(void **state)
{
	static struct fixture f;

	memset(&f, 0, sizeof(f));
	f.arena = arena_new(1 << 20);
	*state = &f;
	return f.arena ? 0 : -1;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	arena_free(f->arena);
	return 0;
}

static void decode(struct fixture *f, const char *body)
{
	memset(&f->target, 0, sizeof(f->target));
	reading_start(&f->reading, f->arena);
	f->result = gojson_decode(slice_str(body), &type, &f->target, &f->reading);
}

static bool clean(const struct fixture *f)
{
	return f->result == 0 && f->reading.unread.count == 0 && f->reading.unknown.count == 0;
}

static bool objects(const struct fixture *f)
{
	return f->reading.unread.count > 0;
}

static void test_every_kind(void **state)
{
	struct fixture *f = *state;

	decode(f,
	       "{\"Flag\":true,\"Number\":-7,\"Text\":\"a\",\"Strings\":[\"b\",\"c\"],\"Words\":\"d\","
	       "\"StringLists\":[[\"d\",\"e\"],[]],"
	       "\"Pairs\":{\"k\":\"v\"},\"Inner\":{\"Number\":1},\"List\":[{\"Number\":2},{}],"
	       "\"Map\":{\"x\":{\"Text\":\"y\"}},\"Lists\":{\"p\":[{\"Number\":3}],\"q\":null},\"Ignored\":[{}]}");
	assert_true(clean(f));
	assert_true(f->target.flag.value);
	assert_int_equal(f->target.number.value, -7);
	assert_int_equal(f->target.strings.count, 2);
	assert_int_equal(f->target.string_lists.count, 3);
	assert_int_equal(f->target.string_lists.items[2].value.len, 0);
	assert_int_equal(f->target.words.count, 1);
	assert_true(slice_eq(f->target.pairs.items[0].value, SLICE("v")));
	assert_int_equal(f->target.inner.number.value, 1);
	assert_int_equal(f->target.list.count, 2);
	assert_int_equal(((struct inner *) f->target.list.items)[0].number.value, 2);
	assert_true(slice_eq(((struct entry *) f->target.map.items)[0].text.value, SLICE("y")));
	assert_int_equal(f->target.lists.count, 2);
	assert_int_equal(((struct gojson_list *) f->target.lists.items)[0].list.count, 1);
}

static void test_null_is_absent(void **state)
{
	struct fixture *f = *state;

	decode(f,
	       "{\"Flag\":null,\"Number\":null,\"Text\":null,\"Strings\":null,\"Words\":null,\"Pairs\":null,"
	       "\"Inner\":null,\"List\":null,\"Map\":null,\"Lists\":null}");
	assert_true(clean(f));
	assert_int_equal(f->target.flag.state, FIELD_DEFAULT);
	assert_int_equal(f->target.strings.state, FIELD_DEFAULT);
	assert_int_equal(f->target.list.state, FIELD_DEFAULT);
	assert_null(f->target.inner.at);
}

static void test_keys_fold_as_in_go(void **state)
{
	static const char *const spellings[] = {
		"{\"task\":\"x\"}",        "{\"TASK\":\"x\"}",
		"{\"Ta\xc5\xbfk\":\"x\"}", "{\"Tas\xe2\x84\xaa\":\"x\"}",
		"{\"T\\u0061sk\":\"x\"}",  "{\"Ta\\u017F\\u212a\":\"x\"}",
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT_OF(spellings); i++) {
		decode(f, spellings[i]);
		assert_true(clean(f));
		assert_true(slice_eq(f->target.task.value, SLICE("x")));
	}
}

static void test_other_keys_are_unknown(void **state)
{
	static const char *const spellings[] = {
		"{\"Tasks\":1}",
		"{\"Tas\":1}",
		"{\"\":1}",
		"{\"Ta\xc3\x9fk\":1}",
		("{\"T\xc4\xb1"
		 "ask\":{\"Flag\":true}}"),
		"{\"Inner.Number\":1}",
		"{\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\":1}",
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT_OF(spellings); i++) {
		decode(f, spellings[i]);
		assert_int_equal(f->result, 0);
		assert_int_equal(f->reading.unread.count, 0);
		assert_int_equal(f->reading.unknown.count, 1);
		assert_false(f->target.flag.value);
	}
}

static void test_objections(void **state)
{
	static const char *const bodies[] = {
		"{\"Flag\":true,\"Flag\":false}",
		"{\"Flag\":true,\"flag\":null}",
		"{\"Inner\":{},\"inner\":{}}",
		"{\"List\":[{}],\"List\":[{}]}",
		"{\"Inner\":{\"Number\":1,\"numbeR\":1}}",
		"{\"Pairs\":{\"a\":\"1\",\"b\":\"2\",\"a\":\"1\"}}",
		"{\"Map\":{\"a\":{},\"a\":{}}}",
		"{\"Lists\":{\"a\":[],\"a\":[]}}",
		"{\"Strings\":[null]}",
		"{\"StringLists\":[null]}",
		"{\"StringLists\":[\"a\"]}",
		"{\"List\":[null]}",
		"{\"Flag\":1}",
		"{\"Flag\":\"true\"}",
		"{\"Number\":1.0}",
		"{\"Number\":1e3}",
		"{\"Number\":\"1\"}",
		"{\"Text\":1}",
		"{\"Strings\":\"a\"}",
		"{\"Words\":{}}",
		"{\"Inner\":[]}",
		"{\"List\":{}}",
		"{\"Pairs\":{\"a\":1}}",
		"{\"Embedded\":true}",
		"{\"embedded\":true,\"Flag\":true}",
		"{\"Ignored\":1,\"ignored\":1}",
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT_OF(bodies); i++) {
		decode(f, bodies[i]);
		assert_int_equal(f->result, 0);
		assert_true(objects(f));
	}
}

static void test_map_keys_do_not_fold(void **state)
{
	struct fixture *f = *state;

	decode(f, "{\"Pairs\":{\"a\":\"1\",\"A\":\"2\"}}");
	assert_true(clean(f));
	assert_int_equal(f->target.pairs.count, 2);
}

/* A zero beside HostConfig must not undo what stands in HostConfig. */
static void test_embedded_zero_is_not_kept(void **state)
{
	static const char *const zeros[] = { "null", "false", " false " };
	struct fixture *f = *state;
	char body[64];

	for (size_t i = 0; i < COUNT_OF(zeros); i++) {
		snprintf(body, sizeof(body), "{\"Embedded\":%s}", zeros[i]);
		decode(f, body);
		assert_true(clean(f));
		assert_int_equal(f->target.embedded.state, FIELD_DEFAULT);
	}
}

static void test_own_fields_hide_embedded_ones(void **state)
{
	struct fixture *f = *state;

	decode(f, "{\"Number\":5}");
	assert_true(clean(f));
	assert_int_equal(f->target.number.value, 5);
}

static void test_broken_bodies(void **state)
{
	static const char *const bodies[] = {
		"",
		" ",
		"{",
		"{\"Flag\":true",
		"{\"Flag\":true}}",
		"{} x",
		"[]",
		"null",
		"1",
		"\"x\"",
		"{\"Flag\"}",
		"{\"Flag\":}",
		"{\"Flag\":true,}",
		"{'Flag':true}",
		"\xef\xbb\xbf{}",
		"{\"Text\":\"\xff\"}",
		"{\"Text\":\"\\u0000\"}",
		"{\"Text\":\"\\ud800\"}",
		"{\"Text\":\"a\nb\"}",
		"{\"Number\":01}",
		"{\"Number\":9223372036854775808}",
		"{\"x\":1e999}",
		"{\"Flag\":truE}",
		"// {}",
		"{}{}",
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT_OF(bodies); i++) {
		decode(f, bodies[i]);
		assert_int_equal(f->result, BAD_INPUT);
		assert_true(objects(f));
	}
}

static void nest(char *body, unsigned depth)
{
	char *p = stpcpy(body, "{\"Ignored\":");

	memset(p, '[', depth);
	memset(p + depth, ']', depth);
	p += 2 * depth;
	p[0] = '}';
	p[1] = '\0';
}

/* Of a type with more fields than a word has bits: each may stand once, and none stands for
 * another. */
static void test_many_fields(void **state)
{
	enum { MANY = 200 };
	struct fixture *f = *state;
	char once[MANY * 16], twice[MANY * 16 + 16];
	struct gojson_field many[MANY];
	const struct gojson_type wide = { many, MANY, sizeof(struct target) };
	size_t len = 0;

	for (size_t i = 0; i < MANY; i++) {
		many[i] = (struct gojson_field){ .kind = GO_BOOL };
		snprintf(many[i].name, sizeof(many[i].name), "F%03zu", i);
		len += (size_t) snprintf(once + len, sizeof(once) - len, "%s\"%s\":true",
					 i > 0 ? "," : "{", many[i].name);
	}
	for (size_t i = 0; i <= MANY; i++) {
		if (i < MANY)
			snprintf(twice, sizeof(twice), "%.*s,\"F%03zu\":true}", (int) len, once, i);
		else
			snprintf(twice, sizeof(twice), "%.*s}", (int) len, once);
		reading_start(&f->reading, f->arena);
		assert_int_equal(gojson_decode(slice_str(twice), &wide, &f->target, &f->reading),
				 0);
		assert_int_equal(f->reading.unread.count, i < MANY ? 1 : 0);
		arena_reset(f->arena);
	}
}

static void test_depth(void **state)
{
	struct fixture *f = *state;
	char body[256];

	nest(body, 63);
	decode(f, body);
	assert_true(clean(f));
	nest(body, 64);
	decode(f, body);
	assert_int_equal(f->result, BAD_INPUT);
}

static void test_every_allocation_may_fail(void **state)
{
	static const char body[] =
		"{\"Text\":\"\\u0041\",\"Strings\":[\"b\"],\"Pairs\":{\"k\":\"v\"},\"List\":[{}],"
		"\"Map\":{\"x\":{}},\"Flag\":1,\"zzz\":1}";

	(void) state;
	for (size_t ceiling = 0; ceiling < 4096; ceiling += 8) {
		struct arena *arena = arena_new(ceiling);
		struct reading reading;
		struct target target = { 0 };
		int result;

		assert_non_null(arena);
		reading_start(&reading, arena);
		result = gojson_decode(slice_str(body), &type, &target, &reading);
		assert_true(result == -12 || (result == 0 && reading.unread.count == 1));
		arena_free(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_every_kind, setup, teardown),
		cmocka_unit_test_setup_teardown(test_null_is_absent, setup, teardown),
		cmocka_unit_test_setup_teardown(test_keys_fold_as_in_go, setup, teardown),
		cmocka_unit_test_setup_teardown(test_other_keys_are_unknown, setup, teardown),
		cmocka_unit_test_setup_teardown(test_objections, setup, teardown),
		cmocka_unit_test_setup_teardown(test_map_keys_do_not_fold, setup, teardown),
		cmocka_unit_test_setup_teardown(test_embedded_zero_is_not_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(test_own_fields_hide_embedded_ones, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_broken_bodies, setup, teardown),
		cmocka_unit_test_setup_teardown(test_many_fields, setup, teardown),
		cmocka_unit_test_setup_teardown(test_depth, setup, teardown),
		cmocka_unit_test(test_every_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
