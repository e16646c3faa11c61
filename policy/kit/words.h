/* words.h - words of a rule's options: a list of globs, and the choice between deny and allow. */
#pragma once

#include <stdbool.h>

#include "policy/rule.h"

/* Whether any of them matches; an empty list matches nothing. */
bool words_match(const struct words *globs, struct slice text);

/* Whether what should be a glob of images is a regular expression: it has bytes that no image's
 * name has, or `.*` where no part of one begins with a dot, and so would match nothing. */
bool words_are_regexp(struct slice glob);

/* The first that is no glob but a word to be typed; NULL where there is none. */
const struct slice *words_plain(const struct words *globs);

/* What becomes of what a rule cannot see; for defaults. */
#define CHOICE_DENY       \
	{                 \
		"deny", 4 \
	}

/* For PARAM_WORD: NULL when `word` is one of the two, else what is accepted. */
const char *choice_word(struct slice word);
#define CHOICE_PATTERN "^(deny|allow)$"
bool choice_denies(struct slice word);
