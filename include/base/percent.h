/* percent.h - the escapes of URLs: %2F, and '+' for a blank in a query. */
#pragma once

#include <stdbool.h>

#include "base/slice.h"

struct arena;

int hex_digit(char c); /* its value; -1 for what is no hexadecimal digit */

/*
 * One pass: what an escape stands for is not looked at again, so "%2541" is "%41". With `blanks`,
 * '+' is a blank. Text without escapes stays where it is. 0; BAD_INPUT where '%' is not followed by
 * two hexadecimal digits; -ENOMEM.
 */
int percent_decode(struct slice text, bool blanks, struct arena *a, struct slice *ret);
