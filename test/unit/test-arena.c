#include "base/arena.h"

#include "unit.h"

#include <errno.h>

enum { MUCH = 64 * 1024 * 1024 };

static void zeroed_and_aligned(void **state)
{
	OWN(arena) a = arena_new(MUCH);

	(void) state;
	memset(arena_bytes(a, 1000), 'x', 1000);
	arena_reset(a);
	for (size_t i = 0; i < 300; i++) {
		unsigned char *p;

		assert_non_null(arena_bytes(a, i % 7));
		p = arena_alloc(a, i, 3);
		assert_non_null(p);
		assert_int_equal((uintptr_t) p % 16, 0);
		for (size_t k = 0; k < 3 * i; k++)
			assert_int_equal(p[k], 0);
		memset(p, 0xff, 3 * i);
	}
}

/* Every block keeps what was written to it, whatever is handed out later. */
static void blocks_do_not_overlap(void **state)
{
	enum { COUNT = 4000 };
	OWN(arena) a = arena_new(MUCH);
	static char *text[COUNT];
	size_t total = 0;

	(void) state;
	for (size_t round = 0; round < 2; round++) {
		total = 0;
		for (size_t i = 0; i < COUNT; i++) {
			text[i] = i % 2 ? arena_bytes(a, 1 + i) : arena_alloc(a, 1 + i, 1);
			assert_non_null(text[i]);
			memset(text[i], (int) (i % 251), 1 + i);
			total += 1 + i;
		}
		for (size_t i = 0; i < COUNT; i++) {
			assert_int_equal(text[i][0], (char) (i % 251));
			assert_int_equal(text[i][i], (char) (i % 251));
		}
		assert_int_equal(arena_used(a), total);
		arena_reset(a);
	}
}

static void ceiling_is_exact(void **state)
{
	OWN(arena) a = arena_new(100);

	(void) state;
	assert_non_null(arena_bytes(a, 60));
	assert_null(arena_bytes(a, 41));
	assert_null(arena_alloc(a, 41, 1));
	assert_int_equal(arena_used(a), 60);
	assert_non_null(arena_alloc(a, 40, 1));
	assert_int_equal(arena_used(a), 100);
	assert_null(arena_bytes(a, 1));
	assert_null(arena_alloc(a, 1, 1));
	assert_non_null(arena_bytes(a, 0));
	assert_non_null(arena_alloc(a, 0, 8));
	arena_reset(a);
	assert_int_equal(arena_used(a), 0);
	assert_non_null(arena_bytes(a, 100));
	assert_null(arena_bytes(a, 1));
}

static void ceiling_of_nothing(void **state)
{
	OWN(arena) a = arena_new(0);

	(void) state;
	assert_null(arena_bytes(a, 1));
	assert_non_null(arena_bytes(a, 0));
}

static void sizes_that_overflow(void **state)
{
	OWN(arena) a = arena_new(SIZE_MAX);
	volatile size_t huge = SIZE_MAX; /* or the compiler warns of what is tested */

	(void) state;
	assert_null(arena_alloc(a, huge, 2));
	assert_null(arena_alloc(a, 2, huge / 2 + 1));
	assert_null(arena_alloc(a, huge / 2 + 1, 2));
	assert_null(arena_alloc(a, huge, 1));
	assert_null(arena_bytes(a, huge));
	assert_null(arena_bytes(a, huge - 16));
	assert_int_equal(arena_used(a), 0);
	assert_non_null(arena_alloc(a, 1, 1));
}

static void around_the_first_block(void **state)
{
	enum { FIRST = 64 * 1024 };

	(void) state;
	for (size_t len = FIRST - 40; len < FIRST + 40; len++) {
		OWN(arena) a = arena_new(MUCH);
		char *one = arena_bytes(a, len), *two = arena_alloc(a, 1, 32);

		assert_non_null(one);
		assert_non_null(two);
		memset(one, 1, len);
		memset(two, 2, 32);
		assert_int_equal(one[len - 1], 1);
	}
}

static void large_blocks(void **state)
{
	OWN(arena) a = arena_new(MUCH);
	char *big = arena_alloc(a, 9, 1024 * 1024);

	(void) state;
	assert_non_null(big);
	memset(big, 'x', 9 * 1024 * 1024);
	assert_non_null(arena_bytes(a, 1));
	assert_null(arena_bytes(a, MUCH));
}

static void reset_keeps_the_first_block(void **state)
{
	OWN(arena) a = arena_new(MUCH);
	char *before = arena_bytes(a, 100);

	(void) state;
	arena_bytes(a, 1024 * 1024);
	arena_reset(a);
	assert_ptr_equal(arena_bytes(a, 100), before);
}

static void trim(void **state)
{
	OWN(arena) a = arena_new(100);
	char *text = arena_bytes(a, 100);

	(void) state;
	memcpy(text, "keep", 4);
	arena_trim(a, text, 100, 4);
	assert_int_equal(arena_used(a), 4);
	assert_non_null(arena_bytes(a, 96));
	assert_memory_equal(text, "keep", 4);
	arena_reset(a);
	text = arena_bytes(a, 10);
	arena_trim(a, text, 10, 10);
	assert_int_equal(arena_used(a), 10);
	arena_trim(a, text, 10, 0);
	assert_int_equal(arena_used(a), 0);
}

static void extend_in_place(void **state)
{
	OWN(arena) a = arena_new(100);
	char *text = arena_bytes(a, 10);

	(void) state;
	memcpy(text, "0123456789", 10);
	assert_ptr_equal(arena_extend(a, text, 10, 100), text);
	assert_int_equal(arena_used(a), 100);
	memset(text + 10, 'x', 90);
	assert_null(arena_extend(a, text, 100, 101));
	assert_int_equal(arena_used(a), 100);
	assert_memory_equal(text, "0123456789x", 11);
}

static void extend_elsewhere(void **state)
{
	OWN(arena) a = arena_new(100);
	char *text = arena_bytes(a, 10), *copy;

	(void) state;
	memcpy(text, "0123456789", 10);
	assert_non_null(arena_bytes(a, 1));
	assert_null(arena_extend(a, text, 10, 90));
	copy = arena_extend(a, text, 10, 89);
	assert_non_null(copy);
	assert_ptr_not_equal(copy, text);
	assert_memory_equal(copy, "0123456789", 10);
	assert_int_equal(arena_used(a), 100);
}

static void extend_beyond_the_block(void **state)
{
	OWN(arena) a = arena_new(MUCH);
	char *text = arena_extend(a, NULL, 0, 60000);

	(void) state;
	assert_non_null(text);
	memset(text, 'y', 60000);
	text = arena_extend(a, text, 60000, 120000);
	assert_non_null(text);
	assert_int_equal(text[59999], 'y');
	memset(text, 'z', 120000);
}

static void lists_grow(void **state)
{
	OWN(arena) a = arena_new(MUCH);
	void *items = NULL;
	unsigned *list;

	(void) state;
	for (unsigned i = 0; i < 5000; i++) {
		unsigned *item = arena_grow(a, &items, i, sizeof(*item));

		list = items;
		assert_ptr_equal(item, list + i);
		assert_int_equal(*item, 0);
		*item = i + 1;
	}
	for (unsigned i = 0; i < 5000; i++)
		assert_int_equal(list[i], i + 1);
	assert_true(arena_used(a) < 4 * 5000 * sizeof(*list));
}

static void lists_fail_to_grow(void **state)
{
	OWN(arena) a = arena_new(4 * sizeof(int));
	void *items = NULL, *before;

	(void) state;
	assert_null(arena_grow(a, &items, 0, sizeof(int) + 1));
	assert_null(items);
	for (size_t i = 0; i < 4; i++)
		assert_non_null(arena_grow(a, &items, i, sizeof(int)));
	before = items;
	assert_null(arena_grow(a, &items, 4, sizeof(int)));
	assert_ptr_equal(items, before);
}

static void appends(void **state)
{
	OWN(arena) a = arena_new(4 * sizeof(struct slice));
	const struct slice *items = NULL, *before;
	size_t count = 0;

	(void) state;
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(ARENA_APPEND(a, items, count, (struct slice){ "abcd", i }), 0);
	before = items;
	assert_int_equal(ARENA_APPEND(a, items, count, SLICE("too many")), -ENOMEM);
	assert_ptr_equal(items, before);
	assert_int_equal(count, 4);
	for (size_t i = 0; i < 4; i++)
		assert_slice(items[i], ((struct slice){ "abcd", i }));
}

static void copies(void **state)
{
	OWN(arena) a = arena_new(8);
	struct slice got = SLICE("untouched");

	(void) state;
	assert_int_equal(arena_copy(a, SLICE("12345678"), &got), -ENOMEM);
	assert_slice(got, SLICE("untouched"));
	assert_int_equal(arena_copy(a, SLICE("a\0b"), &got), 0);
	assert_slice(got, SLICE("a\0b"));
	assert_int_equal(got.ptr[3], 0);
	assert_int_equal(arena_copy(a, (struct slice){ NULL, 0 }, &got), 0);
	assert_slice(got, SLICE(""));
	assert_int_equal(got.ptr[0], 0);
	assert_int_equal(arena_copy(a, SLICE("ab"), &got), 0);
	assert_int_equal(arena_copy(a, SLICE(""), &got), -ENOMEM);
}

static void prints(void **state)
{
	OWN(arena) a = arena_new(8);
	struct slice got = SLICE("untouched");

	(void) state;
	assert_int_equal(arena_printf(a, &got, "%d-%s", 12345, "xy"), -ENOMEM);
	assert_slice(got, SLICE("untouched"));
	assert_int_equal(arena_printf(a, &got, "%d-%s", 12345, "x"), 0);
	assert_slice(got, SLICE("12345-x"));
	assert_int_equal(got.ptr[7], 0);
}

static void free_takes_null(void **state)
{
	(void) state;
	arena_free(NULL);
}

/* Longer than a line, which takes another way: the same text, no byte more charged than needed. */
static void long_texts(void **state)
{
	OWN(arena) a = arena_new(100000);
	char many[2000];
	struct slice got, value = { many, sizeof(many) };

	(void) state;
	memset(many, 'x', sizeof(many));
	assert_int_equal(arena_printf(a, &got, "a %.*s %s %d%c", SLICE_ARG(value), "b", -7, 'c'),
			 0);
	assert_int_equal(got.len, 2 + sizeof(many) + 6);
	assert_int_equal(arena_used(a), got.len + 1);
	assert_memory_equal(got.ptr + 2, many, sizeof(many));
	assert_string_equal(got.ptr + 2 + sizeof(many), " b -7c");
	assert_int_equal(arena_printf(a, &got, "%.*s%04x", SLICE_ARG(value), 1), 0);
	assert_string_equal(got.ptr + sizeof(many), "0001");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zeroed_and_aligned),
		cmocka_unit_test(blocks_do_not_overlap),
		cmocka_unit_test(ceiling_is_exact),
		cmocka_unit_test(ceiling_of_nothing),
		cmocka_unit_test(sizes_that_overflow),
		cmocka_unit_test(around_the_first_block),
		cmocka_unit_test(large_blocks),
		cmocka_unit_test(reset_keeps_the_first_block),
		cmocka_unit_test(trim),
		cmocka_unit_test(extend_in_place),
		cmocka_unit_test(extend_elsewhere),
		cmocka_unit_test(extend_beyond_the_block),
		cmocka_unit_test(lists_grow),
		cmocka_unit_test(lists_fail_to_grow),
		cmocka_unit_test(appends),
		cmocka_unit_test(copies),
		cmocka_unit_test(prints),
		cmocka_unit_test(free_takes_null),
		cmocka_unit_test(long_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
