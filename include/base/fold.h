/*
 * fold.h - letter case as Go takes it away with strings.ToUpper and strings.ToLower.
 *
 * Where the engine does either before it looks a word up, letters outside of ASCII end as letters
 * of ours: the long s and the dotless i in upper case, the Kelvin sign and the dotted I in lower
 * case. docs/threat-model.md has the table of what is folded where; nothing else is.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

/* Whether both are the same after strings.ToUpper, as far as a word of ASCII letters is one of
 * them. */
bool fold_upper_eq(struct slice a, struct slice b);

/* The same after strings.ToLower. */
bool fold_lower_eq(struct slice a, struct slice b);

/* The one of `words` that `text` is by fold_upper_eq; `text` itself when it is none. */
struct slice fold_upper_word(struct slice text, const struct slice *words, size_t count);
