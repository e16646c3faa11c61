#include "base/array.h"
#include "base/place.h"

#include "base/arena.h"
#include "base/buf.h"

#include "unit.h"

#define assert_place(a, place, want)                        \
	do {                                                \
		struct buf b_ = BUF(a);                     \
		struct slice text_;                         \
		place_write(place, &b_);                    \
		assert_int_equal(buf_done(&b_, &text_), 0); \
		assert_slice(text_, want);                  \
	} while (0)

static void in_the_body(void **state)
{
	OWN(arena) a = arena_new(65536);
	const struct place *config = place_key(a, NULL, SLICE("HostConfig"));
	const struct place *mounts = place_key(a, config, SLICE("Mounts"));
	const struct place *mount = place_index(a, mounts, 2);

	(void) state;
	assert_place(a, config, SLICE("HostConfig"));
	assert_place(a, mount, SLICE("HostConfig.Mounts[2]"));
	assert_place(a, place_key(a, mount, SLICE("Source")), SLICE("HostConfig.Mounts[2].Source"));
	assert_place(a, place_index(a, NULL, 0), SLICE("[0]"));
	assert_place(a, place_index(a, place_index(a, NULL, 4294967295u), 1),
		     SLICE("[4294967295][1]"));
}

static void odd_keys_are_quoted(void **state)
{
	static const struct {
		struct slice key;
		const char *want;
	} rows[] = {
		{ SLICE_INIT("80/tcp"), "Ports[\"80/tcp\"]" },
		{ SLICE_INIT("a.b"), "Ports[\"a.b\"]" },
		{ SLICE_INIT(""), "Ports[\"\"]" },
		{ { NULL, 0 }, "Ports[\"\"]" },
		{ SLICE_INIT("a\0"), "Ports[\"a\\u0000\"]" },
		{ SLICE_INIT("\x1b[2J"), "Ports[\"\\u001b[2J\"]" },
		{ SLICE_INIT("a\"]"), "Ports[\"a\\\"]\"]" },
		{ SLICE_INIT("\xff"), "Ports[\"\xef\xbf\xbd\"]" },
		{ SLICE_INIT("a_B-9"), "Ports.a_B-9" },
	};
	OWN(arena) a = arena_new(65536);
	const struct place *ports = place_key(a, NULL, SLICE("Ports"));

	(void) state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_place(a, place_key(a, ports, rows[i].key), slice_str(rows[i].want));
	assert_place(a, place_key(a, NULL, SLICE("80/tcp")), SLICE("[\"80/tcp\"]"));
}

static void long_keys_are_cut(void **state)
{
	OWN(arena) a = arena_new(65536);
	char key[129], want[140] = "[\"";

	(void) state;
	memset(key, 'k', sizeof(key));
	memset(want + 2, 'k', 128);
	memcpy(want + 130, "\"...]", 5);
	assert_place(a, place_key(a, NULL, (struct slice){ key, 128 }),
		     ((struct slice){ key, 128 }));
	assert_place(a, place_key(a, NULL, (struct slice){ key, 129 }),
		     ((struct slice){ want, 135 }));
}

static void elsewhere(void **state)
{
	OWN(arena) a = arena_new(65536);

	(void) state;
	assert_place(a, NULL, SLICE("the request"));
	assert_place(a, PLACE_WORDS("the request's body"), SLICE("the request's body"));
	assert_place(a, place_query(a, SLICE("networkmode")), SLICE("?networkmode"));
	assert_place(a, place_query(a, SLICE("a b")), SLICE("?[\"a b\"]"));
	assert_place(a, place_query(a, SLICE("")), SLICE("?[\"\"]"));
}

/* Deeper than any body can be: the end is what a reader needs. */
static void too_deep(void **state)
{
	OWN(arena) a = arena_new(65536);
	const struct place *p = NULL;
	char want[3 + 2 * 80];

	(void) state;
	for (unsigned i = 0; i < 80; i++)
		p = place_key(a, p, SLICE("k"));
	for (unsigned i = 0; i < 80; i++)
		memcpy(want + 3 + 2 * i, ".k", 2);
	assert_place(a, p, ((struct slice){ want + 4, sizeof(want) - 4 }));
	p = place_key(a, p, SLICE("k"));
	memcpy(want, "...", 3);
	assert_place(a, p, ((struct slice){ want, sizeof(want) }));
}

static void out_of_memory(void **state)
{
	OWN(arena) a = arena_new(sizeof(struct place));

	(void) state;
	assert_non_null(place_key(a, NULL, SLICE("a")));
	assert_null(place_key(a, NULL, SLICE("a")));
	assert_null(place_index(a, NULL, 1));
	assert_null(place_query(a, SLICE("a")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_the_body),       cmocka_unit_test(odd_keys_are_quoted),
		cmocka_unit_test(long_keys_are_cut), cmocka_unit_test(elsewhere),
		cmocka_unit_test(too_deep),          cmocka_unit_test(out_of_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
