#include "base/plain.h"

#include "unit.h"

/* The definition, byte by byte. */
static size_t slow_run(struct slice s)
{
	size_t i = 0;

	while (i < s.len && s.ptr[i] >= 0x20 && s.ptr[i] < 0x7f && s.ptr[i] != '"' &&
	       s.ptr[i] != '\\')
		i++;
	return i;
}

/* Every byte, at every place of texts shorter and longer than some strides. */
static void every_byte_everywhere(void **state)
{
	(void) state;
	for (size_t len = 1; len < 50; len++) {
		for (size_t at = 0; at < len; at++) {
			char text[50];

			memset(text, 'a', sizeof(text));
			for (int c = 0; c < 256; c++) {
				struct slice s;

				text[at] = (char) c;
				s = tight((struct slice){ text, len });
				assert_int_equal(plain_run(s), slow_run(s));
				untight(s);
			}
		}
	}
}

/* The first byte that is not plain counts, whatever follows. */
static void the_first_one_counts(void **state)
{
	char text[40];

	(void) state;
	memset(text, 0xff, sizeof(text));
	for (size_t i = 0; i < sizeof(text); i++) {
		assert_int_equal(plain_run((struct slice){ text, sizeof(text) }), i);
		text[i] = '~';
	}
	assert_int_equal(plain_run((struct slice){ text, sizeof(text) }), sizeof(text));
}

static void nothing(void **state)
{
	(void) state;
	assert_int_equal(plain_run(SLICE("")), 0);
	assert_int_equal(plain_run((struct slice){ NULL, 0 }), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_byte_everywhere),
		cmocka_unit_test(the_first_one_counts),
		cmocka_unit_test(nothing),
	};

	return cmocka_run_group_tests_name("plain", tests, NULL, NULL);
}
