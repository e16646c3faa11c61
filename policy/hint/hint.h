/*
 * hint.h - words of other tools that people reach for in a policy, and what stands for them in this
 * one.
 *
 * The words of the language are not among them: a hint is what is said where a word is none.
 */
#pragma once

#include "base/slice.h"

/* Where the word stands: `owner` is how messages call what it stands in, such as "a policy". */
extern const char hint_rule[], hint_option[], hint_action[], hint_mode[], hint_operation[];

/* What to say behind a semicolon; NULL where nothing is known of the word. Letter case does not
 * count, and `-` is `_`. */
const char *hint_find(const char *owner, struct slice word);
