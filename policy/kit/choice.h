/* choice.h - a setting for what a rule cannot see: deny, or allow. */
#pragma once

#include <stdbool.h>

#include "base/slice.h"

#define CHOICE_DENY       \
	{                 \
		"deny", 4 \
	} /* for defaults */

/* For PARAM_WORD: NULL when `word` is one of the two, else what is accepted. */
const char *choice_word(struct slice word);
#define CHOICE_PATTERN "^(deny|allow)$"
bool choice_denies(struct slice word);
