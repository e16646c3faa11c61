#include "base/array.h"
#include "base/diag.h"

#include "unit.h"

#include <limits.h>

static const struct mark nowhere = { .file = "p.yaml" };

static void assert_printed(const struct diags *d, const char *want)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	diags_print(d, out);
	fclose(out);
	assert_string_equal(text, want);
	free(text);
}

static void complaints(void **state)
{
	OWN(diags) d = diags_new();

	(void) state;
	assert_false(diags_bad(d));
	assert_int_equal(diags_count(d), 0);
	assert_printed(d, "");
	assert_int_equal(diag_warn(d, (struct mark){ "p.yaml", 1, 2 }, "odd %d", 7), 0);
	assert_false(diags_bad(d));
	assert_int_equal(diag_add(d, (struct mark){ "p.yaml", 14, 9 }, "bad `%s`", "x"), BAD_INPUT);
	diag_note(d, (struct mark){ "q.yaml", 3, 0 }, "first set here");
	assert_int_equal(diag_add(d, nowhere, "no position"), BAD_INPUT);
	assert_int_equal(diag_add(d, (struct mark){ NULL, 5, 5 }, "no file"), BAD_INPUT);
	assert_true(diags_bad(d));
	assert_printed(d, "p.yaml:1:2: warning: odd 7\n"
			  "p.yaml:14:9: error: bad `x`\n"
			  "q.yaml:3: note: first set here\n"
			  "p.yaml: error: no position\n"
			  "error: no file\n");
	assert_int_equal(diags_count(d), 5);
	assert_int_equal(diags_at(d, 1)->level, DIAG_ERROR);
	assert_int_equal(diags_at(d, 1)->mark.line, 14);
	assert_string_equal(diags_at(d, 1)->text, "bad `x`");
	assert_null(diags_at(d, 5));
}

static void values_cannot_fake_a_line(void **state)
{
	OWN(diags) d = diags_new();

	(void) state;
	diag_add(d, nowhere, "unknown `%s`", "a\nok\x1b[2J\xff");
	assert_printed(d, "p.yaml: error: unknown `a\\x0aok\\x1b[2J\\xff`\n");
}

static void fifty_of_each_level(void **state)
{
	OWN(diags) d = diags_new();

	(void) state;
	for (unsigned i = 0; i < 49; i++)
		diag_warn(d, nowhere, "%u", i);
	assert_int_equal(diags_count(d), 49);
	diag_warn(d, nowhere, "the fiftieth");
	assert_int_equal(diags_count(d), 50);
	diag_warn(d, nowhere, "left out");
	diag_note(d, nowhere, "and its note");
	assert_int_equal(diags_count(d), 50);
	assert_false(diags_bad(d));

	diag_add(d, nowhere, "an error behind many warnings");
	diag_note(d, nowhere, "its note");
	assert_int_equal(diags_count(d), 52);
	assert_true(diags_bad(d));
	for (unsigned i = 0; i < 60; i++)
		diag_add(d, nowhere, "%u", i);
	assert_int_equal(diags_count(d), 101);
}

static void what_is_left_out_is_counted(void **state)
{
	OWN(diags) d = diags_new();
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	(void) state;
	for (unsigned i = 0; i < 53; i++)
		diag_add(d, nowhere, "x");
	diags_print(d, out);
	fclose(out);
	assert_non_null(strstr(text, "error: x\n3 more not shown; correct these first\n"));
	free(text);
}

/* What cannot be recorded must still make the input bad. */
static void lost_complaint_is_bad(void **state)
{
	OWN(diags) d = diags_new();
	static const wchar_t euro[] = { 0x20ac, 0 };

	(void) state;
	for (unsigned i = 0; i < 1000; i++)
		diag_note(d, nowhere, "a note to nothing");
	assert_int_equal(diags_count(d), 0);
	/* No letter of the C locale: stands for every reason that a text cannot be made. */
	assert_int_equal(diag_add(d, nowhere, "%ls", euro), BAD_INPUT);
	assert_int_equal(diags_count(d), 0);
	assert_true(diags_bad(d));
	diag_note(d, nowhere, "belongs to what was lost");
	assert_int_equal(diags_count(d), 0);
}

static void long_texts_are_cut(void **state)
{
	OWN(diags) d = diags_new();

	(void) state;
	diag_add(d, nowhere, "%1000d", 1);
	diag_add(d, nowhere, "%1001d", 1);
	assert_int_equal(strlen(diags_at(d, 0)->text), 1000);
	assert_int_equal(strlen(diags_at(d, 1)->text), 1003);
}

static void worst_texts_fit(void **state)
{
	OWN(diags) d = diags_new();
	char text[2000];

	(void) state;
	memset(text, '\x1b', sizeof(text));
	for (unsigned i = 0; i < 50; i++) {
		diag_warn(d, nowhere, "%.1999s", text);
		diag_add(d, nowhere, "%.1999s", text);
		diag_note(d, nowhere, "%.1999s", text);
	}
	assert_int_equal(diags_count(d), 150);
}

static void nearest(void **state)
{
	static const char *const known[] = { "privileged", "host-pid",     "host-network",
					     "cap",        "memory-limit", "pids-limit",
					     NULL };
	static const struct {
		const char *word, *want;
	} rows[] = {
		{ "privileged", "privileged" },
		{ "priviledged", "privileged" },
		{ "privilgeed", "privileged" },
		{ "PRIVILEGED", "privileged" },
		{ "priv", NULL },
		{ "prxvxlxged", "privileged" },
		{ "prxvxlxgxd", NULL },
		{ "host_pid", "host-pid" },
		{ "hostpid", "host-pid" },
		{ "host-netwrok", "host-network" },
		{ "mempry-limit", "memory-limit" },
		{ "pid-limit", "pids-limit" },
		{ "cpa", "cap" },
		{ "ca", NULL },
		{ "c", NULL },
		{ "caps", "cap" },
		{ "xyz", NULL },
		{ "", NULL },
	};

	(void) state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct slice word = tight(slice_str(rows[i].word));
		const char *got = diag_nearest(word, known);

		if (!slice_eq(slice_str(got), slice_str(rows[i].want)))
			fail_msg("`%s` led to `%s`", rows[i].word, got ? got : "nothing");
		untight(word);
	}
	assert_null(diag_nearest(SLICE("x"), (const char *const[]){ NULL }));
	assert_null(diag_nearest(SLICE("cap\0"), (const char *const[]){ "dog", NULL }));
}

static void nearest_of_long_words(void **state)
{
	char word[66], same[66];
	const char *const known[] = { same, NULL };

	(void) state;
	memset(word, 'a', 65);
	memset(same, 'a', 64);
	same[64] = '\0';
	assert_ptr_equal(diag_nearest((struct slice){ word, 64 }, known), same);
	assert_null(diag_nearest((struct slice){ word, 65 }, known));
	memset(same, 'a', 65);
	same[65] = '\0';
	assert_null(diag_nearest((struct slice){ word, 64 }, known));
}

/* The line and the caret below one complaint about `text`. */
static void assert_shows(const char *text, unsigned line, unsigned column, const char *want)
{
	OWN(diags) d = diags_new();

	diags_show(d, "p.yaml", slice_str(text));
	diag_add(d, (struct mark){ "p.yaml", line, column }, "x");
	diags_show_none(d);
	if (!want) {
		assert_null(diags_at(d, 0)->line);
		return;
	}
	assert_non_null(diags_at(d, 0)->line);
	assert_string_equal(diags_at(d, 0)->line, want);
}

static unsigned caret(const char *text, unsigned column)
{
	OWN(diags) d = diags_new();

	diags_show(d, "p.yaml", slice_str(text));
	diag_add(d, (struct mark){ "p.yaml", 1, column }, "x");
	return diags_at(d, 0)->caret;
}

static void line_is_shown(void **state)
{
	static const char text[] = "version: 1\n\nmode: off\r\nlast";
	OWN(diags) d = diags_new();

	(void) state;
	diags_show(d, "p.yaml", slice_str(text));
	diag_add(d, (struct mark){ "p.yaml", 3, 7 }, "bad");
	diag_note(d, (struct mark){ "p.yaml", 1, 1 }, "here");
	diag_add(d, (struct mark){ "other.yaml", 1, 1 }, "elsewhere");
	assert_printed(d, "p.yaml:3:7: error: bad\n"
			  "    3 | mode: off\n"
			  "      |       ^\n"
			  "p.yaml:1:1: note: here\n"
			  "    1 | version: 1\n"
			  "      | ^\n"
			  "other.yaml:1:1: error: elsewhere\n");
	assert_shows(text, 4, 1, "last");
	assert_shows(text, 4, 99, "last");
	assert_shows(text, 2, 1, "");
	assert_shows(text, 5, 1, NULL);
	assert_shows(text, 3, 0, NULL);
	assert_shows("", 1, 1, NULL);
}

/* Columns count characters; what is shown counts what the terminal shows. */
static void caret_stands_below(void **state)
{
	(void) state;
	assert_int_equal(caret("abc: d", 6), 6);
	assert_int_equal(caret("\xc3\xa4\xc3\xb6: d", 5), 5);
	assert_int_equal(caret("\x1b: d", 4), 7);      /* "\x1b" is shown in four characters */
	assert_int_equal(caret("\xff\xff: d", 5), 11); /* so is each byte that is no character */
	assert_int_equal(caret("ab", 9), 3);
}

static void long_lines_are_cut(void **state)
{
	char text[600];

	(void) state;
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	text[299] = 'X';
	{
		OWN(diags) d = diags_new();

		diags_show(d, "p.yaml", slice_str(text));
		diag_add(d, (struct mark){ "p.yaml", 1, 300 }, "x");
		assert_true(strlen(diags_at(d, 0)->line) < 200);
		assert_int_equal(diags_at(d, 0)->line[diags_at(d, 0)->caret - 1], 'X');
		assert_non_null(strstr(diags_at(d, 0)->line, "..."));
	}
}

static void free_takes_null(void **state)
{
	(void) state;
	diags_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(complaints),
		cmocka_unit_test(values_cannot_fake_a_line),
		cmocka_unit_test(fifty_of_each_level),
		cmocka_unit_test(what_is_left_out_is_counted),
		cmocka_unit_test(lost_complaint_is_bad),
		cmocka_unit_test(long_texts_are_cut),
		cmocka_unit_test(worst_texts_fit),
		cmocka_unit_test(line_is_shown),
		cmocka_unit_test(caret_stands_below),
		cmocka_unit_test(long_lines_are_cut),
		cmocka_unit_test(nearest),
		cmocka_unit_test(nearest_of_long_words),
		cmocka_unit_test(free_takes_null),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
