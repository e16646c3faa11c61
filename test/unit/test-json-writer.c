#include "base/json-writer.h"

#include "base/arena.h"

#include "unit.h"

#include <errno.h>

static void write_items(struct buf *b)
{
	json_write_array(b);
	json_write_string(b, SLICE("{\""));
	json_write_string(b, SLICE("["));
	json_write_number(b, UINT64_MAX);
	json_write_bool(b, true);
	json_write_bool(b, false);
	json_write_null(b);
	json_write_object(b);
	json_write_object_end(b);
	json_write_array(b);
	json_write_array_end(b);
	json_write_array_end(b);
}

static void commas(void **state)
{
	OWN(arena) a = arena_new(4096);
	struct buf b = BUF(a);
	struct slice got;

	(void) state;
	json_write_object(&b);
	json_write_key(&b, JSON_NAME("a"));
	json_write_plain(&b, SLICE("x,{"));
	json_write_any_key(&b, SLICE("\"\x1b:"));
	write_items(&b);
	json_write_key(&b, JSON_NAME("c"));
	json_write_object(&b);
	json_write_key(&b, JSON_NAME("d"));
	buf_add(&b, SLICE("0.5"));
	json_write_object_end(&b);
	json_write_object_end(&b);
	assert_int_equal(buf_done(&b, &got), 0);
	assert_slice(got,
		     SLICE("{\"a\":\"x,{\",\"\\\"\\u001b:\":[\"{\\\"\",\"[\",18446744073709551615,"
			   "true,false,null,{},[]],\"c\":{\"d\":0.5}}"));
}

static void check_indented(struct slice json, struct slice wanted)
{
	OWN(arena) a = arena_new(4096);
	struct buf b = BUF(a);
	struct slice got;

	json_indent(&b, json);
	assert_int_equal(buf_done(&b, &got), 0);
	assert_slice(got, wanted);
}

/* Brackets, commas, colons and quotes in a string are letters. */
static void indents(void **state)
{
	(void) state;
	check_indented(SLICE("{\"a\":[1,\"x,{[:\\\"]}\\\\\",null],\"b\":{},\"c\":[[]]}"),
		       SLICE("{\n  \"a\": [\n    1,\n    \"x,{[:\\\"]}\\\\\",\n    null\n  ],\n"
			     "  \"b\": {},\n  \"c\": [\n    []\n  ]\n}"));
	check_indented(SLICE("[]"), SLICE("[]"));
	check_indented(SLICE("\"a:b\""), SLICE("\"a:b\""));
}

/* A key and its value in one. */
static void fields(void **state)
{
	OWN(arena) a = arena_new(4096);
	struct buf b = BUF(a);
	struct slice got;

	(void) state;
	json_write_object(&b);
	json_write_text(&b, JSON_NAME("a"), "x\"");
	json_write_text(&b, JSON_NAME("b"), NULL);
	json_write_flag(&b, JSON_NAME("c"), false);
	json_write_count(&b, JSON_NAME("d"), 7);
	json_write_object_end(&b);
	assert_int_equal(buf_done(&b, &got), 0);
	assert_slice(got, SLICE("{\"a\":\"x\\\"\",\"b\":null,\"c\":false,\"d\":7}"));
}

/* A record that grew too long takes its last violation back. */
static void takes_back(void **state)
{
	OWN(arena) a = arena_new(4096);
	struct buf b = BUF(a);
	struct slice got;
	size_t before;

	(void) state;
	json_write_array(&b);
	json_write_number(&b, 1);
	before = b.len;
	json_write_number(&b, 2);
	b.len = before;
	json_write_array_end(&b);
	assert_int_equal(buf_done(&b, &got), 0);
	assert_slice(got, SLICE("[1]"));
}

/* Nothing is written beyond memory of the caller's. */
static void in_memory_of_the_callers(void **state)
{
	char memory[8];
	struct slice got = SLICE("untouched");

	(void) state;
	for (size_t size = 0; size < sizeof(memory); size++) {
		struct buf b = BUF_OVER(memory, size);

		memset(memory, '.', sizeof(memory));
		json_write_array(&b);
		json_write_number(&b, 77);
		json_write_array_end(&b);
		assert_int_equal(buf_done(&b, &got), size < 4 ? -ENOMEM : 0);
		for (size_t i = size; i < sizeof(memory); i++)
			assert_int_equal(memory[i], '.');
	}
	assert_slice(got, SLICE("[77]"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commas),
		cmocka_unit_test(fields),
		cmocka_unit_test(indents),
		cmocka_unit_test(takes_back),
		cmocka_unit_test(in_memory_of_the_callers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
