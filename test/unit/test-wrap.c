#include "base/wrap.h"

#include "unit.h"

static void assert_lines(const char *text, size_t room, const char *const *lines)
{
	struct slice exact = tight(slice_str(text)), rest = exact;

	for (; *lines; lines++) {
		struct slice line = wrap_line(&rest, room);

		assert_true(slice_eq(line, slice_str(*lines)));
	}
	assert_int_equal(rest.len, 0);
	untight(exact);
}

static void whole_words(void **state)
{
	(void) state;
	assert_lines("one two three", 7, (const char *const[]){ "one two", "three", NULL });
	assert_lines("one two three", 6, (const char *const[]){ "one", "two", "three", NULL });
	assert_lines("one two three", 13, (const char *const[]){ "one two three", NULL });
	assert_lines("", 5, (const char *const[]){ "", NULL });
}

/* A word that is longer than a line stands alone, and is not cut. */
static void long_words(void **state)
{
	(void) state;
	assert_lines("a /a/path/of/some/length b", 8,
		     (const char *const[]){ "a", "/a/path/of/some/length", "b", NULL });
	assert_lines("/a/path/of/some/length", 1,
		     (const char *const[]){ "/a/path/of/some/length", NULL });
	assert_false(wrap_fits(SLICE("/a/path"), 6));
	assert_true(wrap_fits(SLICE("/a/path"), 7));
	assert_true(wrap_fits(SLICE("/a/path and more"), 7));
}

/* What is not ASCII takes less room than it has bytes. */
static void bytes_are_columns(void **state)
{
	(void) state;
	assert_lines("\xc3\xa4 \xc3\xbc x", 4,
		     (const char *const[]){ "\xc3\xa4", "\xc3\xbc x", NULL });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_words),
		cmocka_unit_test(long_words),
		cmocka_unit_test(bytes_are_columns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
