/*
 * wrap.h - text in lines of whole words. A byte counts as a column: what is not ASCII is wrapped
 * early, never late.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

enum { WRAP_WIDTH = 79 }; /* of a terminal of 80 */

/*
 * Takes the next line off `rest`: as many whole words as `room` columns hold, one at least, without
 * the blank behind them. `rest` is empty when nothing is left.
 */
struct slice wrap_line(struct slice *rest, size_t room);

/* Whether the first word does. */
bool wrap_fits(struct slice text, size_t room);
