#include "base/clock.h"

#include <string.h>

static const int64_t MICROS = 1000000;

int64_t clock_micros(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t) t.tv_sec * MICROS + t.tv_nsec / 1000;
}

int64_t clock_millis(void)
{
	return clock_micros() / 1000;
}

struct timespec clock_at(int64_t millis)
{
	return (struct timespec){ .tv_sec = millis / 1000, .tv_nsec = millis % 1000 * 1000000 };
}

struct timespec clock_realtime(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return t;
}

/* So many digits of `value`, the last one before `end`. printf took a quarter of the time of a
 * short record. */
static void digits(char *end, int64_t value, int count)
{
	for (; count > 0; count--, value /= 10)
		*--end = (char) ('0' + value % 10);
}

/*
 * The day of the Gregorian calendar, so many days after 1970-01-01. Years begin in March here, so
 * that the odd day comes last; 719468 days before 1970 is March of the year 0, and 146097 days are
 * 400 years. gmtime_r does the same under a lock that all threads share.
 */
static void find_day(int64_t days, int64_t *year, int64_t *month, int64_t *day)
{
	int64_t since = days + 719468, era = since / 146097, of_era = since % 146097;
	int64_t years = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * years + years / 4 - years / 100);
	int64_t months = (5 * of_year + 2) / 153;

	*day = of_year - (153 * months + 2) / 5 + 1;
	*month = months < 10 ? months + 3 : months - 9;
	*year = years + era * 400 + (*month <= 2);
}

static void write_seconds(const struct timespec *time, char *text)
{
	enum { DAY = 24 * 60 * 60 };
	int64_t seconds = time->tv_sec > 0 ? time->tv_sec : 0, of_day = seconds % DAY;
	int64_t year, month, day;

	find_day(seconds / DAY, &year, &month, &day);
	digits(text + 4, year, 4);
	digits(text + 7, month, 2);
	digits(text + 10, day, 2);
	digits(text + 13, of_day / 3600, 2);
	digits(text + 16, of_day / 60 % 60, 2);
	digits(text + 19, of_day % 60, 2);
}

struct slice clock_text(const struct timespec *time, char text[CLOCK_TEXT])
{
	static const char shape[] = "0000-00-00T00:00:00Z";

	memcpy(text, shape, sizeof(shape));
	write_seconds(time, text);
	return (struct slice){ text, sizeof(shape) - 1 };
}

struct slice clock_text_micros(const struct timespec *time, char text[CLOCK_TEXT])
{
	static const char shape[] = "0000-00-00T00:00:00.000000Z";

	memcpy(text, shape, sizeof(shape));
	write_seconds(time, text);
	digits(text + 26, time->tv_nsec / 1000, 6);
	return (struct slice){ text, sizeof(shape) - 1 };
}
