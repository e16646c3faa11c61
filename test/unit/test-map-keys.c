#include "json/map-keys.h"

#include "base/arena.h"

#include "unit.h"

#include <errno.h>

enum { MOST = 20 };

struct item {
	struct slice key;
	int value;
};

static bool repeat(const struct item *items, size_t count)
{
	OWN(arena) a = arena_new(1 << 16);
	bool ret = false;

	assert_int_equal(map_keys_repeat(a, items, count, sizeof(*items), &ret), 0);
	return ret;
}

/* Maps of few keys and of many: none alike, then any two of them. */
static void any_two(void **state)
{
	struct item items[MOST] = { 0 };

	(void) state;
	for (size_t count = 0; count <= MOST; count++) {
		for (size_t i = 0; i < count; i++)
			items[i] = (struct item){ .key = { &"ABCDEFGHIJKLMNOPQRST"[i], 1 } };
		assert_false(repeat(items, count));
		for (size_t i = 0; i < count; i++) {
			for (size_t j = 0; j < i; j++) {
				struct slice own = items[i].key;

				items[i].key = items[j].key;
				assert_true(repeat(items, count));
				items[i].key = own;
			}
		}
	}
}

static void beginnings_differ(void **state)
{
	const struct item items[] = { { .key = SLICE_INIT("") },
				      { .key = SLICE_INIT("a") },
				      { .key = SLICE_INIT("ab") } };

	(void) state;
	assert_false(repeat(items, 3));
}

/* Only the keys are compared with each other: nothing before the first, nothing behind the last. */
static void empty_key_among_many(void **state)
{
	struct item items[MOST] = { 0 };

	(void) state;
	for (size_t i = 1; i < MOST; i++)
		items[i] = (struct item){ .key = { &"ABCDEFGHIJKLMNOPQRST"[i], 1 } };
	assert_false(repeat(items, MOST));
}

static void no_memory(void **state)
{
	OWN(arena) a = arena_new(8);
	struct item items[MOST] = { 0 };
	bool ret;

	(void) state;
	assert_int_equal(map_keys_repeat(a, items, MOST, sizeof(*items), &ret), -ENOMEM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_two),
		cmocka_unit_test(beginnings_differ),
		cmocka_unit_test(empty_key_among_many),
		cmocka_unit_test(no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
