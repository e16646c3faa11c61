/* words.h - a text against a list of globs. */
#pragma once

#include <stdbool.h>

#include "policy/rule.h"

/* Whether any of them matches; an empty list matches nothing. */
bool words_match(const struct words *globs, struct slice text);
