/* capability.h - Linux capability names, in any of the spellings that the engine takes. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

/* Letter case and a leading "CAP_" make no difference (moby oci/caps). */
bool capability_eq(struct slice a, struct slice b);

/* For PARAM_WORDS: NULL when `name` is a capability or ALL, else what is accepted. */
const char *capability_word(struct slice name);

/* Those names, ALL first, one after the other; NULL behind the last. */
const char *capability_at(size_t i);
