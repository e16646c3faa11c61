#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/array.h"
#include "base/url.h"

static void is(struct slice got, const char *wanted, const char *of)
{
	if (!slice_eq(got, slice_str(wanted)))
		fail_msg("%s: \"%.*s\", not \"%s\"", of, SLICE_ARG(got), wanted);
}

static void test_parts(void **state)
{
	static const struct {
		const char *text, *scheme, *host, *port, *rest;
	} rows[] = {
		{ "http://example.com/a?b#c", "http", "example.com", "", "/a?b#c" },
		{ "tcp://10.0.0.1:514", "tcp", "10.0.0.1", "514", "" },
		{ "example.com:24224", "", "example.com", "24224", "" },
		{ "http://[::1]:80/", "http", "::1", "80", "/" },
		{ "http://[::1]x/", "http", "", "", "/" },
		{ "http://[::1", "http", "[", ":1", "" },
		{ "unix:///dev/log", "unix", "", "", "/dev/log" },
		{ "git@127.0.0.1:a/b.git", "", "127.0.0.1", "a", "/b.git" },
		{ "github.com/a/b", "", "github.com", "", "/a/b" },
		/* Whoever looks for the host before the first '@', '/' or '?' is led astray. */
		{ "http://example.com@127.0.0.1/", "http", "127.0.0.1", "", "/" },
		{ "http://a:b@c@127.0.0.1/", "http", "127.0.0.1", "", "/" },
		{ "http://127.0.0.1?@example.com/", "http", "127.0.0.1", "", "?@example.com/" },
		{ "http://127.0.0.1#@example.com/", "http", "127.0.0.1", "", "#@example.com/" },
		{ "http://example.com/@127.0.0.1", "http", "example.com", "", "/@127.0.0.1" },
		{ "a/http://b", "", "a", "", "/http://b" },
		{ "", "", "", "", "" },
	};

	(void) state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct url url;

		url_read(slice_str(rows[i].text), &url);
		is(url.scheme, rows[i].scheme, rows[i].text);
		is(url.host, rows[i].host, rows[i].text);
		is(url.port, rows[i].port, rows[i].text);
		is(url.rest, rows[i].rest, rows[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_parts) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
