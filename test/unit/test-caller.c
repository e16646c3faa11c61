/* test-caller.c - a caller's name where a policy has {user}. */
#include "kit/caller.h"

#include "unit.h"

/* A caller's name in a path, where it is one part of it and cannot be more. */
static void test_callers_in_paths(void **state)
{
	static const char taken[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_-.";
	struct user_glob room;
	struct slice glob;

	(void) state;
	for (int c = 0; c < 256; c++) {
		const char name[] = { 'a', (char) c };
		const char wanted[] = { '/', 'a', (char) c, '/', '*', 'a', (char) c };
		bool fits = c != 0 && strchr(taken, c);

		assert_int_equal(caller_glob(SLICE("/{user}/*{user}"), (struct slice){ name, 2 },
					     &room, &glob),
				 fits);
		if (fits)
			assert_slice(glob, ((struct slice){ wanted, sizeof(wanted) }));
	}
	assert_false(caller_glob(SLICE("/{user}"), SLICE(""), &room, &glob));
	assert_false(caller_glob(SLICE("/{user}"), SLICE(".a"), &room, &glob));
	assert_true(caller_glob(SLICE("/{user"), SLICE(""), &room, &glob));
	assert_slice(glob, SLICE("/{user"));
	assert_true(names_caller(SLICE("{user}")));
	assert_false(names_caller(SLICE("{user")));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_callers_in_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
