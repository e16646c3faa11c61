/* test-uri.c - what uri_read makes of a target, and what it says about one it refuses. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/array.h"
#include "base/buf.h"
#include "base/place.h"
#include "docker/uri.h"

static int set_up(void **state)
{
	*state = arena_new(1 << 20);
	return *state ? 0 : -1;
}

static int tear_down(void **state)
{
	arena_free(*state);
	return 0;
}

static struct uri read_ok(struct arena *a, const char *target)
{
	struct reading reading;
	struct uri uri;

	reading_start(&reading, a);
	if (uri_read(slice_str(target), a, &uri, &reading) != 0)
		fail_msg("%s is refused", target);
	assert_int_equal(reading.unread.count, 0);
	return uri;
}

static void assert_slice(struct slice got, const char *expected)
{
	if (!slice_eq(got, slice_str(expected)))
		fail_msg("\"%.*s\" is not \"%s\"", SLICE_ARG(got), expected);
}

/* The complaint reads "<place> <text>". */
static void assert_refused(struct arena *a, struct slice target, const char *expected)
{
	struct reading reading;
	struct buf words = BUF(a);
	struct slice said;
	struct uri uri;

	reading_start(&reading, a);
	assert_int_equal(uri_read(target, a, &uri, &reading), BAD_INPUT);
	assert_int_equal(reading.unread.count, 1);
	place_write(reading.unread.first->at, &words);
	buf_char(&words, ' ');
	buf_add(&words, reading.unread.first->text);
	assert_int_equal(buf_done(&words, &said), 0);
	assert_slice(said, expected);
}

/* An escape may be the last of all; a plus is a blank in a query alone, and what has no escape is
 * not copied. */
static void test_ends_and_pluses(void **state)
{
	static const char plus[] = "/containers/a+b/json";
	struct uri uri = read_ok(*state, "/containers/%61");

	assert_slice(uri.path, "/containers/a");
	uri = read_ok(*state, plus);
	assert_slice(uri.path, plus);
	assert_ptr_equal(uri.path.ptr, plus);
	assert_refused(
		*state, SLICE("/containers/a%6"),
		"the request's path holds % without two hexadecimal digits; write %25 instead");
}

static void test_version(void **state)
{
	static const struct {
		const char *target, *path;
		bool given;
		unsigned major, minor;
	} cases[] = {
		{ "/info", "/info", false, 0, 0 },
		{ "/v1.41/info", "/info", true, 1, 41 },
		{ "/v01.041/info", "/info", true, 1, 41 },
		{ "/v1.41./info", "/info", true, 1, 41 },
		{ "/v1.41.0/info", "/info", true, 1, 41 },
		{ "/v1.41.7.8/info", "/info", true, 1, 41 },
		{ "/v1..41/info", "/info", true, 1, 0 },
		{ "/v1/info", "/info", true, 1, 0 },
		{ "/v./info", "/info", true, 0, 0 },
		{ "/v../info", "/info", true, 0, 0 },
		{ "/v.41/info", "/info", true, 0, 41 },
		{ "/v4294967295.4294967295/info", "/info", true, 4294967295, 4294967295 },
		{ "/v1.41", "/v1.41", false, 0, 0 },
		{ "/v/info", "/v/info", false, 0, 0 },
		{ "/v1.41x/info", "/v1.41x/info", false, 0, 0 },
		{ "/volumes", "/volumes", false, 0, 0 },
		{ "/v1.41/v1.30/info", "/v1.30/info", true, 1, 41 },
		{ "http://v1.30/v1.41/info", "/info", true, 1, 41 },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct uri uri = read_ok(*state, cases[i].target);

		assert_slice(uri.path, cases[i].path);
		assert_int_equal(uri.api.given, cases[i].given);
		assert_int_equal(uri.api.major, cases[i].major);
		assert_int_equal(uri.api.minor, cases[i].minor);
	}
}

static void test_path_is_decoded_once(void **state)
{
	assert_slice(read_ok(*state, "/containers/a%2Fb%253f+%3F/json").path,
		     "/containers/a/b%3f+?/json");
	assert_slice(read_ok(*state, "/%76%31%2E41%2finfo").path, "/info");
}

static void test_params(void **state)
{
	struct uri uri =
		read_ok(*state, "/build?t=a%3A1&q&%72emote=a+b%2Bc&&t=b=c&e=&=x&k=%C3%A9?%3b");
	struct slice value;

	assert_int_equal(uri.count, 7);
	assert_slice(uri.params[0].name, "t");
	assert_slice(uri.params[0].value, "a:1");
	assert_slice(uri.params[1].name, "q");
	assert_slice(uri.params[1].value, "");
	assert_slice(uri.params[3].name, "t");
	assert_slice(uri.params[3].value, "b=c");
	assert_slice(uri.params[5].name, "");

	assert_true(uri_param(&uri, SLICE("t"), &value));
	assert_slice(value, "a:1");
	assert_true(uri_param(&uri, SLICE("remote"), &value));
	assert_slice(value, "a b+c");
	assert_true(uri_param(&uri, SLICE("e"), &value));
	assert_slice(value, "");
	assert_true(uri_param(&uri, SLICE("k"), &value));
	assert_slice(value, "\xC3\xA9?;");
	assert_false(uri_param(&uri, SLICE("T"), &value));
	assert_false(uri_param(&uri, SLICE("Remote"), &value));
	assert_slice(value, "\xC3\xA9?;");
}

static void test_no_params(void **state)
{
	struct slice value;

	assert_int_equal(read_ok(*state, "/info").count, 0);
	assert_int_equal(read_ok(*state, "/info?").count, 0);
	assert_int_equal(read_ok(*state, "/info?&&").count, 0);

	struct uri uri = read_ok(*state, "http://h?a=/b");

	assert_slice(uri.path, "/");
	assert_true(uri_param(&uri, SLICE("a"), &value));
	assert_slice(value, "/b");
}

static void test_lists_may_repeat(void **state)
{
	static const char *const lists[] = { "t",        "changes",   "extrahosts", "names",
					     "platform", "platforms", "type" };

	for (size_t i = 0; i < COUNT_OF(lists); i++) {
		struct slice target;

		assert_int_equal(
			arena_printf(*state, &target, "/x?%s=1&y=2&%s=1", lists[i], lists[i]), 0);
		assert_int_equal(read_ok(*state, target.ptr).count, 3);
	}
}

static void test_complaints(void **state)
{
	static const struct {
		struct slice target;
		const char *said;
	} cases[] = {
#define REFUSED(target, said) { { target, sizeof(target) - 1 }, said }
		REFUSED("/a#b",
			"the request's target holds `#`, which readers take in different ways; "
			"write %23"),
		REFUSED("/a\\b",
			"the request's target holds `\\`, which readers take in different ways; "
			"write %5C"),
		REFUSED("/a\0b", "the request's target holds the byte 0x00; "
				 "send printable ASCII and percent escapes"),
		REFUSED("/a\x7f", "the request's target holds the byte 0x7F; "
				  "send printable ASCII and percent escapes"),
		REFUSED("/a b", "the request's target holds the byte 0x20; "
				"send printable ASCII and percent escapes"),
		REFUSED("/a?b=\xEF\xBF\xBD", "the request's target holds the byte 0xEF; "
					     "send printable ASCII and percent escapes"),
		REFUSED("*", "the request's path does not begin with `/`; "
			     "send one such as /v1.41/containers/json"),
		REFUSED("/%4", "the request's path holds % without two hexadecimal digits; "
			       "write %25 instead"),
		REFUSED("/a%0A", "the request's path holds an escaped control byte; "
				 "leave it out"),
		REFUSED("/a%C3%A9", "the request's path holds an escape above %7E; "
				    "no path of Docker has one"),
		REFUSED("/a//b", "the request's path is not clean; "
				 "leave out `//`, `/./`, `/../` and a slash at the end"),
		REFUSED("/v9999999999.1/info", "the request's API version is too large a number; "
					       "send one such as /v1.41"),
		REFUSED("/a?b;c", "the request's query holds `;`, which some engines read as `&`; "
				  "write %3B"),
		REFUSED("/a?%xx=1", "a parameter of the request's query holds % without two "
				    "hexadecimal digits; write %25 instead"),
		REFUSED("/a?b=%xx", "?b holds % without two hexadecimal digits; write %25 instead"),
		REFUSED("/a?b=%00", "?b holds an escaped control byte; leave it out"),
		REFUSED("/a?b=%1B", "?b holds an escaped control byte; leave it out"),
		REFUSED("/a?b=%FF", "?b is not valid UTF-8; send it as UTF-8"),
		REFUSED("/a?b=1&b=1", "?b stands twice; send it once"),
		REFUSED("/a?b=1&B=1", "?B stands twice but for its letter case; send one"),
#undef REFUSED
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_refused(*state, cases[i].target, cases[i].said);
}

static void test_number_of_params(void **state)
{
	char target[4 + 2 * 257] = "/x?";

	for (int i = 0; i < 256; i++)
		memcpy(target + 3 + 2 * i, "t&", 3);
	target[3 + 2 * 256 - 1] = '\0';
	assert_int_equal(read_ok(*state, target).count, 256);

	target[3 + 2 * 256 - 1] = '&';
	assert_refused(*state, slice_str(target),
		       "the request's query has 257 parameters; send at most 256");
}

/* Whatever the ceiling, the answer is the whole reading or -ENOMEM. */
static void test_small_arenas(void **state)
{
	const char *target = "/v1.41/containers%2fcreate?name=a%20b&platform=c&t=d&t=e";
	bool read = false;

	(void) state;
	for (size_t ceiling = 1; ceiling < 2048 && !read; ceiling++) {
		struct arena *a = arena_new(ceiling);
		struct reading reading;
		struct uri uri;
		int r;

		assert_non_null(a);
		reading_start(&reading, a);
		r = uri_read(slice_str(target), a, &uri, &reading);
		read = r == 0;
		if (!read)
			assert_int_equal(r, -ENOMEM);
		else
			assert_int_equal(uri.count, 4);
		arena_free(a);
	}
	assert_true(read);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_ends_and_pluses),
		TEST(test_version),
		TEST(test_path_is_decoded_once),
		TEST(test_params),
		TEST(test_no_params),
		TEST(test_lists_may_repeat),
		TEST(test_complaints),
		TEST(test_number_of_params),
		TEST(test_small_arenas),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
