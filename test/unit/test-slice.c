#include "unit.h"

static const struct slice none = { NULL, 0 };

static void from_text(void **state)
{
	(void) state;
	assert_slice(slice_str("abc"), SLICE("abc"));
	assert_slice(slice_str(""), SLICE(""));
	assert_slice(slice_str(NULL), SLICE(""));
	assert_int_equal(SLICE("a\0b").len, 3);
}

static void equality_looks_behind_nul(void **state)
{
	(void) state;
	assert_true(slice_eq(SLICE("a\0b"), SLICE("a\0b")));
	assert_false(slice_eq(SLICE("a\0b"), SLICE("a\0c")));
	assert_false(slice_eq(SLICE("host\0"), SLICE("host")));
	assert_false(slice_eq(SLICE("hostile"), SLICE("host")));
	assert_true(slice_eq(none, SLICE("")));
	assert_true(slice_eq(none, none));
}

static void nocase_is_ascii_only(void **state)
{
	(void) state;
	assert_true(slice_eq_nocase(SLICE("AbZ-9"), SLICE("aBz-9")));
	assert_false(slice_eq_nocase(SLICE("a"), SLICE("ab")));
	assert_false(slice_eq_nocase(SLICE("@"), SLICE("`")));
	assert_false(slice_eq_nocase(SLICE("["), SLICE("{")));
	assert_false(slice_eq_nocase(SLICE("\xc3\x84"), SLICE("\xc3\xa4")));
	assert_false(slice_eq_nocase(SLICE("k"), SLICE("\xe2\x84\xaa")));
	assert_true(slice_eq_nocase(none, SLICE("")));
}

static void starts_and_ends(void **state)
{
	(void) state;
	assert_true(slice_starts(SLICE("abc"), SLICE("ab")));
	assert_true(slice_starts(SLICE("abc"), SLICE("abc")));
	assert_true(slice_starts(SLICE("abc"), none));
	assert_false(slice_starts(SLICE("abc"), SLICE("abcd")));
	assert_false(slice_starts(none, SLICE("a")));
	assert_true(slice_ends(SLICE("abc"), SLICE("bc")));
	assert_true(slice_ends(SLICE("abc"), SLICE("abc")));
	assert_true(slice_ends(SLICE("abc"), none));
	assert_true(slice_ends(none, none));
	assert_false(slice_ends(SLICE("abc"), SLICE("zabc")));
	assert_false(slice_ends(SLICE("abc\0"), SLICE("c")));
}

static void order(void **state)
{
	(void) state;
	assert_true(slice_cmp(SLICE("a"), SLICE("b")) < 0);
	assert_true(slice_cmp(SLICE("b"), SLICE("a")) > 0);
	assert_true(slice_cmp(SLICE("a"), SLICE("ab")) < 0);
	assert_true(slice_cmp(SLICE("ab"), SLICE("a")) > 0);
	assert_true(slice_cmp(SLICE("z"), SLICE("\xff")) < 0);
	assert_int_equal(slice_cmp(SLICE("a\0"), SLICE("a\0")), 0);
	assert_int_equal(slice_cmp(none, SLICE("")), 0);
	assert_true(slice_cmp(none, SLICE("a")) < 0);
}

static void from(void **state)
{
	(void) state;
	assert_slice(slice_from(SLICE("abc"), 0), SLICE("abc"));
	assert_slice(slice_from(SLICE("abc"), 2), SLICE("c"));
	assert_slice(slice_from(SLICE("abc"), 3), SLICE(""));
	assert_slice(slice_from(SLICE("abc"), SIZE_MAX), SLICE(""));
	assert_slice(slice_from(none, 0), SLICE(""));
}

static void trim(void **state)
{
	(void) state;
	assert_slice(slice_trim(SLICE(" \t\r\n\v\fa b \n")), SLICE("a b"));
	assert_slice(slice_trim(SLICE("a")), SLICE("a"));
	assert_slice(slice_trim(SLICE("   ")), SLICE(""));
	assert_slice(slice_trim(none), SLICE(""));
	assert_slice(slice_trim(SLICE("\0 a\0")), SLICE("\0 a\0"));
	assert_slice(slice_trim(SLICE("\xa0x\x1f")), SLICE("\xa0x\x1f"));
}

static void find(void **state)
{
	struct slice s = SLICE("ab\0c");

	(void) state;
	assert_ptr_equal(slice_find(s, 'c'), s.ptr + 3);
	assert_ptr_equal(slice_find(s, '\0'), s.ptr + 2);
	assert_null(slice_find(s, 'x'));
	assert_null(slice_find(none, '\0'));
	s.len = 2;
	assert_null(slice_find(s, '\0'));
}

static void cut(void **state)
{
	struct slice head, tail, s = SLICE("a=b=c");

	(void) state;
	assert_true(slice_cut(s, '=', &head, &tail));
	assert_slice(head, SLICE("a"));
	assert_slice(tail, SLICE("b=c"));
	assert_true(slice_cut(SLICE("="), '=', &head, &tail));
	assert_slice(head, SLICE(""));
	assert_slice(tail, SLICE(""));
	assert_true(slice_cut(SLICE("a="), '=', &head, &tail));
	assert_slice(head, SLICE("a"));
	assert_slice(tail, SLICE(""));
	assert_false(slice_cut(SLICE("abc"), '=', &head, &tail));
	assert_slice(head, SLICE("abc"));
	assert_slice(tail, SLICE(""));
	assert_false(slice_cut(none, '=', &head, &tail));
	assert_slice(head, SLICE(""));
	assert_slice(tail, SLICE(""));
}

static void cut_onto_itself(void **state)
{
	struct slice head, s = SLICE("a:b");

	(void) state;
	assert_true(slice_cut(s, ':', &head, &s));
	assert_slice(s, SLICE("b"));
	s = SLICE("a:b");
	assert_true(slice_cut(s, ':', &s, &head));
	assert_slice(s, SLICE("a"));
	assert_slice(head, SLICE("b"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(from_text),
		cmocka_unit_test(equality_looks_behind_nul),
		cmocka_unit_test(nocase_is_ascii_only),
		cmocka_unit_test(starts_and_ends),
		cmocka_unit_test(order),
		cmocka_unit_test(from),
		cmocka_unit_test(trim),
		cmocka_unit_test(find),
		cmocka_unit_test(cut),
		cmocka_unit_test(cut_onto_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
