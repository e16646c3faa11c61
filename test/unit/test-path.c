#include "base/array.h"
#include "base/path.h"

#include "base/arena.h"

#include "unit.h"

#include <errno.h>

static void clean(void **state)
{
	/* What Go's path.Clean says. */
	static const struct {
		const char *path, *want;
	} rows[] = {
		{ "", "." },
		{ ".", "." },
		{ "./", "." },
		{ "..", ".." },
		{ "../", ".." },
		{ "/", "/" },
		{ "//", "/" },
		{ "///", "/" },
		{ "/.", "/" },
		{ "/..", "/" },
		{ "/../..", "/" },
		{ "/../a", "/a" },
		{ "//a", "/a" },
		{ "a", "a" },
		{ "a/", "a" },
		{ "a//b", "a/b" },
		{ "a/b", "a/b" },
		{ "a/..", "." },
		{ "a/../..", ".." },
		{ "a/../../b", "../b" },
		{ "a/b/../..", "." },
		{ "a/b/../../..", ".." },
		{ "../..", "../.." },
		{ "../../a", "../../a" },
		{ "../a/..", ".." },
		{ "../a/../..", "../.." },
		{ "../a/../../b", "../../b" },
		{ "./a", "a" },
		{ "/a/./b/", "/a/b" },
		{ "/a/b/..", "/a" },
		{ "/a/..", "/" },
		{ "/a/../..", "/" },
		{ "/a/../../b", "/b" },
		{ "/a//..//b", "/b" },
		{ "/a/.../b", "/a/.../b" },
		{ "/..a/b..", "/..a/b.." },
		{ "/.a", "/.a" },
		{ "abc/./../def", "def" },
		{ "abc//./../def", "def" },
		{ "abc/../../././../def", "../../def" },
		{ "/var/run/../run/docker.sock", "/var/run/docker.sock" },
	};
	struct arena *a = arena_new(4096);

	(void) state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct slice path = tight(slice_str(rows[i].path)), got;

		arena_reset(a);
		assert_int_equal(path_clean(a, path, &got), 0);
		assert_slice(got, slice_str(rows[i].want));
		assert_int_equal(arena_used(a), got.len);
		untight(path);
	}
	arena_free(a);
}

static void clean_keeps_any_byte(void **state)
{
	OWN(arena) a = arena_new(4096);
	struct slice got;

	(void) state;
	assert_int_equal(path_clean(a, SLICE("/a\0/../b\xff/./\0"), &got), 0);
	assert_slice(got, SLICE("/b\xff/\0"));
	assert_int_equal(path_clean(a, (struct slice){ NULL, 0 }, &got), 0);
	assert_slice(got, SLICE("."));
}

static void clean_out_of_memory(void **state)
{
	OWN(arena) a = arena_new(3);
	struct slice got = SLICE("untouched");

	(void) state;
	assert_int_equal(path_clean(a, SLICE("/ab"), &got), -ENOMEM);
	assert_slice(got, SLICE("untouched"));
	assert_int_equal(path_clean(a, SLICE("/a"), &got), 0);
}

/* A path is clean when cleaning leaves it as it is: every path over few letters. */
static void is_clean(void **state)
{
	static const char letters[] = "a./";
	OWN(arena) a = arena_new(4096);
	char text[8];

	(void) state;
	for (size_t len = 0; len <= sizeof(text); len++) {
		unsigned count = 1;

		for (size_t i = 0; i < len; i++)
			count *= 3;
		for (unsigned n = 0; n < count; n++) {
			struct slice path = { text, len }, got;

			for (unsigned i = 0, rest = n; i < len; i++, rest /= 3)
				text[i] = letters[rest % 3];
			arena_reset(a);
			assert_int_equal(path_clean(a, path, &got), 0);
			if (path_is_clean(path) != slice_eq(path, got))
				fail_msg("`%.*s` is clean: %d", SLICE_ARG(path),
					 path_is_clean(path));
		}
	}
}

static void inside(void **state)
{
	(void) state;
	assert_true(path_inside(SLICE("/etc"), SLICE("/etc")));
	assert_true(path_inside(SLICE("/etc/a"), SLICE("/etc")));
	assert_true(path_inside(SLICE("/etc/a/b"), SLICE("/etc/a")));
	assert_true(path_inside(SLICE("/"), SLICE("/")));
	assert_true(path_inside(SLICE("/a"), SLICE("/")));
	assert_false(path_inside(SLICE("/etcetera"), SLICE("/etc")));
	assert_false(path_inside(SLICE("/etc\0"), SLICE("/etc")));
	assert_false(path_inside(SLICE("/et"), SLICE("/etc")));
	assert_false(path_inside(SLICE("/"), SLICE("/etc")));
	assert_false(path_inside(SLICE("/ETC"), SLICE("/etc")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clean),
		cmocka_unit_test(clean_keeps_any_byte),
		cmocka_unit_test(clean_out_of_memory),
		cmocka_unit_test(is_clean),
		cmocka_unit_test(inside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
