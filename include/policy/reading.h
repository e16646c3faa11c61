/*
 * reading.h - what stood in the way of reading a request as the daemon will read it.
 *
 * `unread` makes a request opaque: nobody may act on what we could not read. `unknown` lists fields
 * that no version of the API known to us has; a newer engine may act on them.
 */
#pragma once

#include <stddef.h>

#include "base/diag.h"
#include "base/slice.h"

struct arena;
struct gojson_spans;
struct place;

struct complaint {
	const struct place *at;
	struct slice text; /* follows the place in a sentence: "stands twice; ..." */
	struct complaint *next;
};

struct complaints {
	struct complaint *first, *last;
	unsigned count;
};

struct reading {
	struct arena *arena;
	struct complaints unread, unknown;
	struct gojson_spans *spans; /* NULL; for a recording, what of the body no rule reads */
};

void reading_start(struct reading *r, struct arena *a);

/*
 * Records why the request cannot be read. BAD_INPUT, or -ENOMEM. A caller that can read on (a key
 * that stands twice) ignores BAD_INPUT; what was noted denies the request all the same.
 */
int reading_unread(struct reading *r, const struct place *at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

int reading_unknown(struct reading *r, const struct place *at); /* 0 or -ENOMEM */
