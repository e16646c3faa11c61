/* number.h - strict numbers in text: the whole slice, nothing around it, no locale. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

bool number_u64(struct slice s, uint64_t *ret); /* digits only; no sign, no blanks */
bool number_i64(struct slice s, int64_t *ret);  /* an optional '-', then digits */

/* Bytes: digits, then nothing or one of b k m g t (either case, optional trailing b), powers of
 * 1024. */
bool number_size(struct slice s, uint64_t *ret);
