#include "base/array.h"
#include "base/utf8.h"

#include "unit.h"

static void scalar_values_go_there_and_back(void **state)
{
	static const struct {
		uint32_t code;
		size_t len;
	} edges[] = {
		{ 0, 1 },      { 0x7f, 1 },   { 0x80, 2 },   { 0x7ff, 2 },   { 0x800, 3 },
		{ 0xd7ff, 3 }, { 0xe000, 3 }, { 0xffff, 3 }, { 0x10000, 4 }, { 0x10ffff, 4 },
	};

	(void) state;
	for (size_t i = 0; i < COUNT_OF(edges); i++) {
		char out[4];
		uint32_t back = 1;
		size_t len = utf8_put(out, edges[i].code);

		assert_int_equal(len, edges[i].len);
		assert_int_equal(utf8_next((struct slice){ out, len }, &back), len);
		assert_int_equal(back, edges[i].code);
		assert_true(utf8_valid((struct slice){ out, len }));
	}
}

/* Every scalar value and nothing else: all codes are put, all sequences of up to three bytes are
 * read. */
static void all_codes(void **state)
{
	size_t valid = 0;
	uint32_t code, back;
	char out[4];

	(void) state;
	for (code = 0; code <= 0x10ffff; code++) {
		if (code >= 0xd800 && code <= 0xdfff)
			continue;
		if (utf8_next((struct slice){ out, utf8_put(out, code) }, &back) == 0 ||
		    back != code)
			fail_msg("U+%04X", code);
	}
	for (uint32_t bytes = 0; bytes < 1 << 24; bytes++) {
		char text[3] = { (char) (bytes >> 16), (char) (bytes >> 8), (char) bytes };

		valid += utf8_next((struct slice){ text, 3 }, &back) == 3;
	}
	assert_int_equal(valid, 0x10000 - 0x800 - 0x800);
}

static void not_utf8(void **state)
{
	static const struct slice bad[] = {
		SLICE_INIT("\x80"),
		SLICE_INIT("\xbf"),
		SLICE_INIT("\xc0\x80"),
		SLICE_INIT("\xc1\xbf"),
		SLICE_INIT("\xc2"),
		SLICE_INIT("\xc2\x41"),
		SLICE_INIT("\xe0\x80\x80"),
		SLICE_INIT("\xe0\x9f\xbf"),
		SLICE_INIT("\xe2\x82"),
		SLICE_INIT("\xe2\x28\xa1"),
		SLICE_INIT("\xed\xa0\x80"),
		SLICE_INIT("\xed\xbf\xbf"),
		SLICE_INIT("\xf0\x80\x80\x80"),
		SLICE_INIT("\xf0\x8f\xbf\xbf"),
		SLICE_INIT("\xf0\x9f\x92"),
		SLICE_INIT("\xf4\x90\x80\x80"),
		SLICE_INIT("\xf5\x80\x80\x80"),
		SLICE_INIT("\xf8\x88\x80\x80\x80"),
		SLICE_INIT("\xfe"),
		SLICE_INIT("\xff"),
	};

	(void) state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct slice s = tight(bad[i]);
		uint32_t code = 77;

		assert_false(utf8_valid(s));
		assert_int_equal(utf8_next(s, &code), 0);
		assert_int_equal(code, 77);
		untight(s);
	}
}

/* The fast path looks at eight bytes at once; a bad byte must be found wherever it stands. */
static void bad_byte_at_any_offset(void **state)
{
	char text[40];

	(void) state;
	for (size_t len = 0; len <= sizeof(text); len++) {
		memset(text, 'a', sizeof(text));
		assert_true(utf8_valid((struct slice){ text, len }));
		for (size_t at = 0; at < len; at++) {
			struct slice s;

			memset(text, 'a', sizeof(text));
			text[at] = '\x80';
			s = tight((struct slice){ text, len });
			assert_false(utf8_valid(s));
			untight(s);
		}
	}
}

static void sequence_cut_at_any_offset(void **state)
{
	static const struct slice mixed = { "abcdefg\xe2\x82\xacxyz\0\xf0\x9f\x92\xa9\xc3\xa4",
					    21 };

	(void) state;
	for (size_t len = 0; len <= mixed.len; len++) {
		struct slice s = tight((struct slice){ mixed.ptr, len });
		bool inside = len == 8 || len == 9 || (len >= 15 && len <= 17) || len == 19;

		assert_int_equal(utf8_valid(s), !inside || len == mixed.len);
		untight(s);
	}
}

/* What stands between two that are asked about here shows, and so do names and emoji. */
static void what_a_reader_does_not_see(void **state)
{
	static const uint32_t hidden[] = {
		0xad,   0x61c,  0x180e, 0x200b, 0x200e, 0x200f, 0x2028,  0x2029,  0x202a,
		0x202e, 0x2060, 0x2066, 0x2069, 0x206f, 0x3164, 0xe0001, 0xe0041, 0xfeff,
	};
	static const uint32_t shown[] = {
		' ',    'a',    0xa0,   0xac,   0xe4,   0x61b,  0x61d,   0x200a,  0x2010,
		0x2027, 0x202f, 0x205f, 0x2070, 0xfe0f, 0xfffd, 0x1f4a9, 0xe0100, 0x10ffff,
	};

	(void) state;
	for (size_t i = 0; i < COUNT_OF(hidden); i++)
		assert_true(utf8_misleads(hidden[i]));
	for (size_t i = 0; i < COUNT_OF(shown); i++)
		assert_false(utf8_misleads(shown[i]) || utf8_is_control(shown[i]));
	for (uint32_t code = 0; code < 0x100; code++)
		assert_int_equal(utf8_is_control(code),
				 code < 0x20 || (code >= 0x7f && code < 0xa0));
}

static void blanks_that_go_takes_away(void **state)
{
	const struct slice inner = SLICE("a\xc2\xa0\xe2\x80\x8b"
					 "b");
	static const struct slice none[] = {
		SLICE_INIT("\xa0x\x85"),
		SLICE_INIT("\xe2\x80\x8bx\xef\xbb\xbf"),
		SLICE_INIT("x\xe2\x80"),
		SLICE_INIT("x\x80\x8a"),
	};
	char text[16];
	struct slice all;
	size_t blanks = 0;

	(void) state;
	for (uint32_t code = 0; code < 0xd800; code++) {
		size_t len = utf8_put(text, code), last;

		text[len] = 'x';
		last = utf8_put(text + len + 1, code);
		all = utf8_trim((struct slice){ text, len + 1 + last });
		assert_int_equal(all.len, utf8_is_blank(code) ? 1 : len + 1 + last);
		blanks += utf8_is_blank(code);
	}
	assert_int_equal(blanks, 25);
	for (size_t i = 0; i < COUNT_OF(none); i++)
		assert_true(slice_eq(utf8_trim(none[i]), none[i]));
	assert_true(slice_eq(utf8_trim(SLICE(" \xe3\x80\x80\t"
					     "a\xc2\xa0\xe2\x80\x8b"
					     "b\xc2\x85\r")),
			     inner));
	assert_int_equal(utf8_trim(SLICE("\xc2\xa0 \xe2\x80\x83")).len, 0);
	assert_int_equal(utf8_trim((struct slice){ NULL, 0 }).len, 0);
}

static void empty(void **state)
{
	uint32_t code;

	(void) state;
	assert_true(utf8_valid((struct slice){ NULL, 0 }));
	assert_int_equal(utf8_next((struct slice){ NULL, 0 }, &code), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scalar_values_go_there_and_back),
		cmocka_unit_test(all_codes),
		cmocka_unit_test(not_utf8),
		cmocka_unit_test(bad_byte_at_any_offset),
		cmocka_unit_test(sequence_cut_at_any_offset),
		cmocka_unit_test(what_a_reader_does_not_see),
		cmocka_unit_test(blanks_that_go_takes_away),
		cmocka_unit_test(empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
