#include "base/clock.h"

#include "unit.h"

#include <stdio.h>

static void assert_time(struct timespec at, const char *text)
{
	char expected[80], got[CLOCK_TEXT];

	snprintf(expected, sizeof(expected), "%s.%06ldZ", text, at.tv_nsec / 1000);
	assert_slice(clock_text_micros(&at, got), slice_str(expected));
	assert_string_equal(got, expected);
	snprintf(expected, sizeof(expected), "%sZ", text);
	assert_slice(clock_text(&at, got), slice_str(expected));
	assert_string_equal(got, expected);
}

/* Every day of a 400-year cycle, at its first and last second, as libc has it. */
static void every_day(void **state)
{
	enum { DAYS = 146097, DAY = 86400 };

	(void) state;
	for (time_t i = 0; i < DAYS; i++) {
		time_t seconds = i * DAY + (i % 2 ? DAY - 1 : i % DAY);
		char text[40];
		struct tm tm;

		assert_non_null(gmtime_r(&seconds, &tm));
		strftime(text, sizeof(text), "%FT%T", &tm);
		assert_time((struct timespec){ seconds, (long) (i * 3407 % 1000000000) }, text);
	}
}

static void odd_clocks(void **state)
{
	(void) state;
	assert_time((struct timespec){ 0, 0 }, "1970-01-01T00:00:00");
	assert_time((struct timespec){ -86400, 999999999 }, "1970-01-01T00:00:00");
	assert_time((struct timespec){ 1709210096, 999999999 }, "2024-02-29T12:34:56");
}

static void never_back(void **state)
{
	int64_t micros = clock_micros(), millis = clock_millis();

	(void) state;
	assert_true(millis >= micros / 1000);
	for (int i = 0; i < 1000; i++) {
		int64_t now = clock_micros();

		assert_true(now >= micros);
		micros = now;
	}
	assert_true(clock_millis() >= millis);
	assert_int_equal(clock_at(12345).tv_sec, 12);
	assert_int_equal(clock_at(12345).tv_nsec, 345000000);
}

static void as_libc_has_it(void **state)
{
	time_t before = time(NULL);
	struct timespec now = clock_realtime();

	(void) state;
	/* time(2) may lag behind by a tick. */
	assert_true(now.tv_sec >= before && now.tv_sec <= before + 60);
	assert_true(now.tv_nsec >= 0 && now.tv_nsec < 1000000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_day),
		cmocka_unit_test(odd_clocks),
		cmocka_unit_test(never_back),
		cmocka_unit_test(as_libc_has_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
