/* test-object-id.c - what the engine could take for an ID, or for the beginning of one. */
#include "policy/object-id.h"

#include "base/array.h"
#include "unit.h"

static void tells_by_shape(void **state)
{
	static const struct {
		const char *word;
		bool host, swarm;
	} rows[] = {
		{ "", false, false },
		{ "a", true, true },
		{ "f0", true, true },
		{ "g", false, true },
		{ "cafe", true, true },
		{ "web", false, true },
		{ "web-net", false, false },
		{ "st1_default", false, false },
		{ "a.b", false, false },
		{ "CAFE", false, false },
		{ "n2hvbh8lrnx297jzav5mxls20", false, true },
		{ "n2hvbh8lrnx297jzav5mxls20a", false, false },
		{ "12345678901234567890123456", true, true },
		{ "866a30cb681f3dea44c667d5bd6b2ed6909d08a0752c82130981a631fdd8e2b2", true, true },
		{ "866a30cb681f3dea44c667d5bd6b2ed6909d08a0752c82130981a631fdd8e2b20", false,
		  false },
		{ "sha256:866a", false, false },
	};

	(void) state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct slice word = slice_str(rows[i].word);

		assert_int_equal(object_id_possible(word, OBJECT_OF_HOST), rows[i].host);
		assert_int_equal(object_id_possible(word, OBJECT_OF_SWARM), rows[i].swarm);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(tells_by_shape) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
