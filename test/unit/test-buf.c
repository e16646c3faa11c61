#include "base/array.h"
#include "base/buf.h"

#include "base/arena.h"

#include "unit.h"

#include <errno.h>

enum { MUCH = 1024 * 1024 };

static void pieces(void **state)
{
	OWN(arena) a = arena_new(MUCH);
	struct buf b = BUF(a);
	struct slice got;

	(void) state;
	assert_int_equal(buf_done(&b, &got), 0);
	assert_slice(got, SLICE(""));
	buf_add(&b, SLICE("a\0b"));
	buf_add(&b, (struct slice){ NULL, 0 });
	buf_char(&b, ' ');
	buf_u64(&b, 0);
	buf_char(&b, ' ');
	buf_u64(&b, UINT64_MAX);
	buf_char(&b, ' ');
	buf_hex(&b, 0);
	buf_hex(&b, UINT64_MAX - 1);
	buf_printf(&b, " %s=%d", "x", -7);
	buf_printf(&b, "%s", "");
	buf_char(&b, '.');
	assert_int_equal(buf_done(&b, &got), 0);
	assert_slice(got, SLICE("a\0b 0 18446744073709551615 0fffffffffffffffe x=-7."));
}

static void grows(void **state)
{
	OWN(arena) a = arena_new(MUCH);
	struct buf b = BUF(a);
	struct slice got;

	(void) state;
	for (unsigned i = 0; i < 10000; i++) {
		buf_char(&b, (char) i);
		if (i % 1000 == 0)
			assert_non_null(arena_bytes(a, 1)); /* somebody else's, so b must move */
	}
	buf_printf(&b, "%5000d", 1);
	assert_int_equal(buf_done(&b, &got), 0);
	assert_int_equal(got.len, 15000);
	for (unsigned i = 0; i < 10000; i++)
		assert_int_equal(got.ptr[i], (char) i);
}

/* A failure sticks, also when a later piece would fit. */
static void failure_sticks(void **state)
{
	OWN(arena) a = arena_new(512);
	struct slice got = SLICE("untouched");
	char text[513] = { 0 };

	(void) state;
	for (unsigned kind = 0; kind < 5; kind++) {
		struct slice big = { text, sizeof(text) };
		struct buf b = BUF(a);

		arena_reset(a);
		memset(text, 'x', sizeof(text) - 1);
		if (kind == 0)
			buf_add(&b, big);
		else if (kind == 1)
			buf_printf(&b, "%513d", 1);
		else if (kind == 2)
			buf_json(&b, big);
		else if (kind == 3)
			buf_plain(&b, big, SIZE_MAX);
		else
			for (unsigned i = 0; i < 600; i++)
				buf_u64(&b, i);
		buf_char(&b, 'x');
		assert_int_equal(buf_done(&b, &got), -ENOMEM);
		assert_slice(got, SLICE("untouched"));
	}
}

/* The capacity must never wrap round: SIZE_MAX is more than any power of two. */
static void sizes_that_overflow(void **state)
{
	OWN(arena) a = arena_new(SIZE_MAX);
	struct buf b = BUF(a);
	struct slice got;

	(void) state;
	buf_char(&b, 'x');
	buf_add(&b, (struct slice){ "x", SIZE_MAX });
	assert_int_equal(buf_done(&b, &got), -ENOMEM);
	b = BUF(a);
	buf_add(&b, (struct slice){ "x", SIZE_MAX / 2 + 2 });
	assert_int_equal(buf_done(&b, &got), -ENOMEM);
}

static void any_ceiling(void **state)
{
	(void) state;
	for (size_t ceiling = 0; ceiling < 1200; ceiling += 3) {
		OWN(arena) a = arena_new(ceiling);
		struct buf b = BUF(a);
		struct slice got;
		int r;

		for (unsigned i = 0; i < 60; i++) {
			buf_json(&b, SLICE("a\x01\xff"));
			buf_u64(&b, i);
		}
		r = buf_done(&b, &got);
		assert_int_equal(r, ceiling < 1024 ? -ENOMEM : 0);
	}
}

static void json(void **state)
{
	static const struct {
		struct slice in, out;
	} rows[] = {
		{ { NULL, 0 }, SLICE_INIT("\"\"") },
		{ SLICE_INIT("abc"), SLICE_INIT("\"abc\"") },
		{ SLICE_INIT("a\"b\\c/d"), SLICE_INIT("\"a\\\"b\\\\c/d\"") },
		{ SLICE_INIT("\n\t\r"), SLICE_INIT("\"\\n\\t\\u000d\"") },
		{ SLICE_INIT("a\0b"), SLICE_INIT("\"a\\u0000b\"") },
		{ SLICE_INIT("\x1b[2J\x1f\x7f"), SLICE_INIT("\"\\u001b[2J\\u001f\\u007f\"") },
		{ SLICE_INIT(" ~"), SLICE_INIT("\" ~\"") },
		{ SLICE_INIT("\xc2\x9b\xc2\x80\xc2\x9f\xc2\xa0"),
		  SLICE_INIT("\"\\u009b\\u0080\\u009f\xc2\xa0\"") },
		{ SLICE_INIT("\xc3\xa4\xe2\x82\xac\xf0\x9f\x92\xa9"),
		  SLICE_INIT("\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x92\xa9\"") },
		{ SLICE_INIT("\xe2\x80\xaa\xe2\x80\xae\xe2\x81\xa6\xe2\x81\xa9"),
		  SLICE_INIT("\"\\u202a\\u202e\\u2066\\u2069\"") },
		{ SLICE_INIT("\xd8\x9c\xe2\x80\x8b\xe2\x80\x8f\xe2\x80\xa8\xef\xbb\xbf"),
		  SLICE_INIT("\"\\u061c\\u200b\\u200f\\u2028\\ufeff\"") },
		{ SLICE_INIT("\xf3\xa0\x81\x81"), SLICE_INIT("\"\\udb40\\udc41\"") },
		{ SLICE_INIT("\xff\xfe"), SLICE_INIT("\"\xef\xbf\xbd\xef\xbf\xbd\"") },
		{ SLICE_INIT("a\xe2\x82"), SLICE_INIT("\"a\xef\xbf\xbd\xef\xbf\xbd\"") },
		{ SLICE_INIT("\xed\xa0\x80\""),
		  SLICE_INIT("\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\\\"\"") },
	};

	(void) state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		OWN(arena) a = arena_new(MUCH);
		struct slice in = tight(rows[i].in), got;
		struct buf b = BUF(a);

		buf_json(&b, in);
		assert_int_equal(buf_done(&b, &got), 0);
		assert_slice(got, rows[i].out);
		untight(in);
	}
}

static void plain(void **state)
{
	static const struct {
		struct slice in;
		size_t most;
		const char *out;
	} rows[] = {
		{ { NULL, 0 }, 0, "" },
		{ SLICE_INIT("abc"), 3, "abc" },
		{ SLICE_INIT("abc"), SIZE_MAX, "abc" },
		{ SLICE_INIT("abc"), 2, "ab..." },
		{ SLICE_INIT("abc"), 0, "..." },
		{ SLICE_INIT("a\0b"), 9, "a\\x00b" },
		{ SLICE_INIT("\x1b[31m\n\t\x7f"), 9, "\\x1b[31m\\x0a\\x09\\x7f" },
		{ SLICE_INIT("\x1b\x1b"), 1, "\\x1b..." },
		{ SLICE_INIT("\xc2\x9bm"), 9, "\\xc2\\x9bm" },
		{ SLICE_INIT("\xe2\x80\xaegnp"), 9, "\\xe2\\x80\\xaegnp" },
		{ SLICE_INIT("\xe2\x81\xa6\xe2\x80\xa8"), 9, "\\xe2\\x81\\xa6\\xe2\\x80\\xa8" },
		{ SLICE_INIT("\xe2\x80\xa7\xe2\x80\xaf"), 9, "\xe2\x80\xa7\xe2\x80\xaf" },
		{ SLICE_INIT("\xe2\x80\x8b\xef\xbb\xbf"), 9, "\\xe2\\x80\\x8b\\xef\\xbb\\xbf" },
		{ SLICE_INIT("\xf3\xa0\x81\x81"), 9, "\\xf3\\xa0\\x81\\x81" },
		{ SLICE_INIT("\xff\x80"), 9, "\\xff\\x80" },
		{ SLICE_INIT("\xff\x80"), 1, "\\xff..." },
		{ SLICE_INIT("a\xe2\x82\xac"), 4, "a\xe2\x82\xac" },
		{ SLICE_INIT("a\xe2\x82\xac"), 3, "a..." },
		{ SLICE_INIT("a\xe2\x82"), 3, "a\\xe2\\x82" },
		{ SLICE_INIT("\"\\"), 9, "\"\\" },
	};

	(void) state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		OWN(arena) a = arena_new(MUCH);
		struct slice in = tight(rows[i].in), got;
		struct buf b = BUF(a);

		buf_plain(&b, in, rows[i].most);
		assert_int_equal(buf_done(&b, &got), 0);
		assert_slice(got, slice_str(rows[i].out));
		untight(in);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces),         cmocka_unit_test(grows),
		cmocka_unit_test(failure_sticks), cmocka_unit_test(sizes_that_overflow),
		cmocka_unit_test(any_ceiling),    cmocka_unit_test(json),
		cmocka_unit_test(plain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
