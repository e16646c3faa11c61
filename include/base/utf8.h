/* utf8.h - UTF-8, strictly (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

bool utf8_valid(struct slice s);

/*
 * Whether a reader does not see the character that stands there: a control character, which some
 * terminals obey (U+0080 to U+009f as they do ESC); and one that ends a line unseen, shows the text
 * around it in another order, or does not show at all. Of Unicode's Default_Ignorable_Code_Point
 * only the variation selectors are left out: they choose how the character before them is drawn,
 * and stand in ordinary text (people's names, emoji).
 */
bool utf8_is_control(uint32_t code);
bool utf8_misleads(uint32_t code);

/*
 * What Go's unicode.IsSpace takes for a blank, and strings.TrimSpace takes away at both ends: more
 * than ASCII has. It is for what the engine trims so; slice_trim is for all else.
 */
bool utf8_is_blank(uint32_t code);
struct slice utf8_trim(struct slice s);

/* Length in bytes of the valid sequence at the start of `s`, 0 when there is none. */
size_t utf8_next(struct slice s, uint32_t *ret);

/* Writes `code` (a scalar value) to `out`, which has room for 4; returns the length. */
size_t utf8_put(char *out, uint32_t code);
