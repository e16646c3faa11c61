/* test-user.c - USER[:GROUP] as GetExecUser of runc's libcontainer/user reads it. */
#include "unit.h"

#include "base/array.h"
#include "kit/user.h"

static const struct {
	const char *text, *spec, *name, *group;
	bool has_group, is_root, is_number;
} rows[] = {
	{ "", "", "", "", false, false, false }, /* nobody is named */
	{ "1000", "1000", "1000", "", false, false, true },
	{ "web", "web", "web", "", false, false, false },
	{ "1000:1000", "1000:1000", "1000", "1000", true, false, true },
	{ "1000:", "1000:", "1000", "", false, false, true },
	{ "1000:0:x", "1000:0", "1000", "0", true, false, true },
	{ "1000:0:", "1000:0", "1000", "0", true, false, true },
	{ "1000::0", "1000:", "1000", "", false, false, true },
	{ "1000:web:0:0", "1000:web", "1000", "web", true, false, true },
	{ ":", ":", "", "", false, true, false },
	{ "::", ":", "", "", false, true, false },
	{ ":1000", ":1000", "", "1000", true, true, false },
	{ "::1000", ":", "", "", false, true, false },
	{ " :1", " :1", " ", "1", true, true, false },
	{ "0", "0", "0", "", false, true, true },
	{ "00", "00", "00", "", false, true, true },
	{ "+0", "+0", "+0", "", false, true, true },
	{ "-0", "-0", "-0", "", false, true, true },
	{ "0:x:1", "0:x", "0", "x", true, true, true },
	{ " 0", " 0", " 0", "", false, true, true },
	{ "root", "root", "root", "", false, true, false },
	{ "root:x:y", "root:x", "root", "x", true, true, false },
	{ "toor", "toor", "toor", "", false, true, false },
	{ "Root", "Root", "Root", "", false, false, false }, /* the image's own word */
	{ "-1", "-1", "-1", "", false, false, true },        /* the engine refuses it */
	{ "+-0", "+-0", "+-0", "", false, false, false },
	{ "0x0", "0x0", "0x0", "", false, false, false },
	{ "0_0", "0_0", "0_0", "", false, false, false },
	/* No wrapping round: the engine refuses both, or takes the second for a name. */
	{ "4294967296", "4294967296", "4294967296", "", false, false, true },
	{ "18446744073709551616", "18446744073709551616", "18446744073709551616", "", false, false,
	  false },
};

static void test_read(void **state)
{
	(void) state;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct user user = user_read(slice_str(rows[i].text));

		assert_slice(user.spec, slice_str(rows[i].spec));
		assert_slice(user.name, slice_str(rows[i].name));
		assert_slice(user.group, slice_str(rows[i].group));
		assert_int_equal(user.has_group, rows[i].has_group);
		assert_int_equal(user.is_root, rows[i].is_root);
		assert_int_equal(user.is_number, rows[i].is_number);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_read) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
