/* test-json-reader.c - the strict reader at its limits; the referees compare it with other readers.
 */
#include "json/json-reader.h"

#include "base/arena.h"
#include "base/array.h"
#include "base/diag.h"

#include "unit.h"

struct row {
	const char *text, *complaint; /* NULL: it is read */
	const char *decoded;          /* of a string */
};

/* To the end of it, read or skipped; what is wrong in the one is wrong in the other. */
static void check(const struct row *row, bool skip)
{
	OWN(arena) a = arena_new(1 << 16);
	struct slice text = tight(slice_str(row->text));
	struct json_reader r;
	struct json_token t;
	int error;

	json_open(&r, text, a);
	r.skipping = skip;
	error = json_next(&r, &t);
	if (!error && row->decoded && !skip)
		assert_slice(t.text, slice_str(row->decoded));
	if (!error)
		error = json_next(&r, &t);
	if (error != (row->complaint ? BAD_INPUT : 0))
		fail_msg("%s: %d, %s", row->text, error, json_complaint(&r));
	assert_string_equal(json_complaint(&r), row->complaint ? row->complaint : "");
	untight(text);
}

static void check_all(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		check(&rows[i], false);
		check(&rows[i], true);
	}
}

/* Go puts U+FFFD in the place of half a pair, so that what a rule reads would be another text. */
static void surrogates(void **state)
{
	static const char half[] = "half of a surrogate pair in a string";
	static const struct row rows[] = {
		{ "\"\\ud7ff\"", NULL, "\xed\x9f\xbf" },
		{ "\"\\ud800\"", half, NULL },
		{ "\"\\udbff\"", half, NULL },
		{ "\"\\udc00\"", half, NULL },
		{ "\"\\udd00\"", half, NULL },
		{ "\"\\udfff\"", half, NULL },
		{ "\"\\ue000\"", NULL, "\xee\x80\x80" },
		{ "\"\\ud800\\udc00\"", NULL, "\xf0\x90\x80\x80" },
		{ "\"\\udbff\\udfff\"", NULL, "\xf4\x8f\xbf\xbf" },
		{ "\"\\ud83d\\ude00", "a string without its closing quote", NULL },
		{ "\"\\ud83d\\ude0", half, NULL },
		{ "\"\\u0020 \"", NULL, "  " },
		{ "\"\\ud800\\udbff\"", half, NULL },
		{ "\"\\ud800\\ue000\"", half, NULL },
		{ "\"\\udc00\\udc00\"", half, NULL },
		{ "\"\\u0000\"", "a NUL character in a string", NULL },
		{ "\"\\u0001\"", NULL, "\x01" },
	};

	(void) state;
	check_all(rows, COUNT_OF(rows));
}

static void long_numbers(void **state)
{
	static const struct row rows[] = {
		/* 64 characters, then 65. */
		{ "1.00000000000000000000000000000000000000000000000000000000000000", NULL, NULL },
		{ "1.000000000000000000000000000000000000000000000000000000000000000",
		  "a number of more than 64 characters", NULL },
		{ "9223372036854775807", NULL, NULL },
		{ "9223372036854775808", "an integer of more than 64 bits", NULL },
		{ "-9223372036854775808", NULL, NULL },
		{ "-9223372036854775809", "an integer of more than 64 bits", NULL },
		{ "1e99", NULL, NULL },
		{ "1e100", "a number with an exponent of more than two digits", NULL },
	};

	(void) state;
	assert_int_equal(strlen(rows[0].text), 64);
	check_all(rows, COUNT_OF(rows));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(surrogates),
		cmocka_unit_test(long_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
