/* test-recommendations.c - the benchmark has 83 recommendations, and each stands in one table once.
 */
#include "policy/recommendation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/array.h"
#include "policy/rule.h"

/* How many recommendations each section of the CIS Docker 1.11.0 Benchmark has. */
static const unsigned sections[] = { 15, 13, 20, 5, 25, 5 };

enum { SECTIONS = COUNT_OF(sections), ALL = 83 };

static unsigned count_rules(struct slice number)
{
	unsigned count = 0;

	for (size_t i = 0; i < rules_count(); i++)
		count += slice_eq(slice_str(rules_at(i)->number), number);
	return count;
}

static unsigned count_recommendations(struct slice number)
{
	unsigned count = 0;

	for (size_t i = 0; i < recommendations_count(); i++)
		count += slice_eq(slice_str(recommendations_at(i)->number), number);
	return count;
}

static void test_each_number_stands_once(void **state)
{
	unsigned wrong = 0;

	(void) state;
	for (unsigned section = 0; section < SECTIONS; section++) {
		for (unsigned i = 1; i <= sections[section]; i++) {
			char text[8];
			unsigned count;

			snprintf(text, sizeof(text), "%u.%u", section + 1, i);
			count = count_rules(slice_str(text)) +
				count_recommendations(slice_str(text));
			if (count != 1)
				print_error("%s stands %u times\n", text, count);
			wrong += count != 1;
		}
	}
	assert_int_equal(wrong, 0);
}

/* With the test above: no number that the benchmark does not have. */
static void test_there_are_83(void **state)
{
	size_t count = recommendations_count();

	(void) state;
	for (size_t i = 0; i < rules_count(); i++)
		count += rules_at(i)->number != NULL;
	assert_int_equal(count, ALL);
}

static void test_names_are_not_shared(void **state)
{
	(void) state;
	for (size_t i = 0; i < recommendations_count(); i++)
		assert_null(rules_find(slice_str(recommendations_at(i)->name)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_number_stands_once),
		cmocka_unit_test(test_there_are_83),
		cmocka_unit_test(test_names_are_not_shared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
