/* test-fold.c - letter case as Go's strings.ToUpper and strings.ToLower take it away. */
#include "unit.h"

#include "base/array.h"
#include "base/fold.h"

static const struct {
	const char *given, *word;
	bool upper, lower;
} rows[] = {
	{ "", "", true, true },
	{ "rshared", "rshared", true, true },
	{ "RSHARED", "rshared", true, true },
	{ "rShArEd", "RSHARED", true, true },
	{ "rshare", "rshared", false, false },
	{ "rsharedd", "rshared", false, false },
	{ "r\xc5\xbfhared", "rshared", true, false }, /* long s: upper case S */
	{ "rshared", "r\xc5\xbfhared", true, false },
	{ "b\xc4\xb1nd", "BIND", true, false },       /* dotless i: upper case I */
	{ "WORKD\xc4\xb0R", "workdir", false, true }, /* dotted I: lower case i */
	{ "WOR\xe2\x84\xaa"
	  "DIR",
	  "workdir", false, true }, /* Kelvin sign: lower case k */
	{ "us\xc3\xa9r", "user", false, false },
	{ "\xc5", "s", false, false }, /* half a letter */
	{ "@", "`", false, false },
	{ "[", "{", false, false },
};

static void test_eq(void **state)
{
	(void) state;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct slice given = slice_str(rows[i].given), word = slice_str(rows[i].word);

		assert_int_equal(fold_upper_eq(given, word), rows[i].upper);
		assert_int_equal(fold_lower_eq(given, word), rows[i].lower);
	}
}

static void test_word(void **state)
{
	static const struct slice words[] = { SLICE_INIT("bind"), SLICE_INIT("volume") };

	(void) state;
	assert_slice(fold_upper_word(SLICE("BIND"), words, 2), SLICE("bind"));
	assert_slice(fold_upper_word(SLICE("Volume"), words, 2), SLICE("volume"));
	assert_slice(fold_upper_word(SLICE("Tmpfs"), words, 2), SLICE("Tmpfs"));
	assert_slice(fold_upper_word(SLICE(""), words, 2), SLICE(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_eq),
		cmocka_unit_test(test_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
