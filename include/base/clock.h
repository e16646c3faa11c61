/*
 * clock.h - what time it is: how much of it has passed, and what a calendar says.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/slice.h"

/* A clock that never goes back, since some moment before: for how long something takes. */
int64_t clock_micros(void);
int64_t clock_millis(void);

/* What clock_millis tells, as what waits for CLOCK_MONOTONIC takes it. */
struct timespec clock_at(int64_t millis);

/* That of people and of other machines. It may be set, also back. */
struct timespec clock_realtime(void);

enum { CLOCK_TEXT = sizeof("0000-00-00T00:00:00.000000Z") };

/*
 * RFC 3339, in UTC: 2024-02-29T12:34:56Z, and with microseconds 2024-02-29T12:34:56.000001Z. The
 * result is `text` and ends with NUL. A clock before 1970 is wrong and counts as 1970; years have
 * four digits.
 */
struct slice clock_text(const struct timespec *time, char text[CLOCK_TEXT]);
struct slice clock_text_micros(const struct timespec *time, char text[CLOCK_TEXT]);
