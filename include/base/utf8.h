/* utf8.h - UTF-8, strictly (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

bool utf8_valid(struct slice s);

/* Length in bytes of the valid sequence at the start of `s`, 0 when there is none. */
size_t utf8_next(struct slice s, uint32_t *ret);

/* Writes `code` (a scalar value) to `out`, which has room for 4; returns the length. */
size_t utf8_put(char *out, uint32_t code);
